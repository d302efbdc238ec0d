package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.Endpoint;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.FetchRequest;
import dev.naru.wire.message.FetchResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Fetches of clients and of replicas at one node, with room for one session each.
final class FetchHandlerTest {
    private static final int VERSION = 17;

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
}
