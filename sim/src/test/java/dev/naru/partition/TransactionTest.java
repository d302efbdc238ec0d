package dev.naru.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.log.AbortedTransaction;
import dev.naru.log.LogManifestEntry;
import dev.naru.log.LogSettings;
import dev.naru.log.OpenHow;
import dev.naru.log.PartitionLog;
import dev.naru.log.TransactionMarker;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchInspector;
import dev.naru.record.BatchRules;
import dev.naru.record.BatchView;
import dev.naru.record.ControlMarker;
import dev.naru.sim.SimCodecs;
import dev.naru.sim.SimDisk;
import dev.naru.sim.SimEntropy;
import dev.naru.sim.TurnLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What readers of committed data see of one partition (I1, I9).
final class TransactionTest {
    private static final PartitionId ID = new PartitionId(new Uuid(1, 2), "topic", 0);
    private static final PartitionSettings SETTINGS = new PartitionSettings(LogSettings.standard(),
        BatchRules.defaults(), true, Long.MAX_VALUE, Long.MAX_VALUE);
    private static final CleanerSettings NO_CLEANING = new CleanerSettings(false, 1, 24, 0.9, 1e9,
        1);
    private static final Now NOW = new Now(0, 1_000);

    private final SimDisk disk = new SimDisk(new SimEntropy(1));
    private final TurnLoop loop = new TurnLoop();
    private final List<DiskFault> faults = new ArrayList<>();
    private final PartitionLoop shared = new PartitionLoop(loop, new StillClock(), new SimCodecs(),
        new BatchInspector(new SimCodecs()),
        new FlushRound(loop, disk, faults::add, new FlushPace(new StillClock())),
        new Cleaner(loop, new StillClock(), disk, new SimCodecs(), () -> NO_CLEANING), faults::add);
    private Partition partition = partition(log(OpenHow.created(ID.topicId())));

    TransactionTest() throws DiskFault {}

    @Test void readers_of_committed_data_stop_before_an_open_transaction() {
        write(plain());
        write(data(5, 0, 0));
        write(plain());
        loop.turn();

        assertEquals(3, partition.highWatermark());
        assertEquals(1, partition.lastStableOffset());
        assertEquals(1, read(0, true).records().size());
        assertEquals(0, read(1, true).records().size());
        assertEquals(1, read(1, false).records().size());
    }

    @Test void a_marker_counts_when_it_is_below_the_high_watermark() {
        write(data(5, 0, 0));
        loop.turn();
        mark(5, 0, true);
        assertEquals(0, partition.lastStableOffset());

        loop.turn();
        assertEquals(2, partition.lastStableOffset());
    }

    @Test void aborted_transactions_go_along_with_what_was_read() {
        write(data(5, 0, 0));
        write(data(6, 0, 0));
        mark(5, 0, false);
        mark(6, 0, true);
        loop.turn();

        assertEquals(List.of(new AbortedTransaction(5, 0, 2, 1)), read(0, true).aborted());
        assertEquals(List.of(), read(0, false).aborted());
        assertEquals(List.of(), read(3, true).aborted());
    }

    @Test void a_watch_for_stable_data_sleeps_through_a_transaction() {
        write(data(5, 0, 0));
        loop.turn();
        partition.lastStableOffset();
        var fired = new ArrayList<String>();
        partition.arm(new Watch(() -> fired.add("all")), Watch.For.COMMITTED);
        partition.arm(new Watch(() -> fired.add("stable")), Watch.For.STABLE);

        write(data(5, 0, 1));
        loop.turn();
        assertEquals(List.of("all"), fired);
        mark(5, 0, true);
        loop.turn();
        assertEquals(List.of("all", "stable"), fired);
    }

    @Test void inside_a_transaction_everything_is_transactional() {
        write(data(5, 0, 0));
        assertTrue(partition.isInTransaction(5, (short) 0));

        var plain = new BatchBuilder(0).producer(5, (short) 0, 1)
            .append(1_000, null, ByteBuffer.allocate(3)).build();
        assertEquals(ErrorCode.INVALID_TXN_STATE, refusal(partition.append(plain, NOW)));
        mark(5, 0, true);
        assertFalse(partition.isInTransaction(5, (short) 0));
        assertInstanceOf(Appended.Written.class, partition.append(plain, NOW));
    }

    @Test void clients_may_not_write_markers() {
        var marker = new TransactionMarker(5, (short) 0, 0, true, 0).batch(1_000);

        assertEquals(ErrorCode.INVALID_RECORD, refusal(partition.append(marker, NOW)));
    }

    @Test void late_markers_are_refused() {
        write(data(5, 3, 0));

        assertEquals(ErrorCode.INVALID_PRODUCER_EPOCH,
            refusal(partition.appendMarker(marker(5, 2, 0, true), NOW)));
        assertInstanceOf(Appended.Written.class,
            partition.appendMarker(marker(5, 4, 7, true), NOW));
        assertEquals(ErrorCode.TRANSACTION_COORDINATOR_FENCED,
            refusal(partition.appendMarker(marker(5, 4, 6, true), NOW)));
        assertEquals(ErrorCode.INVALID_PRODUCER_EPOCH,
            refusal(partition.append(data(5, 3, 1), NOW)));
    }

