package dev.naru.metadata;

import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the primitive parts of facts: variable-length numbers (seven bits a byte, low ones first;
/// signed ones zigzag), strings and lists with their size in front, ids as sixteen bytes.
final class FactWriter {
    private byte[] bytes = new byte[256];
    private int sizeBytes;

    void int8(int value) {
        reserve(1);
        bytes[sizeBytes++] = (byte) value;
    }

    /// A number that is never negative.
    void unsigned(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[sizeBytes++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[sizeBytes++] = (byte) rest;
    }

    void signed(long value) {
        unsigned((value << 1) ^ (value >> 63));
    }

    void flag(boolean value) {
        int8(value ? 1 : 0);
    }

    void string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        unsigned(utf8.length);
        raw(utf8, utf8.length);
    }

    void uuid(Uuid id) {
        reserve(16);
        ByteBuffer.wrap(bytes, sizeBytes, 16).putLong(id.high()).putLong(id.low());
        sizeBytes += 16;
    }

    void ints(List<Integer> values) {
        unsigned(values.size());
        for (int value : values)
            signed(value);
    }

    /// A string, or none.
    void stringOrNone(@Nullable String text) {
        flag(text != null);
        if (text != null) string(text);
    }

    /// The number of values, then each.
    <V> void list(Collection<V> values, Consumer<V> each) {
        unsigned(values.size());
        values.forEach(each);
    }

    void texts(SortedMap<String, String> texts) {
        list(texts.entrySet(), entry -> {
            string(entry.getKey());
            string(entry.getValue());
        });
    }

    /// All of another writer, with its size in front.
    void sized(FactWriter body) {
        unsigned(body.sizeBytes);
        raw(body.bytes, body.sizeBytes);
    }

    void clear() {
        sizeBytes = 0;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    ByteBuffer copy() {
        return ByteBuffer.wrap(Arrays.copyOf(bytes, sizeBytes));
    }

    private void raw(byte[] from, int count) {
        reserve(count);
        System.arraycopy(from, 0, bytes, sizeBytes, count);
        sizeBytes += count;
    }

    private void reserve(int more) {
        if (bytes.length - sizeBytes >= more) return;
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, sizeBytes + more));
    }
}
