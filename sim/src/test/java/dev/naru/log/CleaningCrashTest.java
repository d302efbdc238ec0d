package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Cleaning against a plain list of what was written: any keys, tombstones and transactions, and a power
/// cut at any operation of the disk.
final class CleaningCrashTest {
    @Test void whatever_was_written_the_newest_of_each_key_is_left_and_nothing_else()
        throws Exception {
        for (long seed = 1; seed <= 150; seed++) {
            var story = new CleaningStory(seed, CleaningTest.COMPACTED);
            try {
                story.isCut(250);
                story.check("seed " + seed);
                story.finish("seed " + seed);
            } catch (Exception | AssertionError failure) {
                throw new AssertionError("seed " + seed + ": " + failure, failure);
            }
        }
    }

    @Test void a_power_cut_at_any_operation_loses_nothing_and_brings_nothing_back()
        throws Exception {
        int cuts = 0;
        for (long seed = 1; seed <= 6; seed++) {
            for (long operation = 1;; operation++) {
                var story = new CleaningStory(seed, CleaningTest.COMPACTED);
                story.yard.disk.cutPowerAt(operation);
                var name = "seed " + seed + " operation " + operation;
                try {
                    if (!story.isCut(150)) break;
                    cuts++;
                    story.recoverAndCheck(name);
                } catch (Exception | AssertionError failure) {
                    throw new AssertionError(name + ": " + failure, failure);
                }
            }
        }
        assertTrue(cuts > 500, "cuts: " + cuts);
    }
}
