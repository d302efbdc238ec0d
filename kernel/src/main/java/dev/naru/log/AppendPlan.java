package dev.naru.log;

import dev.naru.base.ErrorCode;

/// What is to become of a batch that a producer sent, decided before a byte is written.
public sealed interface AppendPlan {
    /// Write it: its records get the offsets from `baseOffset` up to `endOffset` (exclusive).
    record Accept(long baseOffset, long endOffset, int leaderEpoch) implements AppendPlan {}

    /// It was written before, at these offsets; say so again, once they are as safe as was asked.
    record Duplicate(long firstOffset, long endOffset, long timestampMs) implements AppendPlan {}

    /// Write nothing. `message` says more than the error does, or is empty.
    record Refuse(ErrorCode why, String message) implements AppendPlan {
        Refuse(ErrorCode why) {
            this(why, "");
        }
    }
}
