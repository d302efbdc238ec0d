package dev.naru.share;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import java.util.ArrayList;
import java.util.List;

/// One partition as a queue of one group: which of its records are lent to whom, which are done.
///
/// ```
///   done          lent, waiting, done ...        never looked at
///   ------------|------------------------------|------------------>
///           start offset                   end offset
/// ```
/// What changes is pending until its owner has stored it: it takes a [Change], stores it, and says
/// so ([#stored]); one change is on its way at a time. A change that cannot be stored is not undone:
/// the share partition is dropped and read back. Locks and rests are not stored.
///
/// Owned by the loop of the partition. Laws: I20, I21, I22.
public final class SharePartition {
    /// Who asks for records, and how they are to be counted out.
    public record Ask(String memberId, int recordsMax, int batchSize, AcquireMode mode) {}

    private final InFlight inFlight = new InFlight();
    private final Grants grants = new Grants();
    private final List<Span> changed = new ArrayList<>();
    private List<Span> writing = List.of();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private ShareTerms terms;
    private long startOffset;
    private long endOffset;
    /// What is below is gone from the log.
    private long goneBelow;
    /// Below, the keys of all records are known (in key order only).
    private long keysKnownTo;
    private boolean isWriting;

    /// As it was stored: everything from `startOffset` on that `stored` does not mention is
    /// available.
    public SharePartition(ShareTerms terms, long startOffset, List<StateBatch> stored) {
        this.terms = terms;
        this.startOffset = startOffset;
        this.endOffset = startOffset;
        this.keysKnownTo = startOffset;
        for (var batch : stored) {
            if (batch.lastOffset() >= endOffset) restore(batch);
        }
        inFlight.keepKeyOrder(terms.keepsKeyOrder());
        dropSettled();
    }

    private void restore(StateBatch batch) {
        if (batch.firstOffset() > endOffset) {
            inFlight.add(new Span(endOffset, batch.firstOffset() - 1, RecordState.AVAILABLE, 0));
        }
        long first = Math.max(batch.firstOffset(), endOffset);
        var state = batch.state() == RecordState.ACQUIRED ? RecordState.AVAILABLE : batch.state();
        var span = new Span(first, batch.lastOffset(), state, batch.deliveryCount());
        inFlight.add(span);
        endOffset = batch.lastOffset() + 1;
        if (state == RecordState.ARCHIVING) bury(span);
    }

    /// The group's settings are other ones now.
    public void terms(ShareTerms changedTerms) {
        if (changedTerms.keepsKeyOrder() && !terms.keepsKeyOrder()) keysKnownTo = startOffset;
        terms = changedTerms;
        inFlight.keepKeyOrder(terms.keepsKeyOrder());
    }

    public ShareTerms terms() {
        return terms;
    }

    public long startOffset() {
        return startOffset;
    }

    public long endOffset() {
        return endOffset;
    }

    /// Where a read for members should begin.
    public long nextOffset() {
        long fresh = terms.keepsKeyOrder() ? Math.min(keysKnownTo, endOffset) : endOffset;
        long ready = inFlight.firstReady();
        return ready < 0 ? fresh : Math.min(ready, fresh);
    }

    /// Whether a member that asked now could be lent something, if the log is readable up to
    /// `readableEnd`.
    public boolean hasSomething(long readableEnd) {
        return inFlight.lockedCount() < terms.locksMax() && nextOffset() < readableEnd;
    }

    /// The member is there, and will ask again.
    public void join(String memberId) {
        grants.join(memberId);
    }

    public int memberCount() {
        return grants.memberCount();
    }

    /// Nobody has anything of it and nothing is on its way: it could as well be read back.
    public boolean isIdle() {
        return grants.memberCount() == 0 && inFlight.nextDueNs() == Long.MAX_VALUE && !isWriting
            && changed.isEmpty() && deadLetters.isEmpty();
    }

    /// Lends what of `found` may be lent. `found` is what the log holds from `fromOffset` on, in
    /// order; no more of it is taken than is needed.
    public List<Lent> acquire(Ask ask, long fromOffset, Iterable<Stretch> found, Now now) {
        long room = Math.min(ask.recordsMax(), terms.locksMax() - inFlight.lockedCount());
        room = Math.min(room, grants.sizeFor(ask.memberId(), !inFlight.isHolding(ask.memberId()),
            terms.locksMax(), now));
        if (room <= 0) return List.of();
        var lending = new Lending(inFlight, ask, now.monotonicNs() + terms.lockNs(), room);
        long next = fromOffset;
        for (var stretch : found) {
            if (stretch.firstOffset() > next) withhold(next, stretch.firstOffset() - 1);
            if (stretch.isData()) {
                lendFrom(stretch, lending);
            } else {
                withhold(stretch.firstOffset(), stretch.lastOffset());
            }
            next = Math.max(next, stretch.lastOffset() + 1);
            if (lending.isFull()) break;
        }
        grants.lent(ask.memberId(), lending.count(), now);
        return lending.lent();
    }

