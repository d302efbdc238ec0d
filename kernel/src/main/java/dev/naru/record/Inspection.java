package dev.naru.record;

import dev.naru.base.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;

/// What [BatchInspector] says about bytes that a producer sent.
public sealed interface Inspection {
    /// One batch that every consumer can read. `batch` (position to limit) is the buffer that was
    /// inspected, perhaps patched in place, or a new one when the records had to be `rewritten`
    /// with another codec. `offsetDeltaOfMaxTimestamp` is that of the first record with
    /// `maxTimestamp`.
    record Sound(ByteBuffer batch, boolean rewritten, long maxTimestamp,
        int offsetDeltaOfMaxTimestamp) implements Inspection {}

    /// Nothing of it may be stored. `recordIndexes` are those of the records at fault, the first
    /// [BatchInspector#INDEXES_MAX] of them; empty when the batch as a whole is.
    record Unsound(ErrorCode why, String message, List<Integer> recordIndexes)
        implements
            Inspection {}
}
