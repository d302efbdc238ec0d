package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Node 1 leads, and the others would never conclude from silence that it is gone.
@Timeout(120)
final class EarlyElectionTest {
    @Test void a_leader_that_is_known_to_be_gone_is_replaced_without_any_timeout()
        throws IOException {
        try (var yard = new RatisYard(3).patient()) {
            var leader = new Recorder(yard, 1);
            var others = List.of(new Recorder(yard, 2), new Recorder(yard, 3));
            yard.until(leader::isLeading);
            leader.commit(5);
            for (var node : others)
                yard.until(() -> node.values().equals(List.of(5L))
                    && node.quorum().leaderId() == 1);
            yard.kill(1);
            others.forEach(node -> node.gone(1));
            yard.until(() -> others.stream().anyMatch(Recorder::isLeading));
            var next = others.stream().filter(Recorder::isLeading).findFirst().orElseThrow();
            assertTrue(next.epoch() > leader.epoch());
            next.commit(6);
            for (var node : others)
                yard.until(() -> node.values().equals(List.of(5L, 6L)));
            assertEquals(1, others.stream().filter(Recorder::isLeading).count());
        }
    }
}
