package dev.naru.record;

/// The records of a batch cannot be read: the bytes are not records, or they decompress to too
/// much.
public final class Unreadable extends Exception {
    public Unreadable(String reason) {
        super(reason);
    }
}
