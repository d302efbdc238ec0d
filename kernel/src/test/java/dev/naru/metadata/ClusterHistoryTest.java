package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The laws of the cluster over random histories of starts, crashes, fences, elections and moves.
class ClusterHistoryTest {
    @Test void whatever_happens_no_acknowledged_record_is_lost_and_no_epoch_has_two_leaders() {
        int acknowledged = 0;
        for (int seed = 0; seed < 400; seed++) {
            var world = new ReplicaWorld(seed, 1 + seed % 2);
            for (int step = 0; step < 600; step++) {
                try {
                    world.step();
                } catch (AssertionError broken) {
                    throw new AssertionError("seed " + seed + " step " + step, broken);
                }
            }
            acknowledged += world.acknowledgedCount();
        }
        assertThat(acknowledged).isGreaterThan(4_000);
    }
}
