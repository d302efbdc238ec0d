package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.config.Settings;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.FetchRequest;
import dev.naru.wire.message.FetchResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A partition that is led here, with a replica in rack `b`.
final class NearReplicaTest {
    private static final int VERSION = 17;
    private static final int HERE = -1;
    private static final String RACK_AWARE = "org.apache.kafka.common.replica."
        + "RackAwareReplicaSelector";

    private final TxnNode node = new TxnNode();

    NearReplicaTest() throws Exception {
        node.createWithReplica("near", 2, "b");
    }

    private FetchHandler handler(Map<String, String> given) {
        var settings = ((Settings.Outcome.Accepted) Settings.of(given)).settings();
        var cluster = new Cluster(1, settings, node.cluster.image());
        var sessions = new FetchSessions(node.loop, node.entropy(), 10);
        return new FetchHandler(
            new FetchRound.Rooms(cluster, node.partitions, node.loop, node.disk,
                new Throttles(cluster, node.loop, node.loop)),
            Map.of(node.loop, new FetchHandler.Sessions(sessions, sessions)));
    }

    private Uuid topicId() {
        return node.cluster.image().topic("near").orElseThrow().topicId();
    }

    private FetchResponse.PartitionData fetch(FetchHandler handler, Door door,
        FetchRequest.ReplicaState as, String rack, long offset) {
        var asked = FetchRequest.FetchPartition.builder().partition(0).fetchOffset(offset)
            .logStartOffset(0).partitionMaxBytes(1_000).build();
        var request = FetchRequest.builder().replicaState(as).rackId(rack).maxWaitMs(0)
            .maxBytes(1_000).sessionId(0).sessionEpoch(-1)
            .topics(List.of(FetchRequest.FetchTopic.builder().topicId(topicId())
                .partitions(List.of(asked)).build()))
            .forgottenTopicsData(List.of()).build();
        return new Asker(node, door, ApiKey.FETCH, VERSION, handler::handle)
            .ask(FetchResponse.class, request).responses().getFirst().partitions().getFirst();
    }

    private int sentTo(Map<String, String> given, String rack) {
        var handler = handler(given);
        long epoch = node.cluster.image().node(2).orElseThrow().brokerEpoch();
        fetch(handler, new Door("NODES", Door.Guest.PEER),
            FetchRequest.ReplicaState.builder().replicaId(2)
                .replicaEpoch(epoch).build(),
            "", 0);
        var found = fetch(handler, Door.forClients("PLAINTEXT"),
            FetchRequest.ReplicaState.builder().replicaId(-1).build(), rack, 0);
        assertEquals(ErrorCode.NONE.code(), found.errorCode());
        return found.preferredReadReplica();
    }

    @Test void a_consumer_in_the_rack_of_a_replica_is_sent_there() {
        assertEquals(2, sentTo(Map.of("replica.selector.class", RACK_AWARE), "b"));
    }

    @Test void a_consumer_elsewhere_or_one_that_does_not_say_is_served_by_the_leader() {
        assertEquals(HERE, sentTo(Map.of("replica.selector.class", RACK_AWARE), "c"));
        assertEquals(HERE, sentTo(Map.of("replica.selector.class", RACK_AWARE), ""));
    }

    @Test void nobody_is_sent_anywhere_unless_the_operator_says_so() {
        assertEquals(HERE, sentTo(Map.of(), "b"));
    }
}
