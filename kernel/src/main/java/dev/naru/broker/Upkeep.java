package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.config.BrokerNames;

/// What has to be done from time to time: old segments go, checkpoints are written, and in
/// page-cache mode what was written is flushed in the end. Owned by the control loop.
final class Upkeep {
    private final Loop controlLoop;
    private final Clock clock;
    private final Cluster cluster;
    private final Partitions partitions;
    private final Checkpoints checkpoints;
    private boolean isStopped;

    Upkeep(Loop controlLoop, Clock clock, Cluster cluster, Partitions partitions,
        Checkpoints checkpoints) {
        this.controlLoop = controlLoop;
        this.clock = clock;
        this.cluster = cluster;
        this.partitions = partitions;
        this.checkpoints = checkpoints;
    }

    void start() {
        later(cluster.live().number(BrokerNames.LOG_INITIAL_TASK_DELAY_MS), this::tidy);
        later(checkpointMs(), this::checkpoint);
    }

    void stop() {
        isStopped = true;
    }

    private void later(long delayMs, Runnable task) {
        controlLoop.after(delayMs * Now.NS_PER_MS, () -> {
            if (!isStopped) task.run();
        });
    }

    private void tidy() {
        for (var table : partitions.all()) {
            Partitions.on(table.shared().loop(), () -> table.tidy(clock.now()));
        }
        later(cluster.live().number(BrokerNames.LOG_RETENTION_CHECK_INTERVAL_MS), this::tidy);
    }

    private long checkpointMs() {
        return cluster.live().number(BrokerNames.LOG_FLUSH_OFFSET_CHECKPOINT_INTERVAL_MS);
    }

    private void checkpoint() {
        for (var table : partitions.all()) {
            Partitions.on(table.shared().loop(), table::checkpoint);
        }
        checkpoints.write(_ -> later(checkpointMs(), this::checkpoint));
    }
}
