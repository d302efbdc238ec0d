package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.naru.base.ErrorCode;
import dev.naru.base.QuietChannel;
import dev.naru.base.Uuid;
import dev.naru.config.Settings;
import dev.naru.config.TopicNames;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Endpoint;
import dev.naru.record.BatchBuilder;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.FetchRequest;
import dev.naru.wire.message.FetchResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Fetches of clients and of replicas at one node, with room for one session each.
final class FetchHandlerTest {
    private static final int VERSION = 17;
    private static final int RECORD_BYTES = 1_000;

    private final TxnNode node = new TxnNode();
    private final FetchSessions ofClients = sessions();
    private final FetchSessions ofReplicas = sessions();
    private final FetchHandler handler = new FetchHandler(
        new FetchRound.Rooms(node.cluster, node.partitions, node.loop, node.disk,
            new Throttles(node.cluster, node.loop, node.loop)),
        Map.of(node.loop, new FetchHandler.Sessions(ofClients, ofReplicas)));
    private final Asker client = asker(Door.forClients("PLAINTEXT"));
    private final Asker replica = asker(new Door("NODES", Door.Guest.PEER));

    FetchHandlerTest() throws Exception {}

    private FetchSessions sessions() {
        return new FetchSessions(node.loop, node.entropy(), 1);
    }

    private Asker asker(Door door) {
        return new Asker(node, door, ApiKey.FETCH, VERSION, handler::handle);
    }

    private FetchResponse open(Asker asker, int replicaId) {
        return fetch(asker, replicaId, 0, 0);
    }

    private FetchResponse fetch(Asker asker, int replicaId, int sessionId, int sessionEpoch) {
        return fetch(asker, replicaId, sessionId, sessionEpoch, List.of());
    }

    private FetchResponse fetch(Asker asker, int replicaId, int sessionId, int sessionEpoch,
        List<FetchRequest.FetchTopic> topics) {
        return asker.ask(FetchResponse.class, FetchRequest.builder()
            .replicaState(FetchRequest.ReplicaState.builder().replicaId(replicaId)
                .replicaEpoch(1).build())
            .maxWaitMs(0).sessionId(sessionId).sessionEpoch(sessionEpoch).topics(topics)
            .forgottenTopicsData(List.of()).build());
    }

    @Test void clients_that_have_all_the_sessions_there_are_leave_a_replica_its_own() {
        assertNotEquals(0, open(client, -1).sessionId());
        assertEquals(0, open(client, -1).sessionId());
        int session = open(replica, 2).sessionId();
        assertNotEquals(0, session);
        assertEquals(ErrorCode.NONE.code(), fetch(replica, 2, session, 1).errorCode());
    }

    @Test void a_client_does_not_find_the_session_of_a_replica() {
        int session = open(replica, 2).sessionId();
        assertEquals(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code(),
            fetch(client, -1, session, 1).errorCode());
        open(client, -1);
        assertEquals(ErrorCode.NONE.code(), fetch(replica, 2, session, 1).errorCode());
    }

    @Test void a_replicas_session_ends_with_its_connection_and_a_clients_does_not() {
        int session = open(client, -1).sessionId();
        open(replica, 2);
        client.hangUp();
        replica.hangUp();
        assertEquals(0, ofReplicas.size());
        assertEquals(ErrorCode.NONE.code(),
            fetch(asker(Door.forClients("PLAINTEXT")), -1, session, 1).errorCode());
        assertNotEquals(0, open(asker(new Door("NODES", Door.Guest.PEER)), 2).sessionId());
    }

