package dev.naru.log;

/// A number of bytes that grows. Owned by whoever made it.
final class ByteCount {
    private long total;

    void add(long bytes) {
        total += bytes;
    }

    long total() {
        return total;
    }
}
