package dev.naru.broker;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Writes how far each log is flushed and where it starts, from time to time and when records are
/// deleted: the checkpoint files of Kafka. One writing at a time; whoever asks meanwhile gets the
/// next one. Owned by the control loop.
final class Checkpoints {
    private final Loop controlLoop;
    private final Partitions partitions;
    private final Disk disk;
    private final Consumer<DiskFault> onDiskFailed;
    private List<Written> waiting = new ArrayList<>();
    private Map<String, Long> cleanedWritten = Map.of();
    private boolean isWriting;

    Checkpoints(Loop controlLoop, Partitions partitions, Disk disk,
        Consumer<DiskFault> onDiskFailed) {
        this.controlLoop = controlLoop;
        this.partitions = partitions;
        this.disk = disk;
        this.onDiskFailed = onDiskFailed;
    }

    /// Hears whether the log starts are on disk; with a full disk they may not be.
    interface Written {
        void written(boolean logStartsAreThere);
    }

    /// Writes both files with what is true now or later; then tells `done` on the control loop. Any
    /// loop may ask.
    void write(Written done) {
        Partitions.on(controlLoop, () -> {
            waiting.add(done);
            if (!isWriting) begin();
        });
    }

    private void begin() {
        isWriting = true;
        var served = waiting;
        waiting = new ArrayList<>();
        Progress.gather(controlLoop, partitions, false, progress -> {
            var recoveryPoints = new TreeMap<String, Long>();
            var logStarts = new TreeMap<String, Long>();
            var cleaned = new TreeMap<String, Long>();
            for (var each : progress) {
                recoveryPoints.put(each.directory(), each.recoveryPoint());
                if (each.logStartOffset() > 0) {
                    logStarts.put(each.directory(), each.logStartOffset());
                }
            }
            for (var each : progress) {
                if (each.cleanedUpTo() > 0) cleaned.put(each.directory(), each.cleanedUpTo());
            }
            replace(OffsetCheckpoint.LOG_STARTS, logStarts,
                startsAreThere -> replace(OffsetCheckpoint.RECOVERY_POINTS, recoveryPoints,
                    pointsAreThere -> replaceCleaned(cleaned, () -> end(served, startsAreThere,
                        table -> recorded(table, progress, startsAreThere, pointsAreThere)))));
        });
    }

    /// Written when it changed; without it the cleaner begins anew.
    private void replaceCleaned(Map<String, Long> cleaned, Runnable next) {
        if (cleaned.equals(cleanedWritten)) {
            next.run();
            return;
        }
        replace(OffsetCheckpoint.CLEANED, cleaned, isThere -> {
            if (isThere) cleanedWritten = cleaned;
            next.run();
        });
    }

    /// The files come one after the other, so that a full disk may stop it in between.
    private static void recorded(PartitionTable table, List<LeftBehind> progress,
        boolean startsAreThere, boolean pointsAreThere) {
        if (startsAreThere) table.startsRecorded(progress);
        if (startsAreThere && pointsAreThere) table.pointsRecorded(progress);
    }

    private void end(List<Written> served, boolean logStartsAreThere,
        Consumer<PartitionTable> telling) {
        isWriting = false;
        for (var table : partitions.all()) {
            Partitions.on(table.shared().loop(), () -> telling.accept(table));
        }
        for (var each : served)
            each.written(logStartsAreThere);
        if (!waiting.isEmpty()) begin();
    }

    private void replace(String path, Map<String, Long> offsets, Written next) {
        var draftPath = path + ".tmp";
        try {
            disk.delete(draftPath);
            var draft = disk.file(draftPath);
            var text = OffsetCheckpoint.text(offsets);
            draft.write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            disk.flush(List.of(draft), List.of(), controlLoop, fault -> {
                draft.close();
                flushed(fault, draftPath, path, next);
            });
        } catch (DiskFault fault) {
            unwritten(fault, next);
        }
    }

    private void flushed(Optional<DiskFault> fault, String draftPath, String path, Written next) {
        if (fault.isPresent()) {
            onDiskFailed.accept(fault.get());
            return;
        }
        try {
            disk.rename(draftPath, path);
        } catch (DiskFault renameFault) {
            unwritten(renameFault, next);
            return;
        }
        disk.flush(List.of(), List.of(""), controlLoop, directoryFault -> {
            if (directoryFault.isPresent()) {
                onDiskFailed.accept(directoryFault.get());
            } else {
                next.written(true);
            }
        });
    }

    /// On a full disk a recovery point that is not written costs a longer scan after a crash; a log
    /// start that is not written must not be promised.
    private void unwritten(DiskFault fault, Written next) {
        if (fault.kind() == DiskFault.Kind.FAILED) {
            onDiskFailed.accept(fault);
        } else {
            next.written(false);
        }
    }
}