    /// Offsets that nobody will ever be lent: they count as archived.
    private void withhold(long fromOffset, long toOffset) {
        long at = Math.max(fromOffset, startOffset);
        while (at <= toOffset) {
            var span = at >= endOffset ? fresh(at, toOffset) : inFlight.at(at);
            if (span == null) return;
            long last = Math.min(span.lastOffset, toOffset);
            if (span.state == RecordState.AVAILABLE && !span.isPending) {
                turn(inFlight.carve(span, at, last), RecordState.ARCHIVED, 0);
            }
            at = last + 1;
        }
        keysKnownTo = Math.max(keysKnownTo, at);
    }

    private Span fresh(long firstOffset, long lastOffset) {
        Invariant.check(firstOffset == endOffset, "I20: spans follow on", firstOffset, endOffset);
        var span = inFlight.add(new Span(firstOffset, lastOffset, RecordState.AVAILABLE, 0));
        endOffset = lastOffset + 1;
        return span;
    }

    private void lendFrom(Stretch stretch, Lending lending) {
        long at = Math.max(stretch.firstOffset(), startOffset);
        lending.boundary();
        while (at <= stretch.lastOffset() && !lending.isFull()) {
            if (at >= endOffset) {
                long size = lending.sizeOf(stretch.lastOffset() - at + 1);
                if (size == 0 || inFlight.spanCount() >= Limits.SHARE_SPANS_MAX) {
                    lending.stop();
                    return;
                }
                fresh(at, at + size - 1);
            }
            var span = inFlight.at(at);
            if (span == null) return;
            long last = Math.min(span.lastOffset, stretch.lastOffset());
            if (stretch.isKeyKnown()) span = know(span, stretch);
            if (inFlight.isReady(span)) last = lend(span, at, last, lending);
            at = last + 1;
        }
        keysKnownTo = Math.max(keysKnownTo, Math.min(at, stretch.lastOffset() + 1));
    }

    /// Notes the key of a record, which is a span of its own from then.
    private Span know(Span span, Stretch stretch) {
        if (span.isKeyKnown || span.state.isFinal()) return span;
        var single = inFlight.carve(span, stretch.firstOffset(), stretch.lastOffset());
        inFlight.change(single, () -> {
            single.isKeyKnown = true;
            single.key = stretch.key();
        });
        return single;
    }

    /// Lends of a ready span what may be lent; the last offset that was considered.
    private long lend(Span span, long from, long to, Lending lending) {
        if (span.deliveryCount >= terms.deliveryCountMax()) {
            giveUp(inFlight.carve(span, from, to), DeadLetter.Cause.DELIVERY_LIMIT);
            return to;
        }
        if (!inFlight.isItsTurn(span, lending.memberId())) return to;
        long size = lending.sizeOf(to - from + 1);
        boolean isSuspect = span.deliveryCount >= terms.suspectCount();
        if (isSuspect) size = Math.min(size, lending.isEmpty() ? suspectSize(span) : 0);
        if (size == 0) {
            lending.stop();
            return from - 1;
        }
        var part = inFlight.carve(span, from, from + size - 1);
        Invariant.check(part.deliveryCount < terms.deliveryCountMax(),
            "I21: no record is lent more often than allowed");
        lending.lend(part);
        if (isSuspect) lending.stop();
        return from + size - 1;
    }

    /// Half as many each time, and one in the end.
    private long suspectSize(Span span) {
        if (span.deliveryCount + 1 >= terms.deliveryCountMax()) return 1;
        int halvings = span.deliveryCount - terms.suspectCount() + 1;
        return Math.max(1, span.size() >> Math.min(halvings, 62));
    }

    /// Takes acknowledgements, all of them or none: NONE, or why none was taken.
    public ErrorCode acknowledge(String memberId, List<Acknowledgement> all, Now now) {
        for (var each : all) {
            var refusal = refusal(memberId, each);
            if (refusal != ErrorCode.NONE) return refusal;
        }
        for (var each : all)
            take(each, now);
        return ErrorCode.NONE;
    }

