package dev.naru.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a producer has for one partition: batches that wait, those with a sequence first and in its
/// order, and batches under way. Owned by its producer.
final class ProducerQueue {
    private final Slot slot;
    private final ArrayList<ProducerBatch> queued = new ArrayList<>();
    private final ArrayList<ProducerBatch> inFlight = new ArrayList<>();
    private int nextSequence;
    private long numberedCount;

    ProducerQueue(Slot slot) {
        this.slot = slot;
    }

    Slot slot() {
        return slot;
    }

    boolean isEmpty() {
        return queued.isEmpty() && inFlight.isEmpty();
    }

    int recordCount() {
        int count = 0;
        for (var batch : queued)
            count += batch.recordCount();
        for (var batch : inFlight)
            count += batch.recordCount();
        return count;
    }

    /// The batch that takes the next record: the last one while it is open, or a new one.
    ProducerBatch open(int recordsMax, long nowNs) {
        if (!queued.isEmpty()) {
            var last = queued.getLast();
            boolean isOpen = !last.hasLeft() && !last.hasSequence();
            if (isOpen && last.recordCount() < recordsMax) return last;
        }
        var fresh = new ProducerBatch(slot, nowNs);
        queued.add(fresh);
        return fresh;
    }

    /// Whether the first batch may leave now.
    boolean isReady(long nowNs, long lingerNs, int recordsMax) {
        if (queued.isEmpty()) return false;
        var first = queued.getFirst();
        if (first.hasSequence()) return !isOutstandingBefore(first);
        if (isWindowFull()) return false;
        return first.hasLeft() || queued.size() > 1 || first.recordCount() >= recordsMax
            || nowNs - first.createdNs() >= lingerNs;
    }

    /// Whether one that is not decided yet would be too old to be known again, if more were taken: its
    /// request may be under way to a node that does not lead any more, while another takes what follows.
    private boolean isWindowFull() {
        long oldest = numberedCount;
        for (var batch : inFlight)
            if (batch.hasSequence()) oldest = Math.min(oldest, batch.sequencePlace());
        for (var batch : queued)
            if (batch.hasSequence()) oldest = Math.min(oldest, batch.sequencePlace());
        return numberedCount - oldest >= ProducerSettings.IN_FLIGHT_IDEMPOTENT_MAX;
    }

    /// Takes the first batch, which leaves now; it is numbered the first time, when `writer` is known.
    ProducerBatch take(ProducerIdentity writer) {
        var first = queued.removeFirst();
        if (writer.isKnown() && !first.hasSequence()) {
            first.number(writer, nextSequence, numberedCount++);
            nextSequence = (nextSequence + first.recordCount()) & Integer.MAX_VALUE;
        }
        first.leaves();
        inFlight.add(first);
        return first;
    }

    void landed(ProducerBatch batch) {
        inFlight.remove(batch);
    }

    /// The batch goes again, before everything that was to leave after it.
    void again(ProducerBatch batch) {
        int at = 0;
        while (batch.hasSequence() && at < queued.size() && queued.get(at).hasSequence()
            && queued.get(at).compareTo(batch) < 0) {
            at++;
        }
        queued.add(at, batch);
    }

    /// Whether a batch with a lower sequence is not decided yet.
    boolean isOutstandingBefore(ProducerBatch batch) {
        for (var other : inFlight) {
            if (other != batch && other.compareTo(batch) < 0) return true;
        }
        for (var other : queued) {
            if (other.hasSequence() && other.compareTo(batch) < 0) return true;
        }
        return false;
    }

    /// Removes and returns the first batch when it is older than the deadline allows.
    Optional<ProducerBatch> expired(long nowNs, long deliveryTimeoutNs) {
        if (queued.isEmpty()) return Optional.empty();
        var first = queued.getFirst();
        if (nowNs - first.createdNs() < deliveryTimeoutNs) return Optional.empty();
        queued.removeFirst();
        return Optional.of(first);
    }

    /// Sequences start again; the batches that have one already are given back.
    List<ProducerBatch> restart() {
        var numbered = new ArrayList<ProducerBatch>();
        while (!queued.isEmpty() && queued.getFirst().hasSequence()) {
            numbered.add(queued.removeFirst());
        }
        nextSequence = 0;
        return numbered;
    }

    /// Everything that is not under way.
    List<ProducerBatch> drop() {
        var dropped = List.copyOf(queued);
        queued.clear();
        return dropped;
    }

    /// Everything, also what is under way: its answers will not count any more.
    List<ProducerBatch> dropAll() {
        var dropped = new ArrayList<>(queued);
        for (var batch : inFlight) {
            batch.mayBeThere();
            dropped.add(batch);
        }
        queued.clear();
        inFlight.clear();
        return dropped;
    }
}
