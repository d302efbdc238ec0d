package dev.naru.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.record.ControlMarker;
import dev.naru.sim.SimEntropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Transactions of a few producers in a log, and what the log must know of them. Even producers keep their
/// epoch, odd ones raise it with each marker.
final class Ledger {
    static final int PRODUCERS = 4;
    private static final int FIRST_ID = 100;

    private final LogYard yard;
    private final SimEntropy chance;
    /// By offset.
    private final TreeMap<Long, Entry> entries = new TreeMap<>();

    /// Whether it has met an aborted batch that the log knew of.
    boolean sawAborted;

    private record Entry(long producerId, boolean isMarker, boolean isCommitted) {}

    Ledger(LogYard yard, SimEntropy chance) {
        this.yard = yard;
        this.chance = chance;
    }

    /// The next batch of some producer: data, or the end of its transaction.
    ByteBuffer next() throws DiskFault {
        int producer = chance.below(PRODUCERS);
        var state = stateOf(FIRST_ID + producer);
        short epoch = state.map(ProducerState::producerEpoch).orElse((short) 0);
        boolean isOpen = state.isPresent() && state.get().openTransactionOffset() >= 0;
        if (isOpen && chance.oneIn(2)) {
            int raised = epoch + producer % 2;
            return new TransactionMarker(FIRST_ID + producer, (short) raised, 3, chance.oneIn(2),
                1 + producer % 2).batch(yard.wallMs);
        }
        int sequence = state.map(ProducerState::lastSequence).orElse(-1) + 1;
        var value = ByteBuffer.allocate(100 * (1 + chance.below(3)));
        value.putLong(8, chance.nextLong());
        return new BatchBuilder(0).producer(FIRST_ID + producer, epoch, sequence).transactional()
            .append(yard.wallMs, null, value).build();
    }

    private Optional<ProducerState> stateOf(long producerId) throws DiskFault {
        return yard.log.producers().stream().filter(each -> each.producerId() == producerId)
            .findFirst();
    }

    void wrote(BatchView batch) {
        if (!batch.isTransactional()) return;
        var marker = ControlMarker.in(batch);
        boolean isCommitted = marker.isPresent()
            && marker.get().type() == ControlMarker.Type.COMMIT;
        entries.put(batch.baseOffset(),
            new Entry(batch.producerId(), batch.isControl(), isCommitted));
    }

    /// The log was cut, or came back another.
    void cutAt(long endOffset) {
        entries.tailMap(endOffset, true).clear();
    }

    /// The log must know which transactions are open and which were aborted; `deletedBelow`, it may know
    /// less.
    void look(long deletedBelow) throws DiskFault {
        long start = Math.max(deletedBelow, yard.log.logStartOffset());
        for (int producer = 0; producer < PRODUCERS; producer++)
            lookAtOpen(FIRST_ID + producer, start);
        lookAtStable(start);
        lookAtAborted(start);
    }

    private void lookAtOpen(long producerId, long start) throws DiskFault {
        long first = -1;
        long last = -1;
        for (var each : entries.entrySet()) {
            if (each.getValue().producerId != producerId) continue;
            last = each.getKey();
            if (each.getValue().isMarker) first = -1;
            else if (first < 0)
                first = each.getKey();
        }
        long known = stateOf(producerId).map(ProducerState::openTransactionOffset).orElse(-1L);
        if (first < 0) {
            assertEquals(-1, known, "producer " + producerId + " has no transaction");
        } else if (first >= start) {
            assertEquals(first, known, "the transaction of " + producerId);
        } else if (last >= start) {
            assertTrue(known >= first && known <= last, "the transaction of " + producerId);
        }
    }

    /// I1, with everything committed: the first undecided offset.
    private void lookAtStable(long start) throws DiskFault {
        long end = yard.log.logEndOffset();
        var open = new TreeMap<Long, Long>();
        for (var each : entries.entrySet()) {
            if (each.getValue().isMarker) open.remove(each.getValue().producerId);
            else
                open.putIfAbsent(each.getValue().producerId, each.getKey());
        }
        long first = Long.MAX_VALUE;
        for (long offset : open.values())
            first = Math.min(first, offset);
        long known = yard.log.firstUndecidedOffset(end);
        if (first >= start) assertEquals(first, known, "the first undecided offset");
        else
            assertTrue(known >= first, "the first undecided offset is deleted");
    }

    /// Reads as those do who want committed data only.
    private void lookAtAborted(long start) throws DiskFault {
        long end = yard.log.logEndOffset();
        long next = start;
        int maxBytes = 1 + chance.below(3_000);
        while (yard.log.read(next, maxBytes, end, true) instanceof Read.Found found) {
            var aborted = yard.log.abortedIn(found, end);
            long before = next;
            next = check(LogYard.batchesIn(found), aborted, next);
            if (next == before) throw new AssertionError("no whole batch at " + next);
        }
    }

    private long check(List<BatchView> batches, List<AbortedTransaction> aborted, long from) {
        long next = from;
        var ahead = new ArrayList<>(aborted);
        ahead.sort((a, b) -> Long.compare(a.firstOffset(), b.firstOffset()));
        var producers = new HashSet<Long>();
        for (var batch : batches) {
            while (!ahead.isEmpty() && ahead.getFirst().firstOffset() <= batch.lastOffset())
                producers.add(ahead.removeFirst().producerId());
            boolean isAborted = batch.isTransactional() && producers.contains(batch.producerId());
            sawAborted |= isAborted;
            if (batch.isControl()) {
                var marker = ControlMarker.in(batch).orElseThrow();
                if (marker.type() == ControlMarker.Type.ABORT)
                    producers.remove(batch.producerId());
            } else if (batch.isTransactional() && batch.baseOffset() >= from) {
                assertEquals(isAborted(batch), isAborted, "aborted at " + batch.baseOffset());
            } else {
                assertFalse(isAborted);
            }
            next = Math.max(next, batch.nextOffset());
        }
        return next;
    }

    /// Whether the first marker behind the batch aborts its transaction.
    private boolean isAborted(BatchView batch) {
        for (var each : entries.tailMap(batch.baseOffset(), true).values()) {
            if (each.producerId == batch.producerId() && each.isMarker) return !each.isCommitted;
        }
        return false;
    }
}
