package dev.naru.partition;

import dev.naru.base.Clock;
import dev.naru.base.Codecs;
import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.log.Cleanable;
import dev.naru.log.CleaningTools;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Cleans the compacted partitions of one loop, one at a time, the dirtiest first. Works in small
/// steps with turns of their own, each on bytes that were brought into memory before, so that
/// nobody waits for it. Owned by the loop.
public final class Cleaner {
    private static final int SLOT_BYTES = 24;
    private static final int STEP_BYTES_MIN = 16 * 1024;
    private static final int STEP_BYTES_MAX = 512 * 1024;
    private static final double NS_PER_SECOND = 1e9;

    private final Loop loop;
    private final Clock clock;
    private final Disk disk;
    private final Codecs codecs;
    private final Supplier<CleanerSettings> settings;
    private final Set<Partition> partitions = new LinkedHashSet<>();
    private final ArrayDeque<Order> orders = new ArrayDeque<>();
    private @Nullable Order current;
    /// Read and written, and not yet rested for.
    private long owedBytes;
    private boolean isAwaitingFlush;
    private boolean isTimed;
    private boolean isStopped;

    /// A pass that somebody asked for, or that the cleaner chose.
    private static final class Order {
        private final Partition partition;
        private Consumer<ErrorCode> done;

        private Order(Partition partition, Consumer<ErrorCode> done) {
            this.partition = partition;
            this.done = done;
        }
    }

    public Cleaner(Loop loop, Clock clock, Disk disk, Codecs codecs,
        Supplier<CleanerSettings> settings) {
        this.loop = loop;
        this.clock = clock;
        this.disk = disk;
        this.codecs = codecs;
        this.settings = settings;
    }

    /// Looks for work from time to time from now on.
    public void start() {
        later();
    }

