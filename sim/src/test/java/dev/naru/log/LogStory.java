package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.sim.PowerCut;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A log that lives through random work and power cuts, beside a list that says what it must hold. What
/// was flushed must be there; what was not may be, if it was ever written there; nothing else may.
final class LogStory {
    private static final LogSettings SETTINGS = LogSettings.standard().withSegmentBytes(6_000)
        .withIndex(2_000, 200).withRetention(-1, -1);
    private static final int PRODUCERS = 3;

    final LogYard yard;
    private final SimEntropy chance;
    private final List<Written> batches = new ArrayList<>();
    private final TreeMap<Long, Set<ByteBuffer>> everWritten = new TreeMap<>();
    private long flushedEnd;
    private long startAtMost;
    /// Below, records were deleted: after a power cut some of their segments may be back.
    private long deletedBelow;
    private int appended;
    private final Ledger ledger;
    final TreeSet<String> done = new TreeSet<>();

    private record Written(long baseOffset, long endOffset, ByteBuffer bytes) {}

    LogStory(long seed) throws DiskFault {
        yard = new LogYard(seed, SETTINGS);
        chance = new SimEntropy(seed * 31 + 7);
        ledger = new Ledger(yard, chance);
    }

    /// Works until the steps are done or the power goes; true when it went.
    boolean work(int steps) throws DiskFault {
        try {
            for (int step = 0; step < steps; step++)
                step();
            return false;
        } catch (PowerCut cut) {
            return true;
        }
    }

    /// What the log looks like in one line, for failures.
    @Override public String toString() {
        return "flushed " + flushedEnd + " deleted " + deletedBelow + " log "
            + yard.log.logStartOffset() + ".." + yard.log.logEndOffset() + " recovery point "
            + yard.log.recoveryPoint() + " recorded " + yard.recordedRecoveryPoint + ","
            + yard.recordedLogStart + " files " + yard.disk.list(LogYard.DIRECTORY);
    }

    private void step() throws DiskFault {
        yard.wallMs += chance.below(10);
        switch (chance.below(20)) {
            case 0, 1 -> flush();
            case 2 -> checkpoint();
            case 3 -> roll();
            case 4 -> yard.leaderEpoch++;
            case 5 -> truncate();
            case 6 -> deleteRecords();
            case 7 -> retain();
            case 8 -> restart();
            case 9 -> yard.log.relax();
            case 10 -> {
                look();
                lookAtProducers();
            }
            default -> append();
        }
    }

    private void append() throws DiskFault {
        var batch = chance.oneIn(2) ? newBatch() : ledger.next();
        long base = yard.log.logEndOffset();
        var copy = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
        BatchView.over(copy, 0).setBaseOffset(base);
        BatchView.over(copy, 0).setLeaderEpoch(yard.leaderEpoch);
        everWritten.computeIfAbsent(base, none -> new HashSet<>()).add(copy);
        long end = yard.append(batch);
        batches.add(new Written(base, end, copy));
        ledger.wrote(BatchView.over(copy, 0));
        appended++;
    }

    /// Sizes come from a small set, so that old bytes on a page look like a batch of the new log.
    private ByteBuffer newBatch() throws DiskFault {
        var builder = new BatchBuilder(0);
        int producer = chance.below(PRODUCERS + 2);
        if (producer < PRODUCERS) builder.producer(producer, (short) 0, nextSequence(producer));
        int records = 1 + chance.below(3);
        for (int number = 0; number < records; number++) {
            var value = ByteBuffer.allocate(100 * (1 + chance.below(3)));
            value.putInt(0, appended).putLong(8, chance.nextLong());
            builder.append(yard.wallMs - chance.below(50), null, value);
        }
        return builder.build();
    }

    /// The log may know a producer whose batches are deleted by now.
    private int nextSequence(long producer) throws DiskFault {
        for (var state : yard.log.producers()) {
            if (state.producerId() == producer) return state.lastSequence() + 1;
        }
        return chance.below(100);
    }

    /// Its last batch, unless that may be deleted: the log knows later ones then.
    private Optional<BatchView> lastOf(long producer) {
        for (int at = batches.size() - 1; at >= 0; at--) {
            long base = batches.get(at).baseOffset;
            if (base < yard.log.logStartOffset() || base < deletedBelow) return Optional.empty();
            var view = BatchView.over(batches.get(at).bytes, 0);
            if (view.producerId() == producer) return Optional.of(view);
        }
        return Optional.empty();
    }

    private void flush() throws DiskFault {
        long end = yard.log.logEndOffset();
        yard.flush();
        flushedEnd = end;
        assertEquals(end, yard.log.flushedEnd());
        yard.record();
        done.add("flush");
    }

    private void checkpoint() throws DiskFault {
        yard.log.checkpoint();
        if (chance.oneIn(2)) flush();
        done.add("checkpoint");
    }

    private void roll() throws DiskFault {
        int before = yard.log.segmentCount();
        yard.log.roll(yard.now());
        if (yard.log.segmentCount() > before) done.add("roll");
    }

    private void truncate() throws DiskFault {
        long start = yard.log.logStartOffset();
        var candidates = batches.stream().filter(batch -> batch.baseOffset >= start).toList();
        if (candidates.isEmpty()) return;
        long offset = candidates.get(chance.below(candidates.size())).baseOffset;
        flushedEnd = Math.min(flushedEnd, offset);
        deletedBelow = Math.min(deletedBelow, offset);
        startAtMost = Math.min(startAtMost, offset);
        yard.leaderEpoch++;
        yard.truncateTo(offset);
        batches.removeIf(batch -> batch.baseOffset >= offset);
        ledger.cutAt(offset);
        assertEquals(offset, yard.log.logEndOffset());
        done.add("truncate");
    }

