package dev.naru.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Uuid;
import dev.naru.log.CleaningRules;
import dev.naru.log.LogSettings;
import dev.naru.log.OpenHow;
import dev.naru.log.PartitionLog;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchInspector;
import dev.naru.record.BatchRules;
import dev.naru.sim.SimCodecs;
import dev.naru.sim.SimDisk;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// How a pass over one partition shares its loop and its disk with others.
final class CleanerTest {
    private static final PartitionId ID = new PartitionId(new Uuid(1, 2), "topic", 0);
    private static final LogSettings COMPACTED = LogSettings.standard().withSegmentBytes(40_000)
        .withCleanup(false, true, CleaningRules.standard());
    private static final PartitionSettings SETTINGS = new PartitionSettings(COMPACTED,
        BatchRules.defaults(), true, Long.MAX_VALUE, Long.MAX_VALUE);
    private static final int RECORDS = 300;
    private static final int VALUE_BYTES = 1_000;
    private static final int STEP_BYTES = 16 * 1024;
    private static final double UNLIMITED = 1e18;

    private final SimDisk disk = new SimDisk(new SimEntropy(1));
    private final TimedLoop loop = new TimedLoop();
    private final List<DiskFault> faults = new ArrayList<>();
    private final List<ErrorCode> outcomes = new ArrayList<>();

    @Test void a_pass_moves_no_more_bytes_in_a_second_than_it_may() throws DiskFault {
        var cleaner = cleaner(10_000);
        var partition = filled(cleaner);
        long dirtyBytes = partition.log().sizeBytes();

        cleaner.cleanNow(partition, outcomes::add);
        loop.runUntil(() -> !outcomes.isEmpty());

        assertEquals(List.of(ErrorCode.NONE), outcomes);
        assertTrue(partition.log().sizeBytes() < dirtyBytes / 5);
        // every byte is read once for the keys and once to be written anew; after the last step
        // it is the next pass that waits
        long movedBytes = 2 * dirtyBytes - STEP_BYTES;
        assertTrue(loop.elapsedMs() >= movedBytes / 10, "took " + loop.elapsedMs() + " ms");
    }

    @Test void others_have_their_turn_between_the_steps_of_a_pass() throws DiskFault {
        var cleaner = cleaner(UNLIMITED);
        var partition = filled(cleaner);
        int[] turns = new int[1];

        cleaner.cleanNow(partition, outcomes::add);
        loop.execute(() -> takeTurns(turns));
        loop.runUntil(() -> !outcomes.isEmpty());

        assertEquals(List.of(ErrorCode.NONE), outcomes);
        assertEquals(0, loop.elapsedMs());
        // two rounds over 300 kB in steps of 16 KiB
        assertTrue(turns[0] > 30, "turns: " + turns[0]);
    }

    private void takeTurns(int[] turns) {
        if (!outcomes.isEmpty()) return;
        turns[0]++;
        loop.execute(() -> takeTurns(turns));
    }

    private Cleaner cleaner(double bytesPerSecond) {
        var settings = new CleanerSettings(false, 1, 1 << 20, 0.9, bytesPerSecond, 1);
        return new Cleaner(loop, loop, disk, new SimCodecs(), () -> settings);
    }

    /// A partition with ten keys, all of it durable, closed but for its last segment.
    private Partition filled(Cleaner cleaner) throws DiskFault {
        var shared = new PartitionLoop(loop, loop, new SimCodecs(),
            new BatchInspector(new SimCodecs()),
            new FlushRound(loop, disk, faults::add, new FlushPace(loop)), cleaner,
            faults::add);
        var log = PartitionLog.open(disk, ID.directory(), COMPACTED,
            OpenHow.created(ID.topicId()), loop, event -> {
            });
        var partition = new Partition(ID, log, shared, SETTINGS, Term.alone(1, 0));
        for (int number = 0; number < RECORDS; number++) {
            var batch = new BatchBuilder(0).append(0,
                ByteBuffer.wrap(new byte[]{(byte) (number % 10)}),
                ByteBuffer.allocate(VALUE_BYTES)).build();
            assertInstanceOf(Appended.Written.class, partition.append(batch, loop.now()));
        }
        log.roll(loop.now());
        log.checkpoint();
        shared.flushRound().join(partition);
        loop.runUntil(() -> false);
        log.recoveryPointRecorded(log.recoveryPoint());
        return partition;
    }

    /// Runs what is there, one after the other; time passes only up to the next timer.
    private static final class TimedLoop implements Loop, Clock {
        private static final int TURNS_MAX = 100_000;

        private final PriorityQueue<Due> waiting = new PriorityQueue<>();
        private long nowNs;
        private long given;

        private record Due(long atNs, long number, Runnable task) implements Comparable<Due> {
            @Override public int compareTo(Due other) {
                int byTime = Long.compare(atNs, other.atNs);
                return byTime != 0 ? byTime : Long.compare(number, other.number);
            }
        }

        @Override public void execute(Runnable task) {
            after(0, task);
        }

        @Override public Timer after(long delayNs, Runnable task) {
            var due = new Due(nowNs + delayNs, given++, task);
            waiting.add(due);
            return () -> waiting.remove(due);
        }

        @Override public boolean inLoop() {
            return true;
        }

        @Override public long monotonicNs() {
            return nowNs;
        }

        @Override public long wallMs() {
            return elapsedMs();
        }

        long elapsedMs() {
            return nowNs / 1_000_000;
        }

        void runUntil(BooleanSupplier isDone) {
            for (int turn = 0; turn < TURNS_MAX && !isDone.getAsBoolean(); turn++) {
                var next = waiting.poll();
                if (next == null) return;
                nowNs = next.atNs();
                next.task().run();
            }
        }
    }
}
