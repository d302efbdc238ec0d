package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.log.TransactionMarker;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.AckDeadlines;
import dev.naru.partition.Appended;
import dev.naru.txn.TxnPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Writes the markers that end a transaction into partitions, wherever they are led and on whatever
/// loop, and tells when all of them are committed.
final class MarkerWrites {
    private final Cluster cluster;
    private final Partitions partitions;
    private final List<TxnGate> gates;
    private final Clock clock;
    private final Map<Loop, PeerMarkers> elsewhere;

    /// `gates` by loop: they hear of every marker. `elsewhere` by loop, too.
    MarkerWrites(Cluster cluster, Partitions partitions, List<TxnGate> gates, Clock clock,
        Map<Loop, PeerMarkers> elsewhere) {
        this.elsewhere = elsewhere;
        this.cluster = cluster;
        this.partitions = partitions;
        this.gates = List.copyOf(gates);
        this.clock = clock;
    }

    /// `done` hears on `home`, once, what became of the marker in each of the partitions: NONE when
    /// it is committed there.
    void write(Loop home, TransactionMarker marker, List<TxnPartition> to,
        Consumer<Map<TxnPartition, ErrorCode>> done) {
        var here = new ArrayList<TxnPartition>();
        var byNode = new TreeMap<Integer, List<TxnPartition>>();
        for (var at : to) {
            int leader = leaderOf(at);
            if (leader == cluster.nodeId() || leader < 0) here.add(at);
            else
                byNode.computeIfAbsent(leader, _ -> new ArrayList<>()).add(at);
        }
        var peers = elsewhere.get(home);
        if (byNode.isEmpty() || peers == null) {
            writeHere(home, marker, to, done);
            return;
        }
        var joined = new Joined(byNode.size() + 1, done);
        writeHere(home, marker, here, joined);
        byNode.forEach((nodeId, there) -> peers.write(nodeId, marker, there, joined));
    }

    private int leaderOf(TxnPartition at) {
        return cluster.image().topic(at.topic()).flatMap(topic -> topic.partition(at.partition()))
            .map(PartitionImage::leader).orElse(PartitionImage.NO_LEADER);
    }

    /// The same for partitions that this node leads; those that it does not lead refuse.
    void writeHere(Loop home, TransactionMarker marker, List<TxnPartition> to,
        Consumer<Map<TxnPartition, ErrorCode>> done) {
        new Round(home, marker, to.size(), false, done).start(to);
    }

    /// Writes the marker only where its producer has, in its epoch, a transaction that is open;
    /// elsewhere INVALID_PRODUCER_EPOCH.
    void abortHere(Loop home, TransactionMarker marker, List<TxnPartition> to,
        Consumer<Map<TxnPartition, ErrorCode>> done) {
        new Round(home, marker, to.size(), true, done).start(to);
    }

    /// Outcomes from several nodes. On the home loop.
    private static final class Joined implements Consumer<Map<TxnPartition, ErrorCode>> {
        private final Consumer<Map<TxnPartition, ErrorCode>> done;
        private final Map<TxnPartition, ErrorCode> outcomes = new LinkedHashMap<>();
        private int missing;

        Joined(int parts, Consumer<Map<TxnPartition, ErrorCode>> done) {
            this.missing = parts;
            this.done = done;
        }

        @Override public void accept(Map<TxnPartition, ErrorCode> part) {
            outcomes.putAll(part);
            missing--;
            if (missing == 0) done.accept(outcomes);
        }
    }

    /// One call of [#write]. The counting is done on its home loop alone.
    private final class Round {
        private record Target(TxnPartition at, TopicImage topic) {}

        private final Loop home;
        private final TransactionMarker marker;
        private final Consumer<Map<TxnPartition, ErrorCode>> done;
        private final Map<TxnPartition, ErrorCode> outcomes = new LinkedHashMap<>();
        private final boolean onlyOpen;
        private int missing;

        Round(Loop home, TransactionMarker marker, int count, boolean onlyOpen,
            Consumer<Map<TxnPartition, ErrorCode>> done) {
            this.onlyOpen = onlyOpen;
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
                var found = table.find(target.topic(), target.at().partition());
                if (!(found instanceof PartitionTable.Lookup.Here(var partition))) {
                    tell(target.at(), ((PartitionTable.Lookup.Not) found).why());
                    continue;
                }
                if (onlyOpen && partition.leads()
                    && !partition.isInTransaction(marker.producerId(), marker.producerEpoch())) {
                    tell(target.at(), ErrorCode.INVALID_PRODUCER_EPOCH);
                    continue;
                }
                gates.get(loopIndex).ended(partition.id(), marker.producerId());
                switch (partition.appendMarker(marker, now)) {
                    case Appended.Refused refused -> tell(target.at(), refused.why());
                    case Appended.Written written -> partition.whenCommitted(written.endOffset(),
                        AckDeadlines.NEVER, why -> tell(target.at(), why));
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
