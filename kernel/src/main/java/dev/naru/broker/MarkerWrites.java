package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.log.TransactionMarker;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Appended;
import dev.naru.txn.TxnPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Writes the markers that end a transaction into partitions, wherever their loops are, and tells
/// when all of them are committed. Today every partition is led here.
final class MarkerWrites {
    private final Cluster cluster;
    private final Partitions partitions;
    private final List<TxnGate> gates;
    private final Clock clock;

    /// `gates` by loop: they hear of every marker.
    MarkerWrites(Cluster cluster, Partitions partitions, List<TxnGate> gates, Clock clock) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.gates = List.copyOf(gates);
        this.clock = clock;
    }

    /// `done` hears on `home`, once, what became of the marker in each of the partitions: NONE when
    /// it is committed there.
    void write(Loop home, TransactionMarker marker, List<TxnPartition> to,
        Consumer<Map<TxnPartition, ErrorCode>> done) {
        new Round(home, marker, to.size(), done).start(to);
    }

    /// One call of [#write]. The counting is done on its home loop alone.
    private final class Round {
        private record Target(TxnPartition at, TopicImage topic) {}

        private final Loop home;
        private final TransactionMarker marker;
        private final Consumer<Map<TxnPartition, ErrorCode>> done;
        private final Map<TxnPartition, ErrorCode> outcomes = new LinkedHashMap<>();
        private int missing;

        Round(Loop home, TransactionMarker marker, int count,
            Consumer<Map<TxnPartition, ErrorCode>> done) {
            this.home = home;
            this.marker = marker;
            this.missing = count;
            this.done = done;
        }

        void start(List<TxnPartition> to) {
            var byLoop = new TreeMap<Integer, List<Target>>();
            var unknown = new ArrayList<TxnPartition>();
            for (var at : to) {
                var topic = cluster.image().topic(at.topic());
                if (topic.isEmpty() || topic.get().partition(at.partition()).isEmpty()) {
                    unknown.add(at);
                    continue;
                }
                int loopIndex = partitions.loopIndexOf(at.topic(), at.partition());
                byLoop.computeIfAbsent(loopIndex, _ -> new ArrayList<>())
                    .add(new Target(at, topic.get()));
            }
            if (to.isEmpty()) done.accept(outcomes);
            for (var at : unknown)
                settled(at, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            byLoop.forEach((loopIndex, targets) -> Partitions
                .on(partitions.table(loopIndex).shared().loop(), () -> append(loopIndex, targets)));
        }

        /// On the loop of the partitions.
        private void append(int loopIndex, List<Target> targets) {
            var table = partitions.table(loopIndex);
            var now = clock.now();
            for (var target : targets) {
                if (!(table.find(target.topic(),
                    target.at().partition()) instanceof PartitionTable.Lookup.Here here)) {
                    tell(target.at(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
                    continue;
                }
                var partition = here.partition();
                gates.get(loopIndex).ended(partition.id(), marker.producerId());
                switch (partition.appendMarker(marker, now)) {
                    case Appended.Refused refused -> tell(target.at(), refused.why());
                    case Appended.Written written -> partition.whenCommitted(written.endOffset(),
                        why -> tell(target.at(), why));
                }
            }
        }

        private void tell(TxnPartition at, ErrorCode outcome) {
            Partitions.on(home, () -> settled(at, outcome));
        }

        private void settled(TxnPartition at, ErrorCode outcome) {
            outcomes.put(at, outcome);
            missing--;
            if (missing == 0) done.accept(outcomes);
        }
    }
}
