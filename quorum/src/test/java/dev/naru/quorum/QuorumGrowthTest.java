package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Uuid;
import dev.naru.metadata.NodeIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A node's own metadata becomes that of a quorum, whole or not at all.
@Timeout(120)
final class QuorumGrowthTest {
    private static final QuorumGrowth.LastUsed LAST = new QuorumGrowth.LastUsed(700, 40);
    private static final List<Long> STATE = List.of(3L, 5L, 8L);

    /// The machine stops.
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test void stopped_at_any_step_the_nodes_own_log_counts_until_the_marker_is_there()
        throws IOException {
        for (var step : QuorumGrowth.Step.values()) {
            try (var yard = new RatisYard(1)) {
                // What a single node leaves in its directory.
                Files.createDirectories(yard.directory(1).resolve("metadata"));
                assertThrows(Stop.class, () -> growth(yard, step).grow(LAST, state()));
                boolean isMoved = step == QuorumGrowth.Step.MARKED;
                assertEquals(isMoved, QuorumMarker.isThere(yard.directory(1)), step.name());
                if (!isMoved) refusesToStart(yard);
                yard.killAll();
                new QuorumGrowth(yard.settings(1), identity(yard)).grow(LAST, state());
                startsWithAll(yard);
            }
        }
    }

    private static void refusesToStart(RatisYard yard) {
        var early = new Recorder(yard, 1);
        yard.until(() -> !early.failure().isEmpty());
        assertTrue(early.failure().contains("has not been moved to a quorum"), early.failure());
    }

    @Test void a_voter_whose_directory_is_another_one_is_told_so() throws IOException {
        try (var yard = new RatisYard(1)) {
            var stranger = new Recorder(yard, 1, new Uuid(77, 77));
            yard.until(() -> !stranger.failure().isEmpty());
            assertTrue(stranger.failure().contains("emptied"), stranger.failure());
            assertTrue(stranger.failure().contains(new Uuid(77, 77).toString()));
        }
    }

    private static void startsWithAll(RatisYard yard) {
        var node = new Recorder(yard, 1);
        yard.until(node::isLeading);
        assertEquals(STATE, node.values());
        assertTrue(node.epoch() > LAST.epoch(), "the epoch goes on: " + node.epoch());
        node.commit(13);
        assertTrue(node.lastIndex() > LAST.index(), "indexes go on: " + node.lastIndex());
        assertEquals(List.of(3L, 5L, 8L, 13L), node.values());
    }

    @Test void a_quorum_whose_files_are_gone_is_not_begun_anew() throws IOException {
        try (var yard = new RatisYard(1)) {
            var node = new Recorder(yard, 1);
            yard.until(node::isLeading);
            yard.killAll();
            RatisYard.delete(RatisMember.directory(yard.directory(1)));
            var again = new Recorder(yard, 1);
            yard.until(() -> !again.failure().isEmpty());
            assertTrue(again.failure().contains("are gone"), again.failure());
        }
    }

    private static QuorumGrowth growth(RatisYard yard, QuorumGrowth.Step last) {
        return new QuorumGrowth(yard.settings(1), identity(yard), ForcedDirectories.Forcing.REAL,
            step -> {
                if (step == last) throw new Stop();
            });
    }

    private static NodeIdentity identity(RatisYard yard) {
        return new NodeIdentity(RatisYard.CLUSTER, 1, yard.voter(1).directoryId());
    }

    private static Iterator<ByteBuffer> state() {
        return Stream.of(3L, 5L, 8L).map(value -> ByteBuffer.allocate(8).putLong(value).flip())
            .iterator();
    }
}