    @Test void markers_are_told_to_those_who_follow() {
        var heard = new ArrayList<String>();
        partition.follow(new Partition.Follower() {
            @Override public void highWatermarkAt(long offset) {}

            @Override public void markerAt(long producerId, short producerEpoch,
                boolean isCommitted) {
                heard.add(producerId + " " + producerEpoch + " " + isCommitted);
            }

            @Override public void closed(ErrorCode why) {}
        });
        mark(5, 2, false);

        assertEquals(List.of("5 2 false"), heard);
    }

    @Test void a_marker_is_a_control_batch_with_the_coordinators_epoch() {
        mark(5, 2, false);
        loop.turn();

        var batch = BatchView.over(SimDisk.bytesOf(
            (dev.naru.base.Bytes.Slice) read(0, false).records().getFirst()), 0);
        assertTrue(batch.isControl() && batch.isTransactional() && batch.crcMatches());
        assertEquals(5, batch.producerId());
        assertEquals(2, batch.producerEpoch());
        assertEquals(new ControlMarker(ControlMarker.Type.ABORT, 9),
            ControlMarker.in(batch).orElseThrow());
    }

    @Test void what_is_deleted_holds_nobody_back() {
        write(data(5, 0, 0));
        write(plain());
        write(plain());
        loop.turn();
        assertEquals(0, partition.lastStableOffset());

        assertEquals(ErrorCode.NONE, partition.upkeep().deleteRecordsBefore(2));
        assertEquals(2, partition.lastStableOffset());
        mark(5, 0, true);
        loop.turn();
        assertEquals(4, partition.lastStableOffset());
    }

    @Test void an_open_transaction_survives_a_clean_stop_and_a_crash() throws Exception {
        write(plain());
        write(data(5, 0, 0));
        loop.turn();
        partition.log().close();
        var entry = partition.log().manifestEntry().map(LogManifestEntry::toLine).orElseThrow();
        partition = partition(log(OpenHow.afterCleanStop(
            LogManifestEntry.parse(entry).orElseThrow(), ID.topicId())));
        assertEquals(1, partition.lastStableOffset());
        assertTrue(partition.isInTransaction(5, (short) 0));

        mark(5, 0, false);
        write(data(6, 0, 0));
        loop.turn();
        assertEquals(3, partition.lastStableOffset());
        disk.losePower();
        partition = partition(log(OpenHow.afterCrash(0, 0, ID.topicId())));
        partition.serve();
        loop.turn();
        assertEquals(3, partition.lastStableOffset());
        assertTrue(partition.isInTransaction(6, (short) 0));
        assertEquals(List.of(new AbortedTransaction(5, 1, 2, 3)), read(0, true).aborted());
    }

    private PartitionLog log(OpenHow how) throws DiskFault {
        return PartitionLog.open(disk, ID.directory(), SETTINGS.log(), how, new StillClock(),
            event -> {
            });
    }

    private Partition partition(PartitionLog log) {
        return new Partition(ID, log, shared, SETTINGS, Term.alone(1, 0));
    }

    private Fetched read(long offset, boolean onlyStable) {
        var fetched = PartitionReader.read(partition, new PartitionReader.Question(offset, 10_000,
            true, PartitionReader.Reader.client(onlyStable)));
        assertEquals(ErrorCode.NONE, fetched.error());
        return fetched;
    }

    private void write(ByteBuffer batch) {
        assertInstanceOf(Appended.Written.class, partition.append(batch, NOW));
    }

    private void mark(long producer, int epoch, boolean isCommitted) {
        assertInstanceOf(Appended.Written.class,
            partition.appendMarker(marker(producer, epoch, 9, isCommitted), NOW));
    }

    private static TransactionMarker marker(long producer, int epoch, int coordinator,
        boolean isCommitted) {
        return new TransactionMarker(producer, (short) epoch, coordinator, isCommitted, 0);
    }

    private static ErrorCode refusal(Appended appended) {
        return assertInstanceOf(Appended.Refused.class, appended).why();
    }

    private static ByteBuffer plain() {
        return new BatchBuilder(0).append(1_000, null, ByteBuffer.allocate(3)).build();
    }

    private static ByteBuffer data(long producer, int epoch, int sequence) {
        return new BatchBuilder(0).producer(producer, (short) epoch, sequence).transactional()
            .append(1_000, null, ByteBuffer.allocate(3)).build();
    }

    private static final class StillClock implements Clock {
        @Override public long monotonicNs() {
            return 0;
        }

        @Override public long wallMs() {
            return 1_000;
        }
    }
}