    /// The node stops: no pass begins any more, and the one under way ends where it is.
    public void stop() {
        isStopped = true;
        var order = current;
        if (order != null) {
            try {
                order.partition.log().cleaning().settleNow();
                end(order, ErrorCode.NOT_LEADER_OR_FOLLOWER);
            } catch (DiskFault fault) {
                end(order, order.partition.failed(fault));
            }
        }
        for (var waiting : List.copyOf(orders))
            waiting.done.accept(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        orders.clear();
    }

    /// Cleans `partition` as soon as the pass under way has ended, however little there is to gain.
    /// Only what is closed, recorded as durable, and decided is cleaned.
    public void cleanNow(Partition partition, Consumer<ErrorCode> done) {
        if (isStopped || partition.closedBecause() != ErrorCode.NONE) {
            done.accept(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        } else if (!partition.settings().log().compacts()) {
            done.accept(ErrorCode.POLICY_VIOLATION);
        } else if (!joins(current, partition, done)
            && orders.stream().noneMatch(order -> joins(order, partition, done))) {
            orders.add(new Order(partition, done));
            loop.execute(this::look);
        }
    }

    /// Whoever asks again hears when the pass ends that is on its way.
    private static boolean joins(@Nullable Order order, Partition partition,
        Consumer<ErrorCode> done) {
        if (order == null || order.partition != partition) return false;
        order.done = order.done.andThen(done);
        return true;
    }

    /// The partition's topic is compacted, or is not.
    void follow(Partition partition) {
        if (partition.settings().log().compacts()) partitions.add(partition);
        else
            partitions.remove(partition);
    }

    /// The partition is gone.
    void forget(Partition partition) {
        partitions.remove(partition);
        for (var waiting : List.copyOf(orders)) {
            if (waiting.partition != partition) continue;
            orders.remove(waiting);
            waiting.done.accept(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        var order = current;
        if (order != null && order.partition == partition) {
            end(order, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
    }

    /// A flush of the partition has ended: perhaps the one that its pass waits for.
    void flushed(Partition partition) {
        var order = current;
        if (order == null || order.partition != partition || !isAwaitingFlush) return;
        isAwaitingFlush = false;
        loop.execute(() -> step(order));
    }

    private void later() {
        if (isTimed || isStopped) return;
        isTimed = true;
        loop.after(settings.get().backoffMs() * Now.NS_PER_MS, () -> {
            isTimed = false;
            look();
        });
    }

    private void look() {
        if (isStopped || current != null) return;
        var order = orders.poll();
        if (order == null && settings.get().isEnabled()) order = dirtiest();
        if (order == null) {
            later();
            return;
        }
        begin(order);
    }

    private @Nullable Order dirtiest() {
        Order best = null;
        double bestRatio = -1;
        for (var partition : new ArrayList<>(partitions)) {
            partition.upkeep().rollIfOverdue();
            var what = look(partition);
            if (what == null || !what.isWorthIt(partition.settings().log().cleaning())) continue;
            if (what.dirtyRatio() <= bestRatio) continue;
            bestRatio = what.dirtyRatio();
            best = new Order(partition, _ -> {
            });
        }
        return best;
    }

    private @Nullable Cleanable look(Partition partition) {
        if (partition.closedBecause() != ErrorCode.NONE) return null;
        try {
            return partition.log().cleaning().look(partition.lastStableOffset(), clock.now())
                .orElse(null);
        } catch (DiskFault fault) {
            partition.failed(fault);
            return null;
        }
    }

    private void begin(Order order) {
        current = order;
        var what = look(order.partition);
        if (what == null) {
            end(order, ErrorCode.KAFKA_STORAGE_ERROR);
            return;
        }
        try {
            order.partition.log().cleaning().begin(what, tools(), clock.now());
            step(order);
        } catch (DiskFault fault) {
            end(order, order.partition.failed(fault));
        }
    }

    private CleaningTools tools() {
        var now = settings.get();
        double keys = (double) now.keyBytes() / SLOT_BYTES * now.loadFactor();
        int stepBytes = Math.clamp(now.ioBytes() / 2, STEP_BYTES_MIN, STEP_BYTES_MAX);
        return new CleaningTools(codecs, (int) Math.clamp(keys, 1, Integer.MAX_VALUE),
            now.loadFactor(), stepBytes);
    }

    /// Has the bytes of the next step brought into memory, then takes it.
    private void step(Order order) {
        if (current != order) return;
        try {
            var ahead = order.partition.log().cleaning().ahead();
            if (ahead.isEmpty()) {
                take(order);
                return;
            }
            disk.warm(ahead.get(), loop, _ -> {
                ahead.get().discard();
                take(order);
            });
        } catch (DiskFault fault) {
            end(order, order.partition.failed(fault));
        }
    }

    private void take(Order order) {
        if (current != order) return;
        var cleaning = order.partition.log().cleaning();
        long before = cleaning.bytesMoved();
        try {
            var progress = cleaning.step();
            owedBytes += cleaning.bytesMoved() - before;
            switch (progress) {
                case MORE -> rest(() -> step(order));
                case FLUSH -> {
                    isAwaitingFlush = true;
                    order.partition.shared().flushRound().join(order.partition);
                }
                case DONE -> end(order, ErrorCode.NONE);
            }
        } catch (DiskFault fault) {
            end(order, order.partition.failed(fault));
        }
    }

    /// Goes on when as much time has passed as the bytes that were moved may take.
    private void rest(Runnable next) {
        double delayNs = owedBytes * NS_PER_SECOND / Math.max(1, settings.get().bytesPerSecond());
        owedBytes = 0;
        if (delayNs < 1) loop.execute(next);
        else
            loop.after((long) delayNs, next);
    }

    private void end(Order order, ErrorCode outcome) {
        current = null;
        isAwaitingFlush = false;
        order.done.accept(outcome);
        if (outcome == ErrorCode.NONE) rest(this::look);
        else
            later();
    }
}
