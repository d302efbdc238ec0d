package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import dev.naru.base.Uuid;
import java.util.List;
import java.util.TreeMap;

/// The clean end of a life: every partition is flushed, then closed, then what they leave is
/// written down. If any step fails there is no manifest, and the next start scans. Owned by the
/// control loop.
final class Stopping {
    /// A change of leader epoch takes a second flush to be written down, see
    /// [dev.naru.log.PartitionLog#close].
    private static final int FLUSH_ROUNDS = 3;

    private final Env env;
    private final Partitions partitions;
    private final Uuid directoryId;
    private final boolean isFenced;
    private final Runnable done;
    private final Loop controlLoop;
    private int loopsLeft;

    Stopping(Env env, Partitions partitions, Uuid directoryId, boolean isFenced, Runnable done) {
        this.env = env;
        this.partitions = partitions;
        this.directoryId = directoryId;
        this.isFenced = isFenced;
        this.done = done;
        this.controlLoop = env.loops().getFirst();
    }

    void begin() {
        if (isFenced) {
            done.run();
            return;
        }
        loopsLeft = partitions.loopCount();
        for (var table : partitions.all()) {
            Partitions.on(table.shared().loop(), () -> {
                table.shared().cleaner().stop();
                flush(table, FLUSH_ROUNDS);
            });
        }
    }

    /// On the loop of the table.
    private void flush(PartitionTable table, int roundsLeft) {
        if (roundsLeft == 0) {
            Partitions.on(controlLoop, this::flushed);
            return;
        }
        table.checkpoint();
        table.shared().flushRound().whenIdle(() -> flush(table, roundsLeft - 1));
    }

    private void flushed() {
        loopsLeft--;
        if (loopsLeft > 0) return;
        Progress.gather(controlLoop, partitions, true, this::write);
    }

    private void write(List<LeftBehind> left) {
        loopsLeft = partitions.loopCount();
        for (var table : partitions.all()) {
            Partitions.on(table.shared().loop(), () -> {
                table.stop();
                Partitions.on(controlLoop, () -> closed(left));
            });
        }
    }

    private void closed(List<LeftBehind> left) {
        loopsLeft--;
        if (loopsLeft > 0) return;
        try {
            writeCleaned(left);
            CleanStop.write(env.disk(), directoryId, left);
        } catch (DiskFault fault) {
            env.trace().emit(new BrokerEvent.DiskFenced("no manifest: " + fault.getMessage()));
        }
        done.run();
    }

    private void writeCleaned(List<LeftBehind> left) throws DiskFault {
        var cleaned = new TreeMap<String, Long>();
        for (var each : left) {
            if (each.cleanedUpTo() > 0) cleaned.put(each.directory(), each.cleanedUpTo());
        }
        if (cleaned.isEmpty()) return;
        SmallFiles.replace(env.disk(), OffsetCheckpoint.CLEANED, OffsetCheckpoint.text(cleaned));
    }
}
