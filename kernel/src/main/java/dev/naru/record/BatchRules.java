package dev.naru.record;

import dev.naru.base.Codecs;
import dev.naru.base.Invariant;
import java.util.Optional;

/// What a topic asks of a batch that a producer sends to it.
///
/// @param maxMessageBytes the largest batch, as it is stored
/// @param maxRecordBytes the largest record of a compressed batch, decompressed
/// @param maxDecompressedBytes the most that all records of a compressed batch may be
/// @param requiresKeys true for a compacted topic
/// @param isLogAppendTime whether the broker sets the time, not the producer
/// @param timestampBeforeMaxMs how far a producer's timestamp may lie in the past
/// @param timestampAfterMaxMs how far a producer's timestamp may lie in the future
/// @param codec the codec that batches are stored with; empty: the one they come with
/// @param codecLevel for a batch that has to be compressed again; [Codecs#DEFAULT_LEVEL] for the
/// codec's own
public record BatchRules(int maxMessageBytes, int maxRecordBytes, long maxDecompressedBytes,
    boolean requiresKeys, boolean isLogAppendTime, long timestampBeforeMaxMs,
    long timestampAfterMaxMs, Optional<Codec> codec, int codecLevel) {
    /// Kafka's default for `max.message.bytes`.
    public static final int MAX_MESSAGE_BYTES_DEFAULT = 1_048_588;
    /// Kafka's default for `message.timestamp.after.max.ms`: one hour.
    public static final long TIMESTAMP_AFTER_MAX_MS_DEFAULT = 3_600_000L;

    private static final long DECOMPRESSED_BYTES_MAX = 256L * 1024 * 1024;
    private static final int DECOMPRESSED_PER_MESSAGE_BYTE = 100;

    public BatchRules {
        Invariant.check(maxMessageBytes >= 0, "max.message.bytes is not negative");
        Invariant.check(timestampBeforeMaxMs >= 0, "timestamp bounds are not negative");
        Invariant.check(timestampAfterMaxMs >= 0, "timestamp bounds are not negative");
    }

    /// The rules of a topic on which nothing was set.
    public static BatchRules defaults() {
        return new BatchRules(MAX_MESSAGE_BYTES_DEFAULT, Integer.MAX_VALUE,
            decompressedBytesFor(MAX_MESSAGE_BYTES_DEFAULT), false, false, Long.MAX_VALUE,
            TIMESTAMP_AFTER_MAX_MS_DEFAULT, Optional.empty(), Codecs.DEFAULT_LEVEL);
    }

    /// How much all records of one batch may be on a topic with this `max.message.bytes`: a hundred
    /// times as much, but never less than 1 MiB or more than 256 MiB, unless a single message may
    /// be larger.
    public static long decompressedBytesFor(int maxMessageBytes) {
        long wanted = Math.max(1L << 20, (long) maxMessageBytes * DECOMPRESSED_PER_MESSAGE_BYTE);
        return Math.max(maxMessageBytes, Math.min(wanted, DECOMPRESSED_BYTES_MAX));
    }
}
