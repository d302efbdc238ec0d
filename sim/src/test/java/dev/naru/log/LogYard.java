package dev.naru.log;

import dev.naru.base.Clock;
import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.record.ControlMarker;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import dev.naru.sim.SimDisk;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A log on a simulated disk with an owner who flushes it and keeps its checkpoints, as a partition does.
final class LogYard {
    static final String DIRECTORY = "topic-3";
    static final Uuid TOPIC = new Uuid(1, 2);
    static final Codecs NO_CODECS = new NoCodecs();
    static final CleaningTools TOOLS = new CleaningTools(NO_CODECS, 1_000, 0.9, 400);

    final SimDisk disk;
    final List<Trace.Event> events = new ArrayList<>();
    LogSettings settings;
    CleaningTools tools = TOOLS;
    PartitionLog log;
    long wallMs = 1_000_000;
    int leaderEpoch;
    /// What the directory's checkpoint files hold, durably.
    long recordedRecoveryPoint;
    long recordedLogStart;
    long recordedCleaned;

    LogYard(long seed, LogSettings settings) throws DiskFault {
        this.disk = new SimDisk(new SimEntropy(seed));
        this.settings = settings;
        this.log = open(OpenHow.created(TOPIC));
    }

    PartitionLog open(OpenHow how) throws DiskFault {
        return PartitionLog.open(disk, DIRECTORY, settings, how, new YardClock(), events::add);
    }

    Now now() {
        return new Now(0, wallMs);
    }

    /// Appends one record with that timestamp.
    long append(long timestampMs, String value) throws DiskFault {
        return append(new BatchBuilder(0).append(timestampMs, null, bytes(value)).build());
    }

    long append(ByteBuffer batch) throws DiskFault {
        var view = BatchView.over(batch, batch.position());
        var plan = view.isControl() ? planMarker(view) : plan(batch);
        if (plan instanceof AppendPlan.Accept accept) {
            return log.append(batch, leaderEpoch, accept, now());
        }
        throw new AssertionError(plan);
    }

    private AppendPlan planMarker(BatchView batch) throws DiskFault {
        var marker = ControlMarker.in(batch).orElseThrow();
        return log.plan(new TransactionMarker(batch.producerId(), batch.producerEpoch(),
            marker.coordinatorEpoch(), marker.type() == ControlMarker.Type.COMMIT, 0), leaderEpoch);
    }

    AppendPlan plan(ByteBuffer batch) throws DiskFault {
        return log.plan(BatchView.over(batch, batch.position()), leaderEpoch, now());
    }

    /// One round of flushing, as before an acknowledgement.
    void flush() throws DiskFault {
        var unflushed = log.takeUnflushed();
        disk.flushNow(unflushed.files(), unflushed.directories());
        log.flushed(unflushed);
    }

    /// Writes the checkpoint files.
    void record() throws DiskFault {
        recordedRecoveryPoint = log.recoveryPoint();
        recordedLogStart = log.logStartOffset();
        recordedCleaned = log.cleanedUpTo();
        log.recoveryPointRecorded(recordedRecoveryPoint);
        log.logStartRecorded(recordedLogStart);
    }

    void truncateTo(long offset) throws DiskFault {
        log.lowerRecoveryPoint(offset);
        record();
        log.truncateTo(offset);
    }

    /// Stops cleanly and starts again with what the manifest says. The checkpoint files stay as they were.
    void restart() throws DiskFault {
        log.close();
        var line = log.manifestEntry().map(LogManifestEntry::toLine).orElseThrow();
        log = open(OpenHow.afterCleanStop(LogManifestEntry.parse(line).orElseThrow(), TOPIC));
    }

    /// Dies and starts again.
    void killed() throws DiskFault {
        disk.kill();
        log = open(OpenHow.afterCrash(recordedRecoveryPoint, recordedLogStart, TOPIC)
            .cleaned(recordedCleaned));
    }

