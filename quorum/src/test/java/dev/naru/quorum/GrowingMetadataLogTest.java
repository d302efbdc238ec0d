package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Trace;
import dev.naru.io.FileDisk;
import dev.naru.metadata.LocalMetadataLog;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.NodeIdentity;
import dev.naru.metadata.Quorum;
import dev.naru.metadata.QuorumChange;
import dev.naru.sim.contract.LogYard;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The log of a single node becomes that of a quorum while it works.
@Timeout(120)
final class GrowingMetadataLogTest {
    @Test void a_node_that_another_joins_goes_on_as_a_quorum_with_all_it_knew()
        throws IOException {
        try (var yard = new RatisYard(2, 1, ForcedDirectories.Forcing.REAL);
            var disk = FileDisk.open(yard.directory(1), 64, false)) {
            var logs = logs(yard, disk);
            var log = logs.open(identity(yard));
            var first = recorder(yard, log);
            first.commit(1);
            first.commit(2);
            long before = first.lastIndex();
            int epoch = first.epoch();
            var second = new Recorder(yard, 2);
            join(yard, first);
            first.commit(3);
            assertTrue(first.epoch() > epoch, "the epoch goes on");
            assertTrue(first.lastIndex() > before, "indexes go on");
            yard.until(() -> second.values().equals(List.of(1L, 2L, 3L)));
            assertEquals(List.of(1L, 2L, 3L), first.values());
            assertEquals(List.of(1, 2), ids(first.quorum()));
            close(yard, log);
            logs.close();
            // now it is a member, whatever its settings say
            var again = recorder(yard, logs.open(identity(yard)));
            yard.until(() -> again.values().equals(List.of(1L, 2L, 3L)));
            yard.until(() -> ids(again.quorum()).equals(List.of(1, 2)));
        }
    }

    @Test void a_node_whose_files_cannot_become_those_of_a_quorum_goes_on_alone()
        throws IOException {
        try (var yard = new RatisYard(2, 1, ForcedDirectories.Forcing.REAL);
            var disk = FileDisk.open(yard.directory(1), 64, false)) {
            var several = new RatisMetadataLogs(settings(yard), Trace.NONE);
            var growth = new QuorumGrowth(settings(yard), identity(yard), directory -> {
                throw new IOException("no room");
            }, step -> {
            });
            var log = new GrowingMetadataLog(LocalMetadataLog.in(disk,
                Trace.NONE), several, growth, identity(yard));
            var first = recorder(yard, log);
            first.commit(1);
            int epoch = first.epoch();
            ask(yard, first);
            yard.until(() -> first.epoch() > epoch);
            first.commit(2);
            assertEquals(List.of(1L, 2L), first.values());
            assertEquals(List.of(1), ids(first.quorum()));
            close(yard, log);
        }
    }

    private static GrowingMetadataLogs logs(RatisYard yard, FileDisk disk) {
        return new GrowingMetadataLogs(settings(yard), disk, Trace.NONE);
    }

    private static QuorumSettings settings(RatisYard yard) {
        var settings = yard.settings(1);
        return new QuorumSettings(settings.dataDirectory(), settings.listening(), List.of(),
            settings.tuning(), Optional.empty());
    }

    private static NodeIdentity identity(RatisYard yard) {
        return new NodeIdentity(RatisYard.CLUSTER, 1, yard.voter(1).directoryId());
    }

    private static Recorder recorder(RatisYard yard, MetadataLog log) {
        var recorder = new Recorder(yard, new LogYard.Life(yard.loop(1), log));
        yard.until(() -> recorder.isLeading() || !recorder.quorum().voters().isEmpty());
        return recorder;
    }

    private static void join(RatisYard yard, Recorder first) {
        for (int tries = 0; tries < 200; tries++) {
            yard.until(first::isLeading);
            if (ask(yard, first) instanceof MetadataLog.Outcome.Committed) return;
        }
        throw new AssertionError("the second node does not become a voter");
    }

    private static MetadataLog.Outcome ask(RatisYard yard, Recorder first) {
        var two = yard.voter(2);
        return first.change(
            new QuorumChange.AddVoter(2, two.directoryId(), two.host(), two.port()));
    }

    private static void close(RatisYard yard, MetadataLog log) {
        var isClosed = new AtomicBoolean();
        yard.loop(1).execute(() -> {
            log.close();
            isClosed.set(true);
        });
        yard.until(isClosed::get);
    }

    private static List<Integer> ids(Quorum quorum) {
        return quorum.voters().stream().map(Quorum.Member::nodeId).toList();
    }
}
