package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.wire.message.DeleteRecordsRequest;
import dev.naru.wire.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Waits until the replicas of partitions have dropped what was deleted on their leaders, so that it does
/// not come back when another one leads. Looks again at intervals: a replica says where its log begins with
/// every fetch. Owned by the loop of whoever asked.
final class DeletedEverywhere {
    private static final long PAUSE_NS = 10 * Now.NS_PER_MS;

    private final Loop home;
    private final Clock clock;
    private final Partitions partitions;
    private final List<Scatter.Ask<Long>> waiting = new ArrayList<>();
    private List<DeleteRecordsPartitionResult> results = new ArrayList<>();

    DeletedEverywhere(Loop home, Clock clock, Partitions partitions,
        List<Scatter.Ask<DeleteRecordsRequest.DeleteRecordsPartition>> asks,
        List<DeleteRecordsPartitionResult> answers) {
        this.home = home;
        this.clock = clock;
        this.partitions = partitions;
        for (int at = 0; at < asks.size(); at++) {
            var answer = answers.get(at);
            if (answer.errorCode() != 0) continue;
            var ask = asks.get(at);
            waiting.add(new Scatter.Ask<>(answer.lowWatermark(), ask.topic(), ask.partition()));
            results.add(answer);
        }
    }

    /// `done` hears, once, of which partitions it could not be seen in time. Any loop may call it.
    void await(int timeoutMs, Consumer<Set<DeleteRecordsPartitionResult>> done) {
        Partitions.on(home,
            () -> look(clock.monotonicNs() + timeoutMs * Now.NS_PER_MS, done));
    }

    private void look(long untilNs, Consumer<Set<DeleteRecordsPartitionResult>> done) {
        Scatter.ask(home, partitions, waiting, DeletedEverywhere::isEverywhere, seen -> {
            for (int at = seen.size() - 1; at >= 0; at--) {
                if (!seen.get(at)) continue;
                waiting.remove(at);
                results.remove(at);
            }
            if (waiting.isEmpty() || clock.monotonicNs() >= untilNs) {
                Set<DeleteRecordsPartitionResult> late = Collections
                    .newSetFromMap(new IdentityHashMap<>());
                late.addAll(results);
                done.accept(late);
            } else {
                home.after(PAUSE_NS, () -> look(untilNs, done));
            }
        });
    }

    private static boolean isEverywhere(PartitionTable.Lookup lookup, long logStart) {
        return lookup instanceof PartitionTable.Lookup.Here(var partition)
            && partition.promisesStart(logStart);
    }
}
