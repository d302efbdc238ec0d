package dev.naru.partition;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Loop;
import dev.naru.log.Unflushed;
import dev.naru.measure.DurationReading;
import dev.naru.measure.Histogram;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Group commit for the partitions of one loop (DESIGN P11): whatever was written while a flush was
/// under way joins the next one, so that a busy loop pays one flush for many appends. Owned by the
/// loop.
public final class FlushRound {
    private record Covered(Partition partition, Unflushed unflushed) {}

    private final Loop loop;
    private final Disk disk;
    private final Consumer<DiskFault> onDiskFailed;
    private final FlushPace pace;
    private final Set<Partition> dirty = new LinkedHashSet<>();
    private boolean isScheduled;
    private List<Runnable> whenIdle = List.of();
    private final Histogram durations = new Histogram();
    private long roundsDone;
    private long filesFlushed;

    /// `onDiskFailed` hears of a flush that failed: nothing may be acknowledged on this disk any
    /// more. `pace` is told when one begins and ends.
    public FlushRound(Loop loop, Disk disk, Consumer<DiskFault> onDiskFailed, FlushPace pace) {
        this.pace = pace;
        this.loop = loop;
        this.disk = disk;
        this.onDiskFailed = onDiskFailed;
    }

    /// The partition has bytes that are not flushed; they join the next round.
    void join(Partition partition) {
        dirty.add(partition);
        if (isScheduled) return;
        isScheduled = true;
        loop.execute(this::start);
    }

    private void start() {
        var files = new ArrayList<DiskFile>();
        var directories = new LinkedHashSet<String>();
        var covered = new ArrayList<Covered>(dirty.size());
        for (var partition : dirty) {
            var unflushed = partition.takeUnflushed();
            files.addAll(unflushed.files());
            directories.addAll(unflushed.directories());
            covered.add(new Covered(partition, unflushed));
        }
        dirty.clear();
        pace.begins();
        disk.flush(files, List.copyOf(directories), loop,
            fault -> done(covered, files.size(), fault));
    }

    private void done(List<Covered> covered, int fileCount, Optional<DiskFault> fault) {
        long durationNs = pace.ends();
        if (fault.isPresent()) {
            // never retried: after a failed flush the kernel may have dropped the pages as clean
            onDiskFailed.accept(fault.get());
            return;
        }
        roundsDone++;
        durations.add(durationNs);
        filesFlushed += fileCount;
        for (var each : covered)
            each.partition().flushed(each.unflushed());
        isScheduled = !dirty.isEmpty();
        if (isScheduled) {
            start();
        } else {
            var waiting = whenIdle;
            whenIdle = List.of();
            for (var each : waiting)
                each.run();
        }
    }

    /// Runs `task` once nothing waits to be flushed: at once when that is so already.
    public void whenIdle(Runnable task) {
        if (!isScheduled) {
            loop.execute(task);
            return;
        }
        var waiting = new ArrayList<>(whenIdle);
        waiting.add(task);
        whenIdle = waiting;
    }

    /// Rounds finished since the start, for the bench and for metrics.
    public long roundsDone() {
        return roundsDone;
    }

    /// How long the rounds took that finished since the start, from the call to the disk until it is heard
    /// of on the loop.
    public DurationReading durations() {
        return durations.reading();
    }

    /// Files made durable since the start.
    public long filesFlushed() {
        return filesFlushed;
    }
}
