package dev.naru.record;

import dev.naru.base.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules for everything in front of the records of a batch that a producer sends. Pure; returns
/// null when there is nothing to say.
final class HeaderRules {
    private HeaderRules() {}

    /// Whether the bytes are exactly one batch, of the right format and not too large.
    static Inspection.@Nullable Unsound framing(ByteBuffer records, int maxMessageBytes) {
        int available = records.remaining();
        int start = records.position();
        if (available < BatchLayout.PREFIX_BYTES) return invalid("there is no record batch");
        long batchLength = records.getInt(start + BatchLayout.BATCH_LENGTH);
        int magic = records.get(start + BatchLayout.MAGIC);
        if (magic < 0 || magic > BatchLayout.MAGIC_V2) {
            return corrupt("there is no format (magic) " + magic);
        }
        if (magic != BatchLayout.MAGIC_V2) {
            return invalid(
                "record batches of format (magic) " + magic + " are not accepted, only 2");
        }
        if (batchLength < BatchLayout.BATCH_LENGTH_MIN) {
            return corrupt("the batch is too small to be one: its length is " + batchLength);
        }
        long size = batchLength + BatchLayout.BYTES_BEFORE_LENGTH_COUNTS;
        if (size > maxMessageBytes) return tooLarge(size, maxMessageBytes);
        if (size > available) return invalid("the record batch is not complete");
        if (size < available) return invalid("there must be exactly one record batch");
        return null;
    }

    /// What the header says, once the checksum has shown that the producer meant it.
    static Inspection.@Nullable Unsound fields(BatchView batch) {
        int attributes = batch.attributes();
        if (batch.baseOffset() != 0) return invalid("the base offset must be 0");
        if (batch.recordCount() <= 0) return invalid("the batch has no records");
        if (batch.lastOffsetDelta() != batch.recordCount() - 1) {
            return invalid("the batch declares " + batch.recordCount()
                + " records but ends at offset delta " + batch.lastOffsetDelta());
        }
        if (batch.isControl()) return invalid("control records are not for clients to write");
        if ((attributes & ~BatchLayout.KNOWN_ATTRIBUTES) != 0) {
            return invalid("unused attribute bits are set");
        }
        if (batch.hasDeleteHorizon()) return invalid("a delete horizon is not for clients to set");
        if (batch.isLogAppendTime()) {
            return unsound(ErrorCode.INVALID_TIMESTAMP, "a producer may not set log append time");
        }
        if (Codec.of(batch.codecId()).isEmpty()) {
            return unsound(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                "there is no codec " + batch.codecId());
        }
        return producer(batch);
    }

    private static Inspection.@Nullable Unsound producer(BatchView batch) {
        if (!batch.hasProducer()) {
            return batch.isTransactional() ? invalid("a transaction needs a producer id") : null;
        }
        if (batch.baseSequence() < 0) return invalid("a producer id needs a sequence");
        if (batch.producerEpoch() < 0) return invalid("a producer id needs an epoch");
        return null;
    }

    static Inspection.Unsound tooLarge(long size, int maxMessageBytes) {
        return unsound(ErrorCode.MESSAGE_TOO_LARGE,
            "the batch has " + size + " bytes, more than max.message.bytes = " + maxMessageBytes);
    }

    static Inspection.Unsound corrupt(String message) {
        return unsound(ErrorCode.CORRUPT_MESSAGE, message);
    }

    static Inspection.Unsound invalid(String message) {
        return unsound(ErrorCode.INVALID_RECORD, message);
    }

    static Inspection.Unsound unsound(ErrorCode why, String message) {
        return new Inspection.Unsound(why, message, List.of());
    }
}
