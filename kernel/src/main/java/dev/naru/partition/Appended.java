package dev.naru.partition;

import dev.naru.base.ErrorCode;
import java.util.List;

/// What became of a batch that was offered to a partition.
public sealed interface Appended {
    /// It is in the log (now, or since an earlier try): promises about it park at `endOffset`.
    /// `logAppendTimeMs` is -1 when records keep their producer's time.
    record Written(long firstOffset, long endOffset, long logAppendTimeMs)
        implements
            Appended {}

    /// Nothing was written. `message` and `recordIndexes` say what is wrong with which records;
    /// both may be empty.
    record Refused(ErrorCode why, String message, List<Integer> recordIndexes)
        implements
            Appended {
        static Refused because(ErrorCode why) {
            return new Refused(why, "", List.of());
        }
    }
}
