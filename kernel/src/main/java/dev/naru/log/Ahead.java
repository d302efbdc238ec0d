package dev.naru.log;

import dev.naru.base.DiskFile;
import org.jspecify.annotations.Nullable;

/// A stretch of a file that will be read next, so that it can be brought into memory before.
record Ahead(@Nullable DiskFile file, int position, int sizeBytes) {
    static final Ahead NOTHING = new Ahead(null, 0, 0);
}
