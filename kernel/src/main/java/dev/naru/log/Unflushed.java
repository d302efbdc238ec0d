package dev.naru.log;

import dev.naru.base.DiskFile;
import java.util.List;

/// What has to be made durable, taken from a log in one go: give the files and directories to
/// `Disk.flush` and, when that went well, this record to [PartitionLog#flushed].
///
/// @param endOffset the log end that this covers
/// @param checkpointOffset the recovery point that becomes known with it, -1 when none does
/// @param epochsWaiting whether a new epoch file is to be renamed into place after it
/// @param nameChanges how many changes of names the directories cover
/// @param cutNumber which truncation of the log this was taken after
/// @param number counts what was taken: it only counts once all before it is durable, too
public record Unflushed(List<DiskFile> files, List<String> directories, long endOffset,
    long checkpointOffset, boolean epochsWaiting, long nameChanges, int cutNumber, long number) {
    /// Nothing to flush; [PartitionLog#flushed] need not be told.
    public boolean isEmpty() {
        return files.isEmpty() && directories.isEmpty() && checkpointOffset < 0;
    }
}
