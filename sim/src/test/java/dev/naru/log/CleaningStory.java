package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.record.ControlMarker;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import dev.naru.sim.PowerCut;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Keyed records, some in transactions, cleaned while more arrive; and beside it all that was ever written,
/// to say what must be left.
final class CleaningStory {
    private static final int PRODUCERS = 3;
    private static final int KEYS = 6;

    final LogYard yard;
    private final SimEntropy chance;
    /// All data ever written, by offset.
    private final TreeMap<Long, Datum> data = new TreeMap<>();
    /// Ends of transactions, by offset.
    private final TreeMap<Long, End> ends = new TreeMap<>();
    private final int[] sequences = new int[PRODUCERS];
    private final boolean[] isOpen = new boolean[PRODUCERS];
    private long flushedEnd;

    /// @param producer -1 outside of transactions
    private record Datum(String key, @Nullable String value, int producer) {}

    private record End(int producer, boolean isCommitted) {}

    CleaningStory(long seed, LogSettings settings) throws DiskFault {
        yard = new LogYard(seed, settings);
        yard.tools = new CleaningTools(LogYard.NO_CODECS, 5 + (int) (seed % 3) * 100, 0.9, 300);
        chance = new SimEntropy(seed + 100);
    }

    /// Works until the steps are done or the power goes; true when it went.
    boolean isCut(int steps) throws DiskFault {
        try {
            for (int step = 0; step < steps; step++)
                step();
            return false;
        } catch (PowerCut cut) {
            return true;
        }
    }

    private void step() throws DiskFault {
        yard.wallMs += 10 + chance.below(200);
        switch (chance.below(12)) {
            case 0, 1 -> flush();
            case 2 -> {
                yard.log.roll(yard.now());
                yard.log.checkpoint();
            }
            case 3, 4, 5, 6 -> clean();
            default -> append();
        }
    }

    private void flush() throws DiskFault {
        long end = yard.log.logEndOffset();
        yard.flush();
        flushedEnd = end;
        yard.record();
    }

    /// As an owner would, below what is decided and flushed.
    private void clean() throws DiskFault {
        var cleaning = yard.log.cleaning();
        if (!cleaning.isUnderWay()) {
            long stable = Math.min(flushedEnd, yard.log.firstUndecidedOffset(flushedEnd));
            var what = cleaning.look(stable, yard.now());
            if (what.isPresent()) cleaning.begin(what.get(), yard.tools, yard.now());
        }
        for (int step = 0; step < 6; step++) {
            if (cleaning.step() == LogCleaning.Step.FLUSH) flush();
        }
    }

    private void append() throws DiskFault {
        int producer = chance.below(PRODUCERS + 2);
        if (producer >= PRODUCERS) {
            append(new BatchBuilder(0), -1);
        } else if (isOpen[producer] && chance.oneIn(2)) {
            end(producer);
        } else {
            var builder = new BatchBuilder(0)
                .producer(100 + producer, (short) 0, sequences[producer]).transactional();
            isOpen[producer] = true;
            sequences[producer] += append(builder, producer);
        }
    }

    private int append(BatchBuilder builder, int producer) throws DiskFault {
        long base = yard.log.logEndOffset();
        int count = 1 + chance.below(4);
        for (int number = 0; number < count; number++) {
            var key = "k" + chance.below(KEYS);
            var value = chance.oneIn(4) ? null : "value" + (base + number);
            data.put(base + number, new Datum(key, value, producer));
            builder.append(yard.wallMs, LogYard.bytes(key),
                value == null ? null : LogYard.bytes(value));
        }
        yard.append(builder.build());
        return count;
    }

    private void end(int producer) throws DiskFault {
        boolean isCommitted = chance.oneIn(2);
        ends.put(yard.log.logEndOffset(), new End(producer, isCommitted));
        isOpen[producer] = false;
        yard.append(new TransactionMarker(100 + producer, (short) 0, 1, isCommitted, 0)
            .batch(yard.wallMs));
    }

    /// Comes back after a power cut, is looked at, cleaned to the end, and looked at again.
    void recoverAndCheck(String name) throws DiskFault, Unreadable {
        yard.lostPower();
        forgetFrom(yard.log.logEndOffset());
        check(name);
        finish(name);
    }

    /// Cleans all that can be and looks whether nothing is left that should have gone.
    void finish(String name) throws DiskFault, Unreadable {
        yard.tools = new CleaningTools(LogYard.NO_CODECS, 1_000, 0.9, 300);
        yard.cleanFully();
        check(name + " cleaned");
        checkOneOfEach(name);
        yard.wallMs += 100_000;
        yard.cleanFully();
        yard.cleanFully();
        check(name + " cleaned twice");
    }

    private void forgetFrom(long end) {
        assertTrue(end >= flushedEnd, "flushed records are lost");
        data.tailMap(end, true).clear();
        ends.tailMap(end, true).clear();
        long start = yard.log.logStartOffset();
        if (start == 0) return;
        assertEquals(0, flushedEnd, "the log starts later");
        data.headMap(start, false).clear();
        ends.headMap(start, false).clear();
    }

