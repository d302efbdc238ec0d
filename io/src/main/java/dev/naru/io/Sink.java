package dev.naru.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bytes being written, in an array that grows.
final class Sink {
    private byte[] array;
    private int size;

    Sink(int expectedBytes) {
        array = new byte[Math.max(64, expectedBytes)];
    }

    /// The array, with room for at least `bytes` behind [#size].
    byte[] room(int bytes) {
        if (array.length - size < bytes) {
            array = Arrays.copyOf(array, Math.max(size + bytes, array.length * 2));
        }
        return array;
    }

    int size() {
        return size;
    }

    /// Counts bytes that were written into [#room].
    void wrote(int bytes) {
        size += bytes;
    }

    void put(byte[] bytes, int start, int count) {
        System.arraycopy(bytes, start, room(count), size, count);
        size += count;
    }

    void put(int octet) {
        room(1)[size++] = (byte) octet;
    }

    void putInt(int value, ByteOrder order) {
        ByteBuffer.wrap(room(4)).order(order).putInt(size, value);
        size += 4;
    }

    /// Changes four bytes that have been written.
    void setInt(int position, int value, ByteOrder order) {
        ByteBuffer.wrap(array).order(order).putInt(position, value);
    }

    ByteBuffer finish() {
        return ByteBuffer.wrap(array, 0, size).slice();
    }
}
