package dev.naru.log;

/// A transaction that was aborted, as readers of committed data have to know it.
///
/// @param firstOffset of its first batch in the log
/// @param lastOffset of its marker
/// @param lastStableOffset up to where all was decided once the marker was there: nothing that starts
/// in a later entry lies below
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset,
    long lastStableOffset) {}
