package dev.naru.share;

/// Offsets that were lent to a member, and for which time they are lent.
public record Lent(long firstOffset, long lastOffset, short deliveryCount) {
    /// How many offsets.
    public long size() {
        return lastOffset - firstOffset + 1;
    }
}