    private ErrorCode refusal(String memberId, Acknowledgement each) {
        if (each.lastOffset() >= endOffset) return ErrorCode.INVALID_REQUEST;
        if (!terms.isRenewable() && each.types().contains(Acknowledgement.RENEW)) {
            return ErrorCode.INVALID_RECORD_STATE;
        }
        // what the log lost while it was lent is nobody's fault
        long at = Math.max(each.firstOffset(), goneBelow);
        while (at <= each.lastOffset()) {
            var span = inFlight.at(at);
            if (span == null || span.isPending || !span.isHeldBy(memberId)) {
                return ErrorCode.INVALID_RECORD_STATE;
            }
            at = span.lastOffset + 1;
        }
        return ErrorCode.NONE;
    }

    private void take(Acknowledgement each, Now now) {
        long at = Math.max(each.firstOffset(), startOffset);
        while (at <= each.lastOffset()) {
            var span = inFlight.at(at);
            if (span == null) return;
            byte type = each.typeOf(at);
            long last = at;
            long most = Math.min(span.lastOffset, each.lastOffset());
            while (last < most && each.typeOf(last + 1) == type)
                last++;
            take(inFlight.carve(span, at, last), type, now);
            at = last + 1;
        }
    }

    private void take(Span span, byte type, Now now) {
        switch (type) {
            case Acknowledgement.ACCEPT -> turn(span, RecordState.ACKNOWLEDGED, 0);
            case Acknowledgement.RELEASE -> giveBack(span, span.deliveryCount, now);
            case Acknowledgement.REJECT -> giveUp(span, DeadLetter.Cause.REJECTED);
            case Acknowledgement.RENEW -> inFlight.change(span,
                () -> span.dueNs = now.monotonicNs() + terms.lockNs());
            default -> turn(span, RecordState.ARCHIVED, 0);
        }
    }

    private void giveBack(Span span, int deliveryCount, Now now) {
        if (deliveryCount >= terms.deliveryCountMax()) {
            giveUp(span, DeadLetter.Cause.DELIVERY_LIMIT);
            return;
        }
        long restNs = terms.backoff().delayNs(deliveryCount);
        inFlight.change(span, () -> span.deliveryCount = deliveryCount);
        turn(span, RecordState.AVAILABLE, restNs == 0 ? 0 : now.monotonicNs() + restNs);
    }

    private void giveUp(Span span, DeadLetter.Cause cause) {
        span.isRejected = cause == DeadLetter.Cause.REJECTED;
        turn(span, terms.hasDeadLetters() ? RecordState.ARCHIVING : RecordState.ARCHIVED, 0);
    }

    private void turn(Span span, RecordState next, long dueNs) {
        Invariant.check(span.state.mayBecome(next) || span.state == RecordState.AVAILABLE,
            "I21: a record's state follows the rules");
        inFlight.change(span, () -> {
            span.state = next;
            span.memberId = Span.NOBODY;
            span.dueNs = dueNs;
            span.isPending = true;
        });
        changed.add(span);
    }

    /// Takes all back that the member was lent. What it cannot have seen (`wasSeen` is false) counts
    /// as not delivered.
    public void release(String memberId, boolean wasSeen, Now now) {
        for (var span : inFlight.heldBy(memberId)) {
            giveBack(span, wasSeen ? span.deliveryCount : span.deliveryCount - 1, now);
        }
    }

    /// Takes back what was just lent and never left this node.
    public void takeBack(String memberId, List<Lent> lent, Now now) {
        for (var each : lent) {
            long at = Math.max(each.firstOffset(), startOffset);
            while (at <= each.lastOffset()) {
                var span = inFlight.at(at);
                if (span == null) return;
                long last = Math.min(span.lastOffset, each.lastOffset());
                if (span.isHeldBy(memberId) && !span.isPending) {
                    var part = inFlight.carve(span, at, last);
                    giveBack(part, part.deliveryCount - 1, now);
                }
                at = last + 1;
            }
        }
    }

    /// The member is gone; what it had is released first.
    public void leave(String memberId) {
        grants.leave(memberId);
    }

    /// When [#onTime] has something to do; [Long#MAX_VALUE] when never.
    public long nextDueNs() {
        return inFlight.nextDueNs();
    }

    /// Locks run out, rests end.
    public void onTime(Now now) {
        while (true) {
            var span = inFlight.due(now.monotonicNs());
            if (span == null) return;
            if (span.state == RecordState.ACQUIRED) {
                giveBack(span, span.deliveryCount, now);
            } else {
                inFlight.change(span, () -> span.dueNs = 0);
            }
        }
    }

