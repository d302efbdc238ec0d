package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.client.Reply;
import dev.naru.log.TransactionMarker;
import dev.naru.txn.TxnPartition;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.WriteTxnMarkersRequest;
import dev.naru.wire.message.WriteTxnMarkersRequest.WritableTxnMarker;
import dev.naru.wire.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import dev.naru.wire.message.WriteTxnMarkersResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Takes the markers of one loop's transactions to the nodes that lead their partitions. One request to a
/// node is under way; what comes up meanwhile goes with the next. Owned by the loop.
final class PeerMarkers {
    private static final long TIMEOUT_MS = 5_000;
    private static final int TOGETHER_MAX = 500;

    private final PeerLinks peers;
    private final Map<Integer, Line> lines = new TreeMap<>();

    private record Pending(TransactionMarker marker, List<TxnPartition> to,
        Consumer<Map<TxnPartition, ErrorCode>> done) {}

    PeerMarkers(PeerLinks peers) {
        this.peers = peers;
    }

    /// By loop, for the loops that have tables.
    static Map<Loop, PeerMarkers> on(Partitions partitions, Peers peers) {
        var byLoop = new LinkedHashMap<Loop, PeerMarkers>();
        for (var table : partitions.all()) {
            var loop = table.shared().loop();
            byLoop.put(loop, new PeerMarkers(peers.on(loop)));
        }
        return byLoop;
    }

    /// `done` hears, once, what became of the marker in each of the partitions, all of which the node leads.
    void write(int nodeId, TransactionMarker marker, List<TxnPartition> to,
        Consumer<Map<TxnPartition, ErrorCode>> done) {
        lines.computeIfAbsent(nodeId, Line::new).add(new Pending(marker, to, done));
    }

    /// What goes to one node.
    private final class Line {
        private final int nodeId;
        private List<Pending> waiting = new ArrayList<>();
        private boolean isBusy;

        Line(int nodeId) {
            this.nodeId = nodeId;
        }

        void add(Pending pending) {
            waiting.add(pending);
            if (!isBusy) send();
        }

        private void send() {
            isBusy = true;
            int count = Math.min(waiting.size(), TOGETHER_MAX);
            var sent = List.copyOf(waiting.subList(0, count));
            waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
            var request = WriteTxnMarkersRequest.builder()
                .markers(sent.stream().map(PeerMarkers::writable).toList()).build();
            peers.request(PeerLinks.Lane.MARKERS, nodeId,
                new PeerLinks.Question(ApiKey.WRITE_TXN_MARKERS, _ -> request, TIMEOUT_MS),
                reply -> heard(sent, reply));
        }

        private void heard(List<Pending> sent, Reply reply) {
            isBusy = false;
            if (!waiting.isEmpty()) send();
            switch (reply) {
                case Reply.Lost _ -> {
                    for (var each : sent)
                        each.done().accept(outcomes(each, Map.of()));
                }
                case Reply.Answer(var body, var _) -> settle(sent, (WriteTxnMarkersResponse) body);
            }
        }

        /// Answers come in the order of what was asked.
        private void settle(List<Pending> sent, WriteTxnMarkersResponse response) {
            for (int at = 0; at < sent.size(); at++) {
                var told = new LinkedHashMap<TxnPartition, ErrorCode>();
                if (at < response.markers().size()) {
                    for (var topic : response.markers().get(at).topics()) {
                        for (var each : topic.partitions())
                            told.put(new TxnPartition(topic.name(), each.partitionIndex()),
                                ErrorCode.of(each.errorCode()));
                    }
                }
                sent.get(at).done().accept(outcomes(sent.get(at), told));
            }
        }
    }

    /// Of what was not told nothing is known: it is tried again.
    private static Map<TxnPartition, ErrorCode> outcomes(Pending pending,
        Map<TxnPartition, ErrorCode> told) {
        var outcomes = new LinkedHashMap<TxnPartition, ErrorCode>();
        for (var at : pending.to())
            outcomes.put(at, told.getOrDefault(at, ErrorCode.NOT_LEADER_OR_FOLLOWER));
        return outcomes;
    }

    private static WritableTxnMarker writable(Pending pending) {
        var marker = pending.marker();
        var byTopic = new LinkedHashMap<String, List<Integer>>();
        for (var at : pending.to())
            byTopic.computeIfAbsent(at.topic(), _ -> new ArrayList<>()).add(at.partition());
        var topics = new ArrayList<WritableTxnMarkerTopic>();
        byTopic.forEach((name, indexes) -> topics
            .add(WritableTxnMarkerTopic.builder().name(name).partitionIndexes(indexes).build()));
        return WritableTxnMarker.builder()
            .producerId(marker.producerId())
            .producerEpoch(marker.producerEpoch())
            .coordinatorEpoch(marker.coordinatorEpoch())
            .transactionResult(marker.isCommitted())
            .transactionVersion((byte) marker.transactionVersion())
            .topics(topics)
            .build();
    }
}
