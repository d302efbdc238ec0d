package dev.naru.log;

import dev.naru.base.Bytes;

/// The answer to a read.
public sealed interface Read {
    /// Bytes of one segment, from a batch's first byte on. They end with a whole batch wherever that can be
    /// told without reading; the last batch may be cut by the size asked for, as readers expect.
    ///
    /// @param baseOffset the base offset of the first batch: at or below the offset asked for
    /// @param endOffsetHint one past the last offset in the bytes where that is known, else `baseOffset`
    /// @param isRecentTail whether the bytes were written lately by this process, and so are in memory
    record Found(Bytes.Slice bytes, long baseOffset, long endOffsetHint, boolean isRecentTail)
        implements
            Read {}

    /// Nothing to read there yet, or nothing that fits.
    record Nothing() implements Read {}

    /// Below the log start or above the log end.
    record OutOfRange() implements Read {}

    /// The bytes where the offset should be are not a batch; nothing was deleted, and nothing is made up.
    record Damaged(long offset, String what) implements Read {}

    Nothing NOTHING = new Nothing();
    OutOfRange OUT_OF_RANGE = new OutOfRange();
}