    /// What committed readers see must be what was written, and add up to the same.
    void check(String name) throws DiskFault, Unreadable {
        long end = yard.log.logEndOffset();
        long stable = Math.min(end, yard.log.firstUndecidedOffset(end));
        assertEquals(Math.min(end, firstOpen()), stable, name);
        var seen = readCommitted(stable);
        var newestSeen = new TreeMap<String, Long>();
        for (var each : seen.entrySet()) {
            var written = data.get(each.getKey());
            assertEquals(written, each.getValue(), name + " at " + each.getKey());
            assertTrue(isCommitted(each.getKey(), each.getValue()), name + " at " + each.getKey());
            newestSeen.put(each.getValue().key, each.getKey());
        }
        for (var each : newestCommitted(stable).entrySet()) {
            var left = newestSeen.get(each.getKey());
            if (each.getValue().equals(left)) continue;
            var newest = data.get(each.getValue());
            assertTrue(newest != null && newest.value == null && left == null,
                name + ": the newest of " + each.getKey() + " at " + each.getValue()
                    + " is not at " + left);
        }
        checkUndecided(name, stable, end);
        assertFalse(yard.saw(LogEvent.BadBatch.class), name);
        assertFalse(yard.saw(LogEvent.FlushedBytesMissing.class), name);
    }

    private long firstOpen() {
        var open = new TreeMap<Integer, Long>();
        var all = new TreeMap<Long, Integer>();
        data.forEach((offset, datum) -> all.put(offset, datum.producer));
        ends.forEach((offset, each) -> all.put(offset, -2 - each.producer));
        all.forEach((offset, producer) -> {
            if (producer >= 0) open.putIfAbsent(producer, offset);
            if (producer <= -2) open.remove(-2 - producer);
        });
        return open.values().stream().min(Comparator.naturalOrder()).orElse(Long.MAX_VALUE);
    }

    private boolean isCommitted(long offset, Datum datum) {
        if (datum.producer < 0) return true;
        for (var end : ends.tailMap(offset, false).values()) {
            if (end.producer == datum.producer) return end.isCommitted;
        }
        return false;
    }

    private Map<String, Long> newestCommitted(long below) {
        var newest = new TreeMap<String, Long>();
        data.headMap(below, false).forEach((offset, datum) -> {
            if (isCommitted(offset, datum)) newest.put(datum.key, offset);
        });
        return newest;
    }

    /// Nothing of what is not decided may be missing.
    private void checkUndecided(String name, long from, long end) throws DiskFault, Unreadable {
        var found = new TreeMap<Long, Datum>();
        for (var batch : yard.batchesFrom(yard.log.logStartOffset(), 5_000)) {
            if (!batch.isControl()) addTo(found, batch);
        }
        for (var each : data.subMap(from, end).entrySet())
            assertEquals(each.getValue(), found.get(each.getKey()), name + " undecided");
    }

    /// Where everything is cleaned, a key is left once, and nothing of aborted transactions.
    private void checkOneOfEach(String name) throws DiskFault, Unreadable {
        long cleaned = yard.log.cleanedUpTo();
        var found = new TreeMap<Long, Datum>();
        for (var batch : yard.batchesFrom(yard.log.logStartOffset(), 5_000)) {
            if (!batch.isControl() && batch.lastOffset() < cleaned) addTo(found, batch);
        }
        var keys = new HashSet<String>();
        for (var each : found.entrySet()) {
            assertTrue(keys.add(each.getValue().key), name + ": twice " + each.getValue());
            assertTrue(isCommitted(each.getKey(), each.getValue()), name + ": aborted");
        }
    }

    private Map<Long, Datum> readCommitted(long upTo) throws DiskFault, Unreadable {
        var seen = new TreeMap<Long, Datum>();
        long next = yard.log.logStartOffset();
        while (yard.log.read(next, 700, upTo, true) instanceof Read.Found found) {
            var ahead = new ArrayList<>(yard.log.abortedIn(found, upTo));
            ahead.sort(Comparator.comparingLong(AbortedTransaction::firstOffset));
            var aborted = new HashSet<Long>();
            for (var batch : LogYard.batchesIn(found)) {
                while (!ahead.isEmpty() && ahead.getFirst().firstOffset() <= batch.lastOffset())
                    aborted.add(ahead.removeFirst().producerId());
                var marker = ControlMarker.in(batch);
                if (marker.isPresent() && marker.get().type() == ControlMarker.Type.ABORT)
                    aborted.remove(batch.producerId());
                boolean isAborted = batch.isTransactional()
                    && aborted.contains(batch.producerId());
                if (!batch.isControl() && !isAborted) addTo(seen, batch);
                next = Math.max(next, batch.nextOffset());
            }
        }
        return seen;
    }

    private static void addTo(Map<Long, Datum> seen, BatchView batch) throws Unreadable {
        int producer = batch.hasProducer() ? (int) batch.producerId() - 100 : -1;
        try (var cursor = new RecordCursor(LogYard.NO_CODECS)) {
            cursor.open(batch);
            while (cursor.next()) {
                var key = cursor.key();
                seen.put(cursor.offset(), new Datum(key == null ? "" : text(key),
                    cursor.value() == null ? null : text(cursor.value()), producer));
            }
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
