package dev.naru.share;

import dev.naru.base.Invariant;

/// Offsets that follow one another and have the same fate. Owned by its [InFlight].
final class Span {
    /// No key was looked at, or the record has none.
    static final long NO_KEY = Long.MIN_VALUE;
    static final String NOBODY = "";

    final long firstOffset;
    long lastOffset;
    RecordState state;
    int deliveryCount;
    /// Who has it, while it is acquired.
    String memberId = NOBODY;
    /// Acquired: when the lock runs out. Available: until when it rests. 0: no time is set.
    long dueNs;
    /// The change to this state is not stored yet.
    boolean isPending;
    /// Given up because a member said so, not because of its delivery count.
    boolean isRejected;
    boolean isKeyKnown;
    long key = NO_KEY;

    Span(long firstOffset, long lastOffset, RecordState state, int deliveryCount) {
        this.firstOffset = firstOffset;
        this.lastOffset = lastOffset;
        this.state = state;
        this.deliveryCount = deliveryCount;
    }

    long size() {
        return lastOffset - firstOffset + 1;
    }

    boolean isHeldBy(String member) {
        return state == RecordState.ACQUIRED && memberId.equals(member);
    }

    boolean isSettled() {
        return state.isFinal() && !isPending;
    }

    /// Cuts off what starts at `offset`, and returns it; in no index yet.
    Span splitAt(long offset) {
        Invariant.check(offset > firstOffset && offset <= lastOffset, "I20: a span is cut inside",
            offset, firstOffset);
        var tail = new Span(offset, lastOffset, state, deliveryCount);
        tail.memberId = memberId;
        tail.dueNs = dueNs;
        tail.isPending = isPending;
        tail.isRejected = isRejected;
        tail.isKeyKnown = isKeyKnown;
        tail.key = key;
        lastOffset = offset - 1;
        return tail;
    }

    StateBatch batch() {
        return new StateBatch(firstOffset, lastOffset, state, (short) deliveryCount);
    }
}