    @Test void one_who_asks_the_wrong_node_hears_who_leads_and_where() {
        node.createElsewhere("far", 2, new Endpoint("PLAINTEXT", "two", 9092, "PLAINTEXT"));
        var far = node.cluster.image().topic("far").orElseThrow().topicId();
        var response = client.ask(FetchResponse.class, FetchRequest.builder()
            .maxWaitMs(0).maxBytes(100).sessionId(0).sessionEpoch(-1)
            .topics(List.of(FetchRequest.FetchTopic.builder().topicId(far)
                .partitions(List.of(FetchRequest.FetchPartition.builder().partition(0)
                    .fetchOffset(0).partitionMaxBytes(100).build()))
                .build()))
            .forgottenTopicsData(List.of()).build());
        var refused = response.responses().getFirst().partitions().getFirst();
        assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER.code(), refused.errorCode());
        assertEquals(2, refused.currentLeader().leaderId());
        var at = response.nodeEndpoints().getFirst();
        assertEquals("2 two 9092", at.nodeId() + " " + at.host() + " " + at.port());
    }

    @Test void one_who_says_it_is_a_replica_is_not_served_where_clients_come_in() {
        assertEquals(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code(), open(client, 2).errorCode());
    }

    @Test void whoever_asks_anew_is_told_anew_for_it_may_have_dropped_what_it_was_told() {
        var a = node.cluster.image().topic("a").orElseThrow().topicId();
        var asked = List.of(FetchRequest.FetchTopic.builder().topicId(a)
            .partitions(List.of(FetchRequest.FetchPartition.builder().partition(0)
                .fetchOffset(0).partitionMaxBytes(100).build()))
            .build());
        int session = fetch(client, -1, 0, 0, asked).sessionId();
        assertEquals(0, fetch(client, -1, session, 1, List.of()).responses().size());
        assertEquals(1, fetch(client, -1, session, 2, asked).responses().size());
        assertEquals(0, fetch(client, -1, session, 3, List.of()).responses().size());
    }

    @Test void a_replica_whose_budget_is_used_up_is_given_more_as_soon_as_there_is_some() {
        var slow = throttled();
        for (int count = 0; count < 2; count++) {
            node.partition("slow", 0).append(new BatchBuilder(0)
                .append(1_000, null, ByteBuffer.allocate(RECORD_BYTES)).build(), node.loop.now());
        }
        node.loop.run();
        replica.send(copying(slow, 0));
        assertEquals(1, batchesIn(replica.answer()));
        replica.send(copying(slow, 1));
        node.loop.passMs(500);
        assertFalse(replica.isAnswered());
        node.loop.passMs(1_000);
        assertEquals(1, batchesIn(replica.answer()));
    }

    /// A topic of one batch a second, with a replica that is not in sync.
    private Uuid throttled() {
        node.joinFenced(2, new Endpoint("NODES", "two", 9093, "PLAINTEXT"));
        node.changed(new ClusterRequest.CreateTopics(List.of(new ClusterRequest.NewTopic("slow",
            -1, -1, List.of(new ClusterRequest.Assignment(0, List.of(1, 2))),
            List.of(new ClusterRequest.Setting(
                TopicNames.LEADER_REPLICATION_THROTTLED_REPLICAS, "*")))),
            1, 1, false, true));
        node.cluster.publish(node.cluster.image(), Settings.defaults().withDynamic(Map.of(),
            Map.of("leader.replication.throttled.rate", String.valueOf(RECORD_BYTES))));
        return node.cluster.image().topic("slow").orElseThrow().topicId();
    }

    private static FetchRequest copying(Uuid topic, long offset) {
        return FetchRequest.builder()
            .replicaState(FetchRequest.ReplicaState.builder().replicaId(2).replicaEpoch(1).build())
            .maxWaitMs(60_000).minBytes(1).maxBytes(RECORD_BYTES).sessionId(0).sessionEpoch(-1)
            .topics(List.of(FetchRequest.FetchTopic.builder().topicId(topic)
                .partitions(List.of(FetchRequest.FetchPartition.builder().partition(0)
                    .fetchOffset(offset).partitionMaxBytes(RECORD_BYTES).build()))
                .build()))
            .forgottenTopicsData(List.of()).build();
    }

    private static int batchesIn(Message answer) {
        var data = ((FetchResponse) answer).responses().getFirst().partitions().getFirst();
        assertEquals(ErrorCode.NONE.code(), data.errorCode());
        var records = data.records();
        if (records == null) return 0;
        return QuietChannel.whole(records).remaining() / RECORD_BYTES;
    }
}
