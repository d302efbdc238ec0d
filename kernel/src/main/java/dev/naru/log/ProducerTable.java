package dev.naru.log;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.record.BatchView;
import dev.naru.record.ControlMarker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The producers that wrote to a log with an id, least recently used first. Decides whether a batch comes
/// next, came before, or cannot be. Owned by its log. Law I8: accepted sequences of one entry have no gap
/// and no repeat.
final class ProducerTable {
    private static final int INITIAL_ENTRIES = 8;
    private static final float LOAD_FACTOR = 0.75f;

    private final LinkedHashMap<Long, ProducerEntry> entries = new LinkedHashMap<>(INITIAL_ENTRIES,
        LOAD_FACTOR, true);
    private final LinkedHashMap<Long, Held> held = new LinkedHashMap<>(0);
    private final OpenTransactions transactions = new OpenTransactions();
    private @Nullable ProducerEntry latest;

    /// A first batch that was refused.
    private record Held(short producerEpoch, int baseSequence) {}

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    Collection<ProducerEntry> entries() {
        return entries.values();
    }

    OpenTransactions transactions() {
        return transactions;
    }

    /// What a batch with a producer id deserves; null when it may be written. One without sequences is
    /// a coordinator's, on behalf of the producer.
    @Nullable AppendPlan objection(BatchView batch) {
        var entry = find(batch.producerId());
        var objection = batch.baseSequence() < 0
            ? objectionWithoutSequence(entry, batch)
            : objectionToSequence(entry, batch);
        return objection == null && isOneTooMany(entry, batch) ? NO_ROOM : objection;
    }

    private boolean isOneTooMany(@Nullable ProducerEntry entry, BatchView batch) {
        boolean opens = batch.isTransactional()
            && (entry == null || entry.openTransactionOffset() < 0);
        return opens && transactions.openCount() >= Limits.OPEN_TRANSACTIONS_PER_PARTITION_MAX;
    }

    private @Nullable AppendPlan objectionToSequence(@Nullable ProducerEntry entry,
        BatchView batch) {
        // Nothing is known, be it new or forgotten: any sequence may begin, as clients expect since they
        // stopped to recover from UNKNOWN_PRODUCER_ID.
        if (entry == null) return isHeldBack(batch) ? OUT_OF_ORDER : null;
        short epoch = batch.producerEpoch();
        if (epoch < entry.producerEpoch()) return OLD_EPOCH;
        int first = batch.baseSequence();
        if (epoch > entry.producerEpoch())
            return first == 0 ? openMismatch(entry, batch) : OUT_OF_ORDER;
        int age = entry.find(first, batch.lastSequence());
        if (age >= 0) {
            return new AppendPlan.Duplicate(entry.firstOffset(age), entry.lastOffset(age) + 1,
                entry.timestampMs(age));
        }
        return isNext(entry.lastSequence(), first) ? openMismatch(entry, batch) : OUT_OF_ORDER;
    }

    private static @Nullable AppendPlan objectionWithoutSequence(@Nullable ProducerEntry entry,
        BatchView batch) {
        if (entry == null) return null;
        if (batch.producerEpoch() < entry.producerEpoch()) return OLD_EPOCH;
        return openMismatch(entry, batch);
    }

    /// What a marker deserves; null when it may be written. That there is no open transaction is no
    /// objection: a coordinator that does not know whether its marker arrived sends it again.
    AppendPlan.@Nullable Refuse objection(TransactionMarker marker) {
        var entry = find(marker.producerId());
        if (entry == null) return null;
        boolean isLate = marker.producerEpoch() < entry.producerEpoch()
            || (marker.hasRaisedEpoch() && marker.producerEpoch() == entry.producerEpoch()
                && entry.openTransactionOffset() >= 0);
        if (isLate) return OLD_EPOCH;
        return marker.coordinatorEpoch() < entry.coordinatorEpoch() ? FENCED : null;
    }

    boolean isInTransaction(long producerId, short producerEpoch) {
        var entry = find(producerId);
        return entry != null && entry.openTransactionOffset() >= 0
            && entry.producerEpoch() == producerEpoch;
    }

    /// There was no room for the batch. When it is a new producer's first, what was sent behind it must
    /// wait until it comes again: else it would be out of order for ever.
    void refused(BatchView batch) {
        if (!batch.hasProducer() || find(batch.producerId()) != null || isHeldBack(batch)) return;
        if (held.size() >= Limits.PRODUCERS_HELD_MAX) held.remove(held.firstEntry().getKey());
        held.put(batch.producerId(), new Held(batch.producerEpoch(), batch.baseSequence()));
    }

    private boolean isHeldBack(BatchView batch) {
        var first = held.get(batch.producerId());
        return first != null && first.producerEpoch() == batch.producerEpoch()
            && first.baseSequence() < batch.baseSequence();
    }

