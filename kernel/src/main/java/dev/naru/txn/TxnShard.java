package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Origin;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The transactional ids that belong to one partition of `__transaction_state`. Owned by the
/// partition's loop. Keeps I10 and I14.
public final class TxnShard implements Shard<TxnRequest, TxnFact> {
    private final Supplier<TxnRules> rules;
    private final Markers markers;
    private final SortedMap<String, TxnEntry> entries = new TreeMap<>();
    private final InitDecider inits;
    private final PartitionsDecider partitions;
    private final EndDecider ends;
    private TxnFact.@Nullable Swept lastSweep;

    /// `rules` are read anew for each decision.
    public TxnShard(Supplier<TxnRules> rules, Markers markers) {
        this.rules = rules;
        this.markers = markers;
        this.inits = new InitDecider(markers);
        this.partitions = new PartitionsDecider(markers);
        this.ends = new EndDecider(markers);
    }

    @Override public Decision<TxnFact> decide(TxnRequest request, Now now) {
        return switch (request) {
            case TxnRequest.Init q -> init(q, now);
            case TxnRequest.AddPartitions q ->
                partitions.add(entries.get(q.id()), q, rules.get(), now);
            case TxnRequest.Verify q -> PartitionsDecider.verify(entries.get(q.id()), q);
            case TxnRequest.End q -> ends.end(entries.get(q.id()), q, now);
            case TxnRequest.MarkersWritten q ->
                ends.complete(entries.get(q.plan().id()), q, now);
            case TxnRequest.Describe q -> Decision.reply(q.from(),
                TxnReader.describe(q.id(), entries.get(q.id())));
            case TxnRequest.ListAll q -> Decision.reply(q.from(),
                TxnReader.list(entries.values(), q.filter(), now));
        };
    }

    private Decision<TxnFact> init(TxnRequest.Init q, Now now) {
        var known = entries.get(q.id());
        boolean isFull = known == null && entries.size() >= Limits.TRANSACTIONAL_IDS_PER_SHARD_MAX;
        return isFull
            ? Decision.reply(q.from(), new TxnAnswer.Refused(ErrorCode.COORDINATOR_NOT_AVAILABLE))
            : inits.init(known, q, rules.get(), now);
    }

    @Override public void apply(TxnFact fact, Origin origin) {
        switch (fact) {
            case TxnFact.Stored(String id, Txn txn) -> store(id, txn, origin);
            case TxnFact.Removed(String id) -> entries.remove(id);
            case TxnFact.LastEpochKept(String id, short epoch) -> known(id).lastEpoch(epoch);
            case TxnFact.DeadlineSet(String id, long atNs) -> known(id).deadlineNs(atNs);
            case TxnFact.WaiterParked(String id, ReplyTo<ErrorCode> waiter) ->
                known(id).waiters().add(waiter);
            case TxnFact.WaitersTold(String id) -> known(id).waiters().clear();
            case TxnFact.Swept swept -> lastSweep = swept;
        }
    }

    /// Compaction may have taken the steps in between from what is replayed.
    private void store(String id, Txn txn, Origin origin) {
        var present = entries.get(id);
        if (present == null) {
            entries.put(id, new TxnEntry(id, txn));
            return;
        }
        boolean isLegal = origin.isReplayed() || present.txn().status().mayBecome(txn.status());
        Invariant.check(isLegal, "I14: a transaction moves along legal edges",
            present.txn().status().id(), txn.status().id());
        present.store(txn);
    }

    private TxnEntry known(String id) {
        return Invariant.present(entries.get(id), "I10: a volatile fact is about a known id");
    }

    /// Markers are plain facts of other partitions; nothing here waits for one.
    @Override public void applyMarker(long producerId, short producerEpoch, boolean isCommitted) {}

    /// Takes up what an earlier life left: sends the markers of what was prepared, and counts the
    /// time of what is going on from when it began, as far as the wall clock tells.
    @Override public Decision<TxnFact> onLoaded(Now now) {
        var draft = new TxnDraft(markers);
        for (var entry : entries.values()) {
            var txn = entry.txn();
            if (txn.status().isPrepared()) draft.sendMarkers(entry.id(), txn);
            if (txn.status() != TxnStatus.ONGOING) continue;
            long goneMs = Math.clamp(now.wallMs() - txn.startMs(), 0L, txn.timeoutMs());
            draft.turn(new TxnFact.DeadlineSet(entry.id(),
                now.monotonicNs() + (txn.timeoutMs() - goneMs) * Now.NS_PER_MS));
        }
        draft.turn(new TxnFact.Swept(now.monotonicNs(), now.wallMs()));
        draft.start(new TxnTimer.Deadlines(), rules.get().abortCheckIntervalMs());
        draft.start(new TxnTimer.Sweep(), rules.get().expiryCheckIntervalMs());
        return draft.decision();
    }

    @Override public Decision<TxnFact> onTimer(Object timer, Now now) {
        if (!(timer instanceof TxnTimer due)) return Decision.none();
        return switch (due) {
            case TxnTimer.Deadlines() -> abortLate(now);
            case TxnTimer.Sweep() -> sweep(now);
            case TxnTimer.WaitEnds(String id) -> endWait(id);
        };
    }

    private Decision<TxnFact> abortLate(Now now) {
        var draft = new TxnDraft(markers);
        for (var entry : entries.values()) {
            boolean isLate = entry.txn().status() == TxnStatus.ONGOING
                && now.monotonicNs() - entry.deadlineNs() >= 0;
            if (isLate) InitDecider.fence(draft, entry, rules.get(), now);
        }
        draft.start(new TxnTimer.Deadlines(), rules.get().abortCheckIntervalMs());
        return draft.decision();
    }

    /// Forgets ids that were not used for long. Their times are wall time: when the wall clock ran
    /// ahead of the monotonic one by more than an interval since the last look, this look is
    /// skipped, and a clock that is set right before the next one does no harm.
    private Decision<TxnFact> sweep(Now now) {
        var draft = new TxnDraft(markers);
        for (var entry : entries.values()) {
            boolean isOver = entry.txn().status().isIdle() && entry.waiters().isEmpty()
                && now.wallMs() - entry.txn().lastUpdateMs() >= rules.get().idExpirationMs();
            if (isOver && isClockPlausible(now)) draft.turn(new TxnFact.Removed(entry.id()));
        }
        draft.turn(new TxnFact.Swept(now.monotonicNs(), now.wallMs()));
        draft.start(new TxnTimer.Sweep(), rules.get().expiryCheckIntervalMs());
        return draft.decision();
    }

    private boolean isClockPlausible(Now now) {
        var last = lastSweep;
        if (last == null) return true;
        long wallMs = now.wallMs() - last.wallMs();
        long monotonicMs = (now.monotonicNs() - last.monotonicNs()) / Now.NS_PER_MS;
        return wallMs - monotonicMs <= rules.get().expiryCheckIntervalMs();
    }

    private Decision<TxnFact> endWait(String id) {
        var entry = entries.get(id);
        if (entry == null) return Decision.none();
        var draft = new TxnDraft(markers);
        EndDecider.tellWaiters(draft, entry);
        return draft.decision();
    }

    @Override public List<ReplyTo<?>> waiting() {
        var waiting = new ArrayList<ReplyTo<?>>();
        for (var entry : entries.values())
            waiting.addAll(entry.waiters());
        return waiting;
    }

    /// All that the log knows, for comparisons in tests.
    Map<String, Txn> picture() {
        var picture = new TreeMap<String, Txn>();
        entries.forEach((id, entry) -> picture.put(id, entry.txn()));
        return picture;
    }
}
