package dev.naru.record;

import dev.naru.base.Codecs;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The record that ends a transaction in a partition.
///
/// ```
/// key    version (2 bytes, 0) | type (2 bytes: 0 abort, 1 commit)
/// value  version (2 bytes, 0) | epoch of the transaction coordinator (4 bytes)
/// ```
public record ControlMarker(Type type, int coordinatorEpoch) {
    private static final int KEY_BYTES = 4;
    private static final int VALUE_BYTES = 6;
    private static final Codecs UNCOMPRESSED = new NoCodecs();

    /// How a transaction ended.
    public enum Type {
        ABORT, COMMIT
    }

    public ByteBuffer key() {
        return ByteBuffer.allocate(KEY_BYTES).putShort((short) 0)
            .putShort((short) (type == Type.COMMIT ? 1 : 0))
            .flip();
    }

    public ByteBuffer value() {
        return ByteBuffer.allocate(VALUE_BYTES).putShort((short) 0).putInt(coordinatorEpoch).flip();
    }

    /// The marker in these bytes; empty when it is another kind of control record. Later versions
    /// only add bytes at the end, so they are read alike.
    public static Optional<ControlMarker> read(@Nullable ByteBuffer key,
        @Nullable ByteBuffer value) {
        if (key == null || key.remaining() < KEY_BYTES) return Optional.empty();
        if (value == null || value.remaining() < VALUE_BYTES) return Optional.empty();
        int keyVersion = key.getShort(key.position());
        int type = key.getShort(key.position() + 2);
        int valueVersion = value.getShort(value.position());
        if (keyVersion < 0 || valueVersion < 0) return Optional.empty();
        if (type != 0 && type != 1) return Optional.empty();
        int epoch = value.getInt(value.position() + 2);
        return Optional.of(new ControlMarker(type == 1 ? Type.COMMIT : Type.ABORT, epoch));
    }

    /// The marker in a batch, all of which is in the buffer; empty when the batch has none: it holds
    /// data, or another kind of control record, or compaction has emptied it.
    public static Optional<ControlMarker> in(BatchView batch) {
        if (!batch.isControl() || batch.codecId() != 0) return Optional.empty();
        try (var cursor = new RecordCursor(UNCOMPRESSED)) {
            cursor.open(batch);
            return cursor.next() ? read(cursor.key(), cursor.value()) : Optional.empty();
        } catch (Unreadable notRecords) {
            return Optional.empty();
        }
    }

    /// A batch of just this marker, for the producer whose transaction it ends.
    public ByteBuffer batch(long baseOffset, long producerId, short producerEpoch,
        long timestampMs) {
        return new BatchBuilder(baseOffset, 64)
            .producer(producerId, producerEpoch, BatchLayout.NONE)
            .transactional().control().append(timestampMs, key(), value()).build();
    }

    /// Control batches are never compressed.
    private static final class NoCodecs implements Codecs {
        @Override public Source open(int codecId, ByteBuffer compressed) throws CodecFault {
            throw new CodecFault("a control batch is not compressed");
        }

        @Override public ByteBuffer compress(int codecId, int level, ByteBuffer[] parts)
            throws CodecFault {
            throw new CodecFault("a control batch is not compressed");
        }
    }
}
