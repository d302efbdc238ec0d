package dev.naru.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One record as a consumer gets it. Key and value are only good during the call.
public record FetchedRecord(Slot slot, long offset, int leaderEpoch, long timestampMs,
    @Nullable ByteBuffer key, @Nullable ByteBuffer value) {}