    private void deleteRecords() throws DiskFault {
        long start = yard.log.logStartOffset();
        if (flushedEnd <= start || chance.oneIn(2)) return;
        long offset = start + chance.below((int) (flushedEnd - start) / 3 + 1);
        startAtMost = Math.max(startAtMost, offset);
        yard.log.deleteRecordsBefore(offset);
        done.add("delete records");
    }

    private void retain() throws DiskFault {
        if (chance.oneIn(2)) return;
        startAtMost = Math.max(startAtMost, flushedEnd);
        long keepBytes = chance.oneIn(4) ? 0 : yard.log.sizeBytes() * 2 / 3;
        yard.log.settings(SETTINGS.withRetention(keepBytes, -1));
        int count = yard.log.segmentCount();
        int gone = yard.log.enforceRetention(flushedEnd, yard.now());
        startAtMost = yard.log.logStartOffset();
        if (gone > 0) done.add(gone == count ? "retention of all" : "retention");
    }

    private void restart() throws DiskFault {
        long end = yard.log.logEndOffset();
        yard.restart();
        flushedEnd = end;
        done.add("restart");
    }

    /// Recovers after the power went and compares.
    void recover() throws DiskFault {
        while (chance.oneIn(2)) {
            yard.disk.cutPowerAt(yard.disk.operations() + 1 + chance.below(12));
            boolean cutAgain = !comesBack();
            yard.disk.cutPowerAt(Long.MAX_VALUE);
            if (cutAgain) done.add("power cut in recovery");
        }
        assertTrue(comesBack());
        done.add("recovery");
        look();
        adopt();
        lookAtProducers();
    }

    private boolean comesBack() throws DiskFault {
        try {
            if (chance.oneIn(4)) yard.killed();
            else
                yard.lostPower();
            return true;
        } catch (PowerCut cut) {
            return false;
        }
    }

    /// The log must hold what the list says.
    void look() throws DiskFault {
        var log = yard.log;
        assertTrue(log.logEndOffset() >= flushedEnd, "flushed records are lost");
        assertTrue(log.logStartOffset() <= startAtMost || flushedEnd <= startAtMost,
            "flushed records are lost at the start");
        deletedBelow = Math.max(deletedBelow, startAtMost);
        long expected = Math.max(log.logStartOffset(), deletedBelow);
        for (var batch : yard.batchesFrom(expected, 1 + chance.below(3_000))) {
            if (batch.baseOffset() > expected) throw new AssertionError("a gap at " + expected);
            expected = batch.nextOffset();
            check(batch);
        }
        assertEquals(log.logEndOffset(), expected, "the log ends early");
        for (var event : yard.events) {
            boolean isBad = event instanceof LogEvent.BadBatch
                || event instanceof LogEvent.FlushedBytesMissing
                || event instanceof LogEvent.SnapshotUnusable
                || event instanceof LogEvent.EpochsUnusable;
            if (isBad) throw new AssertionError(event);
            done.add(event.getClass().getSimpleName());
        }
    }

    private void check(BatchView batch) throws DiskFault {
        var bytes = batch.buffer().slice(batch.position(), batch.sizeBytes());
        long base = batch.baseOffset();
        assertTrue(batch.crcMatches(), "garbage at " + base);
        assertTrue(everWritten.getOrDefault(base, Set.of()).contains(bytes),
            "never written at " + base);
        long known = Math.max(base, Math.max(deletedBelow, yard.log.logStartOffset()));
        assertEquals(batch.leaderEpoch(), yard.log.epochAt(known));
        if (base >= flushedEnd) return;
        var flushed = batches.stream().filter(written -> written.baseOffset == base).findFirst();
        assertEquals(flushed.orElseThrow().bytes, bytes, "another batch at " + base);
    }

    /// From now on the list is what was recovered.
    private void adopt() throws DiskFault {
        batches.clear();
        startAtMost = yard.log.logStartOffset();
        ledger.cutAt(startAtMost);
        for (var batch : yard.batchesFrom(startAtMost, 10_000)) {
            ledger.wrote(batch);
            var bytes = batch.buffer().slice(batch.position(), batch.sizeBytes());
            batches.add(new Written(batch.baseOffset(), batch.nextOffset(), bytes));
        }
        flushedEnd = yard.log.flushedEnd();
        yard.leaderEpoch = Math.max(yard.leaderEpoch, yard.log.lastEpoch().orElse(0));
    }

    private void lookAtProducers() throws DiskFault {
        ledger.look(deletedBelow);
        if (ledger.sawAborted) done.add("aborted");
        for (long producer = 0; producer < PRODUCERS; producer++) {
            var last = lastOf(producer);
            if (last.isEmpty()) continue;
            var view = last.get();
            assertInstanceOf(AppendPlan.Duplicate.class,
                yard.log.plan(view, yard.leaderEpoch, yard.now()), "producer " + producer);
            var next = new BatchBuilder(0).producer(producer, (short) 0, view.lastSequence() + 1)
                .append(1, null, null).build();
            assertInstanceOf(AppendPlan.Accept.class, yard.plan(next), "producer " + producer);
        }
    }
}
