package dev.naru.sim;

import dev.naru.base.Bytes;
import dev.naru.base.Codecs;
import dev.naru.record.BatchView;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The bytes of a value: its number, and padding that follows from it, so that any damage shows.
final class Values {
    private static final int DAMAGED = -1;
    private static final int HEADER_BYTES = 8;

    private Values() {}

    static ByteBuffer encode(int number, int paddingBytes) {
        var bytes = ByteBuffer.allocate(HEADER_BYTES + paddingBytes);
        bytes.putInt(number).putInt(~number);
        for (int at = 0; at < paddingBytes; at++)
            bytes.put((byte) (number + at));
        return bytes.flip();
    }

    /// The key that goes with a number; none when there are no keys.
    static @Nullable ByteBuffer key(int number, int keys) {
        return keys == 0 ? null : ByteBuffer.allocate(Integer.BYTES).putInt(0, number % keys);
    }

    /// The number, or one that nobody ever wrote when the bytes are not as they were.
    static int decode(@Nullable ByteBuffer value) {
        if (value == null || value.remaining() < HEADER_BYTES) return DAMAGED;
        int start = value.position();
        int number = value.getInt(start);
        if (value.getInt(start + Integer.BYTES) != ~number) return DAMAGED;
        for (int at = 0; at < value.remaining() - HEADER_BYTES; at++) {
            if (value.get(start + HEADER_BYTES + at) != (byte) (number + at)) return DAMAGED;
        }
        return number;
    }

    /// The numbers in whole batches, by offset.
    static Map<Long, Integer> numbers(List<Bytes> records, Codecs codecs) {
        Map<Long, Integer> numbers = new TreeMap<>();
        for (var bytes : records) {
            if (bytes instanceof Bytes.Memory memory) {
                addNumbers(numbers, memory.buffer().slice(), codecs);
            }
        }
        return numbers;
    }

    private static void addNumbers(Map<Long, Integer> numbers, ByteBuffer bytes, Codecs codecs) {
        int position = 0;
        while (BatchView.framing(bytes, position, bytes.limit()) == BatchView.Framing.WHOLE) {
            var batch = BatchView.over(bytes, position);
            position += batch.sizeBytes();
            if (batch.isControl() || !batch.crcMatches()) continue;
            try (var cursor = new RecordCursor(codecs)) {
                cursor.open(batch);
                while (cursor.next())
                    numbers.put(cursor.offset(), decode(cursor.value()));
            } catch (Unreadable damaged) {
                return;
            }
        }
    }
}
