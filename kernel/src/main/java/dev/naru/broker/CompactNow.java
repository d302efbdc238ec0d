package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.partition.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Compacts partitions at once, however little there is to gain, because somebody asked: closes
/// their active segments, has all of it recorded as durable, has them cleaned. Owned by the loop of
/// whoever asks; used once.
final class CompactNow {
    /// Clients give up after 30 seconds; told in time, they ask again, and meet the same pass.
    private static final long WAIT_MS_MAX = 20_000;

    /// What became of one partition.
    record Result(ErrorCode error, long logStartOffset) {}

    private final Loop home;
    private final Partitions partitions;
    private final Consumer<Checkpoints.Written> checkpoint;
    private final List<Scatter.Ask<Integer>> asks;
    private final Consumer<List<Result>> done;
    private final List<@Nullable Result> results = new ArrayList<>();
    private int waitingFor;
    private boolean isOver;
    private Loop.@Nullable Timer timer;

    CompactNow(Loop home, Partitions partitions, Consumer<Checkpoints.Written> checkpoint,
        List<Scatter.Ask<Integer>> asks, Consumer<List<Result>> done) {
        this.home = home;
        this.partitions = partitions;
        this.checkpoint = checkpoint;
        this.asks = asks;
        this.done = done;
    }

    void start(long timeoutMs) {
        for (int at = 0; at < asks.size(); at++)
            results.add(null);
        waitingFor = asks.size();
        if (waitingFor == 0) {
            over();
            return;
        }
        long waitMs = Math.clamp(timeoutMs, 0, WAIT_MS_MAX);
        timer = home.after(waitMs * Now.NS_PER_MS, this::over);
        for (int at = 0; at < asks.size(); at++)
            close(at);
    }

    private PartitionTable table(int at) {
        return partitions.tableOf(asks.get(at).topic().name(), asks.get(at).partition());
    }

    private void close(int at) {
        var table = table(at);
        Partitions.on(table.shared().loop(), () -> {
            switch (table.find(asks.get(at).topic(), asks.get(at).partition())) {
                case PartitionTable.Lookup.Not not -> closed(at, not.why());
                case PartitionTable.Lookup.Here(Partition partition) -> {
                    if (partition.settings().log().compacts()) {
                        partition.upkeep().closeActive(error -> closed(at, error));
                    } else {
                        closed(at, ErrorCode.POLICY_VIOLATION);
                    }
                }
            }
        });
    }

    private void closed(int at, ErrorCode error) {
        Partitions.on(home, () -> {
            if (error != ErrorCode.NONE) results.set(at, new Result(error, -1));
            waitingFor--;
            if (waitingFor == 0) checkpoint.accept(_ -> Partitions.on(home, this::clean));
        });
    }

    private void clean() {
        var rest = new ArrayList<Integer>();
        for (int at = 0; at < asks.size(); at++) {
            if (results.get(at) == null) rest.add(at);
        }
        waitingFor = rest.size();
        if (waitingFor == 0) over();
        for (int at : rest)
            clean(at);
    }

    private void clean(int at) {
        var table = table(at);
        var topicId = asks.get(at).topic().topicId();
        Partitions.on(table.shared().loop(), () -> {
            var partition = table.opened(topicId, asks.get(at).partition());
            if (partition == null) {
                cleaned(at, new Result(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1));
                return;
            }
            table.shared().cleaner().cleanNow(partition,
                error -> cleaned(at, new Result(error, partition.log().logStartOffset())));
        });
    }

    private void cleaned(int at, Result result) {
        Partitions.on(home, () -> {
            results.set(at, result);
            waitingFor--;
            if (waitingFor == 0) over();
        });
    }

    private void over() {
        if (isOver) return;
        isOver = true;
        if (timer != null) timer.cancel();
        var told = new ArrayList<Result>();
        for (var result : results) {
            told.add(result == null ? new Result(ErrorCode.REQUEST_TIMED_OUT, -1) : result);
        }
        done.accept(told);
    }
}