    /// The log begins at `logStartOffset` now: what is below is gone, whatever became of it.
    public void logStartsAt(long logStartOffset) {
        goneBelow = Math.max(goneBelow, logStartOffset);
        if (logStartOffset <= startOffset) return;
        while (true) {
            var first = inFlight.first();
            if (first == null || first.firstOffset >= logStartOffset) break;
            if (first.lastOffset >= logStartOffset) {
                inFlight.carve(first, first.firstOffset, logStartOffset - 1);
                storeAgain(logStartOffset);
            }
            inFlight.remove(first);
        }
        startOffset = logStartOffset;
        endOffset = Math.max(endOffset, logStartOffset);
        keysKnownTo = Math.max(keysKnownTo, logStartOffset);
    }

    /// A change on its way was cut in two: what is left of it goes with the next one.
    private void storeAgain(long offset) {
        var rest = inFlight.at(offset);
        if (rest != null && rest.isPending) changed.add(rest);
    }

    /// Whether [#takeChange] would give one.
    public boolean hasChange() {
        return !isWriting && !changed.isEmpty();
    }

    /// Whether something waits to be stored with the next change.
    public boolean isChanged() {
        return !changed.isEmpty();
    }

    /// What is to be stored now; the next change waits until this one is.
    public Change takeChange() {
        Invariant.check(!isWriting, "I22: one change is stored at a time");
        isWriting = true;
        writing = List.copyOf(changed);
        changed.clear();
        long start = settledUpTo();
        var batches = new ArrayList<StateBatch>(writing.size());
        for (var span : writing) {
            if (inFlight.has(span) && span.firstOffset >= start) batches.add(span.batch());
        }
        long below = start - startOffset;
        return new Change(start, (int) Math.max(0, inFlight.finalCount() - below), batches);
    }

    /// Where the share partition would start if all that was decided were stored.
    private long settledUpTo() {
        long start = startOffset;
        for (var span : inFlight.all().values()) {
            if (!span.state.isFinal()) break;
            start = span.lastOffset + 1;
        }
        return start;
    }

    /// The change that was taken is stored.
    public void stored() {
        Invariant.check(isWriting, "I22: what is stored was taken");
        isWriting = false;
        for (var span : writing) {
            if (!inFlight.has(span)) continue;
            inFlight.change(span, () -> span.isPending = false);
            if (span.state == RecordState.ARCHIVING) bury(span);
            if (span.state.isFinal()) joinBefore(span);
        }
        writing = List.of();
        dropSettled();
    }

    private void bury(Span span) {
        var cause = span.isRejected || span.deliveryCount < terms.deliveryCountMax()
            ? DeadLetter.Cause.REJECTED
            : DeadLetter.Cause.DELIVERY_LIMIT;
        deadLetters.add(
            new DeadLetter(span.firstOffset, span.lastOffset, span.deliveryCount, cause));
    }

    /// What is final and next to each other needs one span only.
    private void joinBefore(Span span) {
        if (span.firstOffset == startOffset) return;
        var before = inFlight.at(span.firstOffset - 1);
        if (before == null || !before.isSettled() || before.state != span.state) return;
        inFlight.join(before, span);
    }

    private void dropSettled() {
        while (true) {
            var first = inFlight.first();
            if (first == null || !first.isSettled()) return;
            inFlight.remove(first);
            startOffset = first.lastOffset + 1;
        }
    }

    /// What has to be copied away now; each is told of once.
    public List<DeadLetter> takeDeadLetters() {
        if (deadLetters.isEmpty()) return List.of();
        var taken = List.copyOf(deadLetters);
        deadLetters.clear();
        return taken;
    }

    /// Dead letters are where they belong, or cannot be brought there: nothing more is to come.
    public void buried(DeadLetter letter) {
        long at = Math.max(letter.firstOffset(), startOffset);
        while (at <= letter.lastOffset()) {
            var span = inFlight.at(at);
            if (span == null) return;
            long last = Math.min(span.lastOffset, letter.lastOffset());
            if (span.state == RecordState.ARCHIVING && !span.isPending) {
                turn(inFlight.carve(span, at, last), RecordState.ARCHIVED, 0);
            }
            at = last + 1;
        }
    }

    /// Offsets at or past the start offset with a final state.
    public long finalCount() {
        return inFlight.finalCount();
    }

    public long lockedCount() {
        return inFlight.lockedCount();
    }

    /// Everything between start and end offset, as it would be stored.
    public List<StateBatch> picture() {
        return inFlight.all().values().stream().map(Span::batch).toList();
    }

    /// Checks the laws in full, which costs time.
    public void check() {
        inFlight.check(startOffset, endOffset);
    }
}
