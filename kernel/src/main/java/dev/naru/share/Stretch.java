package dev.naru.share;

/// What a read of the log found at some offsets: a batch, or a single record where keys are looked
/// at. Without data it is for no member: a control batch, or one of an aborted transaction.
public record Stretch(long firstOffset, long lastOffset, boolean isData, boolean isKeyKnown,
    long key) {
    /// A batch of records.
    public static Stretch data(long firstOffset, long lastOffset) {
        return new Stretch(firstOffset, lastOffset, true, false, Span.NO_KEY);
    }

    /// Offsets that no member is to see.
    public static Stretch nothing(long firstOffset, long lastOffset) {
        return new Stretch(firstOffset, lastOffset, false, false, Span.NO_KEY);
    }

    /// A single record with the hash of its key.
    public static Stretch record(long offset, long keyHash) {
        long key = keyHash == Span.NO_KEY ? Span.NO_KEY + 1 : keyHash;
        return new Stretch(offset, offset, true, true, key);
    }

    /// A single record without a key: it waits for no other.
    public static Stretch recordWithoutKey(long offset) {
        return new Stretch(offset, offset, true, true, Span.NO_KEY);
    }
}
