package dev.naru.partition;

/// What the cleaner of one loop may do.
///
/// @param isEnabled whether it looks for work by itself
/// @param backoffMs how long it rests when there is none
/// @param keyBytes memory for the keys of one pass
/// @param loadFactor how full that memory may get, as a share of 1
/// @param bytesPerSecond what it reads and writes at most
/// @param ioBytes memory for reads and writes
public record CleanerSettings(boolean isEnabled, long backoffMs, long keyBytes, double loadFactor,
    double bytesPerSecond, int ioBytes) {}