    /// The same on a machine whose power went.
    void lostPower() throws DiskFault {
        disk.losePower();
        log = open(OpenHow.afterCrash(recordedRecoveryPoint, recordedLogStart, TOPIC)
            .cleaned(recordedCleaned));
    }

    /// Reads from `offset` as readers do, to the end.
    List<BatchView> batchesFrom(long offset, int maxBytes) throws DiskFault {
        var batches = new ArrayList<BatchView>();
        long next = offset;
        while (log.read(next, maxBytes, log.logEndOffset(), true) instanceof Read.Found found) {
            long before = next;
            for (var view : batchesIn(found)) {
                if (view.lastOffset() < next) continue;
                batches.add(view);
                next = view.nextOffset();
            }
            if (next == before) throw new AssertionError("no whole batch at " + next);
        }
        var last = log.read(next, maxBytes, log.logEndOffset(), true);
        if (!(last instanceof Read.Nothing)) throw new AssertionError(last);
        return batches;
    }

    static List<BatchView> batchesIn(Read.Found found) {
        var bytes = SimDisk.bytesOf(found.bytes());
        found.bytes().discard();
        var batches = new ArrayList<BatchView>();
        int position = 0;
        int limit = bytes.remaining();
        while (BatchView.framing(bytes, position, limit) == BatchView.Framing.WHOLE) {
            batches.add(BatchView.over(bytes, position));
            position = batches.getLast().endPosition();
        }
        return batches;
    }

    List<String> values() throws Exception {
        return valuesFrom(log.logStartOffset());
    }

    List<String> valuesFrom(long offset) throws Exception {
        var values = new ArrayList<String>();
        for (var batch : batchesFrom(offset, 100_000))
            if (!batch.isControl()) addValues(batch, offset, values);
        return values;
    }

    boolean saw(Class<? extends LogEvent> kind) {
        return events.stream().anyMatch(kind::isInstance);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// One pass of cleaning over all that is closed and recorded, flushing as an owner does.
    void clean() throws DiskFault {
        if (!beginCleaning()) return;
        while (cleanStep()) {
            // the next step
        }
    }

    /// Begins a pass, unless one is under way; false when there is nothing to clean.
    boolean beginCleaning() throws DiskFault {
        if (log.cleaning().isUnderWay()) return true;
        long end = log.logEndOffset();
        var what = log.cleaning().look(Math.min(end, log.firstUndecidedOffset(end)), now());
        if (what.isEmpty()) return false;
        log.cleaning().begin(what.get(), tools, now());
        return true;
    }

    /// One step, and a flush if that is needed; false when the pass has ended.
    boolean cleanStep() throws DiskFault {
        return switch (log.cleaning().step()) {
            case MORE -> true;
            case FLUSH -> {
                flush();
                yield true;
            }
            case DONE -> false;
        };
    }

    /// Closes the active segment and cleans until nothing more is to be gained.
    void cleanFully() throws DiskFault {
        log.roll(now());
        for (int round = 0; round < 3; round++) {
            log.checkpoint();
            flush();
            record();
        }
        for (int pass = 0; pass < 4; pass++)
            clean();
    }

    private static void addValues(BatchView batch, long from, List<String> values)
        throws Unreadable {
        try (var cursor = new RecordCursor(NO_CODECS)) {
            cursor.open(batch);
            while (cursor.next()) {
                var value = cursor.value();
                if (cursor.offset() < from) continue;
                values
                    .add(value == null ? "null" : StandardCharsets.UTF_8.decode(value).toString());
            }
        }
    }

    private final class YardClock implements Clock {
        @Override public long monotonicNs() {
            return 0;
        }

        @Override public long wallMs() {
            return wallMs;
        }
    }

    private static final class NoCodecs implements Codecs {
        @Override public Source open(int codecId, ByteBuffer compressed) throws CodecFault {
            throw new CodecFault("no codec " + codecId);
        }

        @Override public ByteBuffer compress(int codecId, int level, ByteBuffer[] parts)
            throws CodecFault {
            throw new CodecFault("no codec " + codecId);
        }
    }
}