    /// Remembers a batch that is in the log at its final offsets; a control batch must be in memory as
    /// a whole. Returns the transaction that it aborted, if it did.
    @Nullable AbortedTransaction record(BatchView batch, long wallMs) {
        if (!batch.hasProducer()) return null;
        if (batch.isControl()) return recordMarker(batch, wallMs);
        if (!held.isEmpty()) held.remove(batch.producerId());
        var entry = used(batch, wallMs);
        if (batch.baseSequence() >= 0) {
            entry.add(batch.baseSequence(), batch.lastOffset(), batch.lastOffsetDelta(),
                batch.maxTimestamp());
        } else {
            entry.wrote(batch.maxTimestamp());
        }
        if (batch.isTransactional() && entry.openTransactionOffset() < 0) {
            entry.transactionOpenFrom(batch.baseOffset());
            transactions.begin(batch.baseOffset(), entry.producerId());
        }
        return null;
    }

    private @Nullable AbortedTransaction recordMarker(BatchView batch, long wallMs) {
        var marker = ControlMarker.in(batch).orElse(null);
        if (marker == null) return null;
        var entry = used(batch, wallMs);
        long first = entry.openTransactionOffset();
        int coordinatorEpoch = Math.max(marker.coordinatorEpoch(), entry.coordinatorEpoch());
        entry.transactionEnded(coordinatorEpoch, batch.maxTimestamp());
        if (first < 0) return null;
        long last = batch.lastOffset();
        long stable = transactions.stableAfter(entry.producerId(), last);
        transactions.end(first, last);
        return switch (marker.type()) {
            case COMMIT -> null;
            case ABORT -> new AbortedTransaction(entry.producerId(), first, last, stable);
        };
    }

    private ProducerEntry used(BatchView batch, long wallMs) {
        var entry = find(batch.producerId());
        if (entry == null) entry = create(batch.producerId(), batch.producerEpoch());
        if (batch.producerEpoch() > entry.producerEpoch()) entry.moveTo(batch.producerEpoch());
        entry.used(wallMs);
        entry.wroteAt(batch.lastOffset());
        return entry;
    }

    /// Checks a batch just before it is written against law I8.
    void check(BatchView batch) {
        if (batch.isControl()) return;
        Invariant.check(objection(batch) == null, "I8: sequences have no gap and no repeat",
            batch.producerId(), batch.baseSequence());
    }

    /// Forgets who wrote nothing for `expirationMs` and has no open transaction.
    void expire(long wallMs, long expirationMs) {
        var oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext()) {
            var entry = oldestFirst.next();
            if (wallMs - entry.lastUseMs() < expirationMs) return;
            if (entry.openTransactionOffset() >= 0) continue;
            oldestFirst.remove();
            latest = null;
        }
    }

    /// Takes an entry from a snapshot.
    ProducerEntry restore(long producerId, short producerEpoch) {
        var entry = find(producerId);
        if (entry == null) return create(producerId, producerEpoch);
        entry.moveTo(producerEpoch);
        return entry;
    }

    /// All entries of a snapshot are there: learns which transactions are open.
    void restored() {
        for (var entry : entries.values()) {
            long first = entry.openTransactionOffset();
            if (first >= 0) transactions.begin(first, entry.producerId());
        }
    }

    List<ProducerState> states() {
        var states = new ArrayList<ProducerState>(entries.size());
        for (var entry : entries.values())
            states.add(entry.state());
        return states;
    }

    private static final AppendPlan.Refuse OLD_EPOCH = new AppendPlan.Refuse(
        ErrorCode.INVALID_PRODUCER_EPOCH);
    /// Clients send a batch again on this, and look for no other leader.
    static final AppendPlan.Refuse NO_ROOM = new AppendPlan.Refuse(
        ErrorCode.NOT_ENOUGH_REPLICAS,
        "The partition has as many open transactions as it may have: "
            + Limits.OPEN_TRANSACTIONS_PER_PARTITION_MAX + ".");
    private static final AppendPlan.Refuse FENCED = new AppendPlan.Refuse(
        ErrorCode.TRANSACTION_COORDINATOR_FENCED);
    private static final AppendPlan.Refuse OUT_OF_ORDER = new AppendPlan.Refuse(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);

    private static boolean isNext(int lastSequence, int firstSequence) {
        if (lastSequence == ProducerEntry.NO_SEQUENCE) return firstSequence == 0;
        return firstSequence == ((lastSequence + 1) & Integer.MAX_VALUE);
    }

    /// Inside a transaction everything is transactional.
    private static @Nullable AppendPlan openMismatch(ProducerEntry entry, BatchView batch) {
        if (entry.openTransactionOffset() < 0 || batch.isTransactional()) return null;
        return new AppendPlan.Refuse(ErrorCode.INVALID_TXN_STATE);
    }

    private @Nullable ProducerEntry find(long producerId) {
        var seen = latest;
        if (seen != null && seen.producerId() == producerId) return seen;
        var entry = entries.get(producerId);
        latest = entry;
        return entry;
    }

    private ProducerEntry create(long producerId, short producerEpoch) {
        if (entries.size() >= Limits.PRODUCERS_PER_PARTITION_MAX) evictOldest();
        var entry = new ProducerEntry(producerId, producerEpoch);
        entries.put(producerId, entry);
        latest = entry;
        return entry;
    }

    private void evictOldest() {
        var oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext()) {
            if (oldestFirst.next().openTransactionOffset() >= 0) continue;
            oldestFirst.remove();
            return;
        }
    }
}
