package dev.naru.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One header of a record: a name that may occur more than once, and bytes or nothing.
public record RecordHeader(String key, @Nullable ByteBuffer value) {}
