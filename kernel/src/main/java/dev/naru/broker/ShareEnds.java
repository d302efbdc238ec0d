package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.client.Reply;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ListOffsetsRequest;
import dev.naru.wire.message.ListOffsetsRequest.ListOffsetsPartition;
import dev.naru.wire.message.ListOffsetsRequest.ListOffsetsTopic;
import dev.naru.wire.message.ListOffsetsResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// How far partitions go, for lags: asked of their loops where this node leads, of their leaders by
/// ListOffsets where others do. Any loop may ask.
final class ShareEnds {
    private static final long ANSWER_MS = 10_000;
    private static final long LATEST = -1;

    private final Cluster cluster;
    private final Partitions partitions;
    private final Peers peers;

    /// One partition.
    record Place(TopicImage topic, int partition) {}

    ShareEnds(Cluster cluster, Partitions partitions, Peers peers) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.peers = peers;
    }

    /// The high watermarks that could be found, on `home`.
    void find(Loop home, List<Place> places, Consumer<Map<Place, Long>> done) {
        var byNode = new TreeMap<Integer, List<Place>>();
        for (var place : places) {
            int leader = place.topic().partition(place.partition()).map(PartitionImage::leader)
                .orElse(PartitionImage.NO_LEADER);
            byNode.computeIfAbsent(leader, _ -> new ArrayList<>()).add(place);
        }
        var found = new LinkedHashMap<Place, Long>();
        var gathering = new Asking.Gathering<Map<Place, Long>>(all -> {
            all.forEach(found::putAll);
            done.accept(found);
        });
        byNode.forEach((nodeId, of) -> {
            if (nodeId == cluster.nodeId()) {
                here(home, of, gathering.expect());
            } else if (nodeId != PartitionImage.NO_LEADER) {
                there(home, nodeId, of, gathering.expect());
            }
        });
        gathering.close();
    }

    private void here(Loop home, List<Place> places, Consumer<Map<Place, Long>> done) {
        var asks = places.stream()
            .map(each -> new Scatter.Ask<>(each, each.topic(), each.partition())).toList();
        Scatter.<Place, Long>ask(home, partitions, asks, (lookup, _) -> switch (lookup) {
            case PartitionTable.Lookup.Not _ -> -1L;
            case PartitionTable.Lookup.Here(Partition partition) -> partition.highWatermark();
        }, answers -> {
            var ends = new LinkedHashMap<Place, Long>();
            for (int at = 0; at < places.size(); at++)
                if (answers.get(at) >= 0) ends.put(places.get(at), answers.get(at));
            done.accept(ends);
        });
    }

    private void there(Loop home, int nodeId, List<Place> places,
        Consumer<Map<Place, Long>> done) {
        var topics = new LinkedHashMap<TopicImage, List<ListOffsetsPartition>>();
        for (var place : places) {
            topics.computeIfAbsent(place.topic(), _ -> new ArrayList<>())
                .add(ListOffsetsPartition.builder().partitionIndex(place.partition())
                    .currentLeaderEpoch(-1).timestamp(LATEST).build());
        }
        var asked = new ArrayList<ListOffsetsTopic>();
        topics.forEach((topic, of) -> asked
            .add(ListOffsetsTopic.builder().name(topic.name()).partitions(of).build()));
        var request = ListOffsetsRequest.builder().replicaId(-1).topics(asked).build();
        peers.on(home).request(PeerLinks.Lane.SHARES, nodeId,
            new PeerLinks.Question(ApiKey.LIST_OFFSETS, _ -> request, ANSWER_MS),
            reply -> done.accept(switch (reply) {
                case Reply.Answer(var body, var _) -> ends((ListOffsetsResponse) body, places);
                case Reply.Lost _ -> Map.<Place, Long>of();
            }));
    }

    private static Map<Place, Long> ends(ListOffsetsResponse response, List<Place> places) {
        var ends = new LinkedHashMap<Place, Long>();
        for (var topic : response.topics()) {
            for (var each : topic.partitions()) {
                if (each.errorCode() != 0 || each.offset() < 0) continue;
                for (var place : places) {
                    boolean isIt = place.partition() == each.partitionIndex()
                        && place.topic().name().equals(topic.name());
                    if (isIt) ends.put(place, each.offset());
                }
            }
        }
        return ends;
    }
}
