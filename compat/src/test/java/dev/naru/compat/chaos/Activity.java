package dev.naru.compat.chaos;

/// What one client does again and again. Its thread takes turns while it may; between turns it is asked
/// whether all it began has ended.
interface Activity extends AutoCloseable {
    void turn();

    boolean isIdle();

    @Override void close();
}
