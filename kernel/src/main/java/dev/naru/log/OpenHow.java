package dev.naru.log;

import dev.naru.base.Invariant;
import dev.naru.base.Uuid;
import java.util.Optional;

/// What is known about a partition before its log is opened.
///
/// @param cleanStop its entry in the manifest of a clean stop; believed, so nothing is read
/// @param recoveryPoint as the directory's checkpoint has it: bytes below are not scanned
/// @param logStartOffset as the directory's checkpoint has it
/// @param isNew whether there certainly is nothing on disk: the topic was created just now
/// @param topicId written into a new directory's `partition.metadata`; zero writes none
public record OpenHow(Optional<LogManifestEntry> cleanStop, long recoveryPoint,
    long logStartOffset, boolean isNew, Uuid topicId) {
    public OpenHow {
        Invariant.check(recoveryPoint >= 0, "a recovery point is not negative");
        Invariant.check(logStartOffset >= 0, "a log start is not negative");
    }

    /// A partition that was created just now.
    public static OpenHow created(Uuid topicId) {
        return new OpenHow(Optional.empty(), 0, 0, true, topicId);
    }

    /// After a clean stop.
    public static OpenHow afterCleanStop(LogManifestEntry entry, Uuid topicId) {
        return new OpenHow(Optional.of(entry), entry.logEndOffset(), entry.logStartOffset(), false,
            topicId);
    }

    /// After anything else. Zeros when the checkpoints say nothing.
    public static OpenHow afterCrash(long recoveryPoint, long logStartOffset, Uuid topicId) {
        return new OpenHow(Optional.empty(), recoveryPoint, logStartOffset, false, topicId);
    }
}
