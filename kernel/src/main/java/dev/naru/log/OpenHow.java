package dev.naru.log;

import dev.naru.base.Invariant;
import dev.naru.base.Uuid;
import java.util.Optional;

/// What is known about a partition before its log is opened.
///
/// @param cleanStop its entry in the manifest of a clean stop; believed, so nothing is read
/// @param recoveryPoint bytes below are not scanned; of a new one, what the checkpoint files may still say of
///     another log that had its name
/// @param isRecorded whether the directory's checkpoint files hold recovery point and log start, so that
///     a crash would find them there; what a manifest says is gone with the manifest
/// @param isNew whether there certainly is nothing on disk: the topic was created just now
/// @param cleanedUpTo as the directory's checkpoint of the cleaner has it; a wrong one costs nothing but
/// an earlier or a later pass
/// @param topicId written into a new directory's `partition.metadata`; zero writes none
public record OpenHow(Optional<LogManifestEntry> cleanStop, long recoveryPoint,
    long logStartOffset, boolean isRecorded, boolean isNew, Uuid topicId, long cleanedUpTo) {
    public OpenHow {
        Invariant.check(recoveryPoint >= 0, "a recovery point is not negative");
        Invariant.check(logStartOffset >= 0, "a log start is not negative");
    }

    /// A partition that was created just now.
    public static OpenHow created(Uuid topicId) {
        return inPlaceOf(0, topicId);
    }

    /// A partition that is new here and has the name of another log, of which the directory's checkpoint
    /// files may still say as much as `recordedAtMost`: nothing may be written below before they do not.
    public static OpenHow inPlaceOf(long recordedAtMost, Uuid topicId) {
        return new OpenHow(Optional.empty(), recordedAtMost, 0, false, true, topicId, 0);
    }

    /// After a clean stop.
    public static OpenHow afterCleanStop(LogManifestEntry entry, Uuid topicId) {
        return new OpenHow(Optional.of(entry), entry.logEndOffset(), entry.logStartOffset(), false,
            false,
            topicId, 0);
    }

    /// After anything else, with what the checkpoints have. Zeros when they say nothing.
    public static OpenHow afterCrash(long recoveryPoint, long logStartOffset, Uuid topicId) {
        return new OpenHow(Optional.empty(), recoveryPoint, logStartOffset, true, false, topicId,
            0);
    }

    /// After a clean stop at which this log could not be closed as it should.
    public static OpenHow leftUnclosed(long recoveryPoint, long logStartOffset, Uuid topicId) {
        return new OpenHow(Optional.empty(), recoveryPoint, logStartOffset, false, false, topicId,
            0);
    }

    /// The same with what the cleaner had reached.
    public OpenHow cleaned(long upToOffset) {
        return new OpenHow(cleanStop, recoveryPoint, logStartOffset, isRecorded, isNew, topicId,
            upToOffset);
    }
}
