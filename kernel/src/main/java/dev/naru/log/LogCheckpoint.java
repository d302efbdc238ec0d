package dev.naru.log;

import dev.naru.base.DiskFault;

/// Writes down what the next start would else have to find out from the log: indexes, aborted
/// transactions, producers, epochs. Owned by its log. What is written counts once it is flushed.
final class LogCheckpoint {
    private final LogParts parts;

    LogCheckpoint(LogParts parts) {
        this.parts = parts;
    }

    /// True when it was written; with a full disk the recovery point stays where it is.
    boolean write() throws DiskFault {
        var durability = parts.durability;
        if (parts.segments.isEmpty() || durability.checkpointed() >= parts.logEndOffset)
            return false;
        if (durability.isSavingEpochs()) return false;
        try {
            for (int at = 0; at < parts.segments.size(); at++)
                saveIndexes(parts.segments.get(at));
            saveProducers();
            boolean waits = parts.epochsChanged && saveEpochs();
            durability.checkpointWritten(parts.logEndOffset, waits);
            return true;
        } catch (DiskFault fault) {
            if (fault.kind() != DiskFault.Kind.FULL) throw fault;
            parts.trace.emit(new LogEvent.CheckpointSkipped(parts.directory(),
                String.valueOf(fault.getMessage())));
            return false;
        }
    }

    private void saveIndexes(Segment segment) throws DiskFault {
        if (segment.saveAborts()) {
            parts.durability.wrote(segment.abortsFile());
            parts.durability.changedDirectory();
        }
        if (!segment.saveIndexes()) return;
        parts.durability.wrote(segment.offsetsFile());
        parts.durability.wrote(segment.timesFile());
        parts.durability.changedDirectory();
    }

    /// Where nobody ever wrote with an id there is no snapshot, and need not be.
    private void saveProducers() throws DiskFault {
        if (parts.producers().isEmpty() && parts.snapshots().isEmpty()) return;
        if (parts.snapshots().has(parts.logEndOffset)) return;
        var file = parts.snapshots().write(parts.logEndOffset, parts.producers());
        parts.durability.wrote(file);
        parts.durability.changedDirectory();
    }

    /// The first epoch file is written in place; a later one beside it, to be renamed once it is flushed,
    /// for the recovery point relies on the one that is there. True when it has to be renamed.
    private boolean saveEpochs() throws DiskFault {
        var disk = parts.files.disk();
        boolean isFirst = !disk.exists(parts.files.path(LogFiles.EPOCHS));
        var name = isFirst ? LogFiles.EPOCHS : LogFiles.EPOCHS_NEXT;
        var file = disk.file(parts.files.path(name));
        parts.files.replaceAll(file, parts.epochs().encode());
        parts.durability.wrote(file);
        parts.durability.changedDirectory();
        parts.epochsChanged = false;
        return !isFirst;
    }
}
