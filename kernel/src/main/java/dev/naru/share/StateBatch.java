package dev.naru.share;

/// What became of the offsets from `firstOffset` to `lastOffset`, and how often they were lent.
public record StateBatch(long firstOffset, long lastOffset, RecordState state,
    short deliveryCount) {
    long size() {
        return lastOffset - firstOffset + 1;
    }

    /// The same for fewer offsets.
    StateBatch between(long from, long to) {
        return from == firstOffset && to == lastOffset
            ? this
            : new StateBatch(from, to, state, deliveryCount);
    }

    /// True when both can be told as one.
    boolean continuesIn(StateBatch next) {
        if (lastOffset + 1 != next.firstOffset || state != next.state) return false;
        return state.isFinal() || deliveryCount == next.deliveryCount;
    }
}
