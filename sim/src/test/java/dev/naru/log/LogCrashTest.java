package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A log survives a power cut at any of its writes, with any part of what was not flushed.
final class LogCrashTest {
    private static final List<String> MUST_HAPPEN = List.of("flush", "checkpoint", "roll",
        "truncate", "delete records", "retention", "retention of all", "restart", "recovery",
        "power cut in recovery", "aborted", "TailCut", "StraySegmentDeleted", "Truncated",
        "Recovered");

    @Test void a_power_cut_at_every_single_operation_is_survived() throws Exception {
        var done = new TreeSet<String>();
        for (long seed = 1; seed <= 6; seed++) {
            for (long operation = 1;; operation++) {
                var story = new LogStory(seed);
                story.yard.disk.cutPowerAt(operation);
                if (!lives(story, 120, "seed " + seed + " operation " + operation)) break;
                done.addAll(story.done);
            }
        }
        assertTrue(done.contains("recovery"), done.toString());
    }

    @Test void life_after_life_of_random_work_is_survived() throws Exception {
        var done = new TreeSet<String>();
        for (long seed = 1; seed <= 150; seed++) {
            var story = new LogStory(seed + 1_000);
            for (int life = 0; life < 8; life++) {
                story.yard.disk.cutPowerAt(
                    story.yard.disk.operations() + 1 + (seed * 7 + life * 13L) % 90);
                if (!lives(story, 300, "seed " + seed + " life " + life)) break;
            }
            done.addAll(story.done);
        }
        assertTrue(done.containsAll(MUST_HAPPEN), done.toString());
    }

    /// Works until the power goes, recovers, works a little more, stops and looks. False when it never went.
    private static boolean lives(LogStory story, int steps, String name) throws Exception {
        try {
            boolean went = story.work(steps);
            if (went) {
                story.recover();
                story.work(10);
                story.look();
            }
            return went;
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(name + ": " + failure + "; " + story, failure);
        }
    }
}
