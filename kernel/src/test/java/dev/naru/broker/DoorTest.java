package dev.naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.ErrorCode;
import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterMessages;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Endpoint;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.Writer;
import dev.naru.wire.message.AddPartitionsToTxnRequest;
import dev.naru.wire.message.AddPartitionsToTxnResponse;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.EnvelopeRequest;
import dev.naru.wire.message.EnvelopeResponse;
import dev.naru.wire.message.FetchRequest;
import dev.naru.wire.message.FetchResponse;
import dev.naru.wire.message.ListGroupsRequest;
import dev.naru.wire.message.RequestHeader;
import dev.naru.wire.message.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is asked at which listener: what nodes ask each other is not answered where clients come in.
class DoorTest {
    private static final Door CLIENTS = Door.forClients("PLAINTEXT");
    private static final Door PEERS = Door.forPeers("PEERS", Net.Proof.MEMBER);

    private static final Uuid DIRECTORY = new Uuid(4, 4);

    private final TxnNode node = new TxnNode();
    private final TestChannel channel = new TestChannel();
    private final List<Call> calls = new ArrayList<>();
    private final Router router = new Router(1_000_000, Trace.NONE);

    DoorTest() throws Exception {
        for (var key : ApiKey.values())
            router.add(key, calls::add);
        var rooms = new FetchRound.Rooms(node.cluster, node.partitions, node.loop, node.disk,
            new Throttles(node.cluster, node.loop, node.loop));
        router.add(ApiKey.FETCH, new FetchHandler(rooms, Map.of())::handle);
    }

    @ParameterizedTest
    @EnumSource(names = {"INITIALIZE_SHARE_GROUP_STATE", "READ_SHARE_GROUP_STATE",
            "WRITE_SHARE_GROUP_STATE", "DELETE_SHARE_GROUP_STATE",
            "READ_SHARE_GROUP_STATE_SUMMARY", "ALTER_PARTITION", "BROKER_REGISTRATION",
            "BROKER_HEARTBEAT", "ALLOCATE_PRODUCER_IDS", "VOTE",
            "BEGIN_QUORUM_EPOCH", "END_QUORUM_EPOCH", "FETCH_SNAPSHOT",
            "CONTROLLER_REGISTRATION",
            "ASSIGN_REPLICAS_TO_DIRS"}) void what_nodes_ask_ends_a_clients_connection(ApiKey key) {
        arrive(CLIENTS, ByteBuffer.allocate(10).putShort(key.id())
            .putShort(key.lowestVersion()).putInt(1).putShort((short) -1).flip());
        assertThat(channel.isClosed).isTrue();
        assertThat(calls).isEmpty();
        assertThat(ServedApis.at(CLIENTS).advertised()).noneMatch(api -> api.apiKey() == key.id());
    }

    /// Of Kafka's older releases: LeaderAndIsr, StopReplica, UpdateMetadata, ControlledShutdown.
    @ParameterizedTest
    @ValueSource(shorts = {4, 5, 6, 7}) void what_older_controllers_ask_is_asked_nowhere(
        short key) {
        for (var door : List.of(CLIENTS, PEERS)) {
            var end = new TestChannel();
            arrive(door, end, ByteBuffer.allocate(10).putShort(key).putShort((short) 0).putInt(1)
                .putShort((short) -1).flip());
            assertThat(end.isClosed).isTrue();
        }
        assertThat(calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(shorts = {7, 12, 13, 15, 17}) void a_client_is_no_replica(short version)
        throws Malformed {
        var request = FetchRequest.builder().maxWaitMs(0).minBytes(0).topics(List.of());
        if (version < 15) request.replicaId(2);
        else
            request.replicaState(
                FetchRequest.ReplicaState.builder().replicaId(2).replicaEpoch(1).build());
        arrive(CLIENTS, request(ApiKey.FETCH, version, request.build()));
        var answer = (FetchResponse) answer(ApiKey.FETCH, version);
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code());
    }

    @Test void what_a_node_asks_the_controller_is_not_taken_from_a_client() throws Malformed {
        router.add(ApiKey.ENVELOPE, new EnvelopeHandler(node.cluster, node.link(),
            Admission.LOOPBACK_ONLY)::handle);
        var beat = ClusterMessages.encode(new ClusterRequest.Heartbeat(1, 1, 1, false));
        var envelope = EnvelopeRequest.builder().requestData(beat)
            .clientHostAddress(ByteBuffer.allocate(0)).build();
        arrive(CLIENTS, request(ApiKey.ENVELOPE, (short) 0, envelope));
        var answer = (EnvelopeResponse) answer(ApiKey.ENVELOPE, (short) 0);
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3}) void a_node_fetches_for_itself_only(int replicaId)
        throws Malformed {
        channel.member = Optional.of(new Net.Member(2, DIRECTORY));
        var request = FetchRequest.builder().maxWaitMs(0).minBytes(0).topics(List.of())
            .replicaState(FetchRequest.ReplicaState.builder().replicaId(replicaId)
                .replicaEpoch(1).build());
        if (replicaId == 2) {
            router.add(ApiKey.FETCH, calls::add);
            arrive(PEERS, request(ApiKey.FETCH, (short) 17, request.build()));
            assertThat(calls.getFirst().caller().maySpeakFor(2)).isTrue();
            return;
        }
        arrive(PEERS, request(ApiKey.FETCH, (short) 17, request.build()));
        var answer = (FetchResponse) answer(ApiKey.FETCH, (short) 17);
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code());
    }

    private static List<ClusterRequest> ofNode(int nodeId, Uuid directoryId) {
        return List.of(
            new ClusterRequest.RegisterNode(nodeId, directoryId, new Uuid(1, 1), List.of(), "",
                true, 0),
            new ClusterRequest.Heartbeat(nodeId, 1, 1, false),
            new ClusterRequest.AlterIsr(nodeId, 1, List.of()),
            new ClusterRequest.HandOver(nodeId, 1),
            new ClusterRequest.TellSizes(nodeId, 1, 0, List.of(), true),
            new ClusterRequest.GrantProducerIds(nodeId, 1, 1));
    }

    @Test void a_node_asks_the_controller_under_its_own_name_only() throws Malformed {
        router.add(ApiKey.ENVELOPE,
            new EnvelopeHandler(node.cluster, node.link(), Admission.LOOPBACK_ONLY)::handle);
        for (var request : ofNode(3, DIRECTORY))
            assertThat(envelopeError(new Net.Member(2, DIRECTORY), request)).as(request.toString())
                .isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
        assertThat(envelopeError(new Net.Member(2, new Uuid(5, 5)),
            ofNode(2, DIRECTORY).getFirst()))
            .isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
        for (var request : ofNode(2, DIRECTORY))
            assertThat(envelopeError(new Net.Member(2, DIRECTORY), request)).as(request.toString())
                .isEqualTo(ErrorCode.NONE);
    }

    @Test void a_node_that_was_removed_is_told_so_where_it_asks_for_its_place_and_nothing_else()
        throws Malformed {
        var gone = new Net.Member(2, new Uuid(2, 1));
        node.joinFenced(2, new Endpoint("PEERS", "two", 9192, "SSL"));
        node.changed(new ClusterRequest.UnregisterNode(2));
        router.turnAway(
            member -> node.cluster.image().removed(member.directoryId()).isPresent());
        router.add(ApiKey.ENVELOPE,
            new EnvelopeHandler(node.cluster, node.link(), Admission.LOOPBACK_ONLY)::handle);
        for (var request : ofNode(2, gone.directoryId())) {
            boolean isForItsPlace = request instanceof ClusterRequest.RegisterNode
                || request instanceof ClusterRequest.Heartbeat;
            assertThat(envelopeError(gone, request)).as(request.toString()).isEqualTo(
                isForItsPlace ? ErrorCode.NONE : ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
        }
        router.add(ApiKey.FETCH, calls::add);
        for (var member : List.of(gone, new Net.Member(3, DIRECTORY))) {
            var end = new TestChannel();
            end.member = Optional.of(member);
            arrive(PEERS, end, request(ApiKey.FETCH, (short) 17, FetchRequest.builder()
                .maxWaitMs(0).minBytes(0).topics(List.of())
                .replicaState(FetchRequest.ReplicaState.builder().replicaId(member.nodeId())
                    .replicaEpoch(1).build())
                .build()));
            assertThat(end.isClosed).isEqualTo(member.equals(gone));
        }
    }

    private ErrorCode envelopeError(Net.Member member, ClusterRequest request) throws Malformed {
        var end = new TestChannel();
        end.member = Optional.of(member);
        var envelope = EnvelopeRequest.builder().requestData(ClusterMessages.encode(request))
            .clientHostAddress(ByteBuffer.allocate(0)).build();
        arrive(PEERS, end, request(ApiKey.ENVELOPE, (short) 0, envelope));
        // what is taken waits for the controller, and has no answer yet
        if (end.frames().isEmpty()) return ErrorCode.NONE;
        var in = new Reader(end.frames().getFirst());
        ResponseHeader.read(in, ApiKey.ENVELOPE.responseHeaderVersion((short) 0));
        return ErrorCode.of(((EnvelopeResponse) ApiKey.ENVELOPE.readResponse(in, (short) 0))
            .errorCode());
    }

    @Test void tokens_are_given_out_on_the_nodes_own_machine_only() throws Exception {
        router.add(ApiKey.ENVELOPE,
            new EnvelopeHandler(node.cluster, node.link(), Admission.LOOPBACK_ONLY)::handle);
        var asked = new ClusterRequest.IssueJoinToken("t", "ab".repeat(32), 1);
        var envelope = EnvelopeRequest.builder().requestData(ClusterMessages.encode(asked))
            .clientHostAddress(ByteBuffer.allocate(0)).build();
        for (boolean isFromHere : List.of(false, true)) {
            var end = new TestChannel();
            end.isFromHere = isFromHere;
            arrive(CLIENTS, end, request(ApiKey.ENVELOPE, (short) 0, envelope));
            var in = new Reader(end.frames().getFirst());
            ResponseHeader.read(in, ApiKey.ENVELOPE.responseHeaderVersion((short) 0));
            var data = Objects.requireNonNull(
                ((EnvelopeResponse) ApiKey.ENVELOPE.readResponse(in, (short) 0)).responseData());
            data.getLong();
            var failed = (ClusterAnswer.Failed) ClusterMessages.decodeAnswer(data);
            assertThat(failed.message()).contains(
                isFromHere ? "no join tokens where nodes talk in plaintext" : "own machine only");
        }
    }

    @Test void a_client_does_not_ask_about_the_transactions_of_others() throws Malformed {
        var transactions = new TxnsBetweenNodes(node.asking());
        router.add(ApiKey.ADD_PARTITIONS_TO_TXN, call -> transactions.addPartitions(
            (AddPartitionsToTxnRequest) call.request(),
            new Client("app", "/10.0.0.1", node.loop, call.caller().isPeer()), call::reply));
        var nobody = AddPartitionsToTxnRequest.builder().transactions(List.of()).build();
        arrive(CLIENTS, request(ApiKey.ADD_PARTITIONS_TO_TXN, (short) 4, nobody));
        var answer = (AddPartitionsToTxnResponse) answer(ApiKey.ADD_PARTITIONS_TO_TXN, (short) 4);
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code());
    }

    @ParameterizedTest
    @EnumSource void who_proved_nothing_may_ask_to_join_and_nothing_else(ApiKey key) {
        var joiner = Door.forPeers("PEERS", Net.Proof.NONE);
        boolean isServed = key == ApiKey.API_VERSIONS || key == ApiKey.JOIN_CLUSTER;
        assertThat(ServedApis.at(joiner).serves(key)).isEqualTo(isServed);
        if (isServed) return;
        arrive(joiner, ByteBuffer.allocate(10).putShort(key.id())
            .putShort(key.lowestVersion()).putInt(1).putShort((short) -1).flip());
        assertThat(channel.isClosed).isTrue();
        assertThat(calls).isEmpty();
    }

    @Test void nodes_may_ask_what_clients_may() {
        arrive(PEERS,
            request(ApiKey.LIST_GROUPS, (short) 0, ListGroupsRequest.builder().build()));
        assertThat(calls).hasSize(1);
    }

    private void arrive(Door door, ByteBuffer bytes) {
        arrive(door, channel, bytes);
    }

    private void arrive(Door door, TestChannel end, ByteBuffer bytes) {
        var table = new ConnectionTable(end.loop(), node.loop, Trace.NONE,
            new RequestMemory(200_000), -1);
        table.serve();
        var connection = new Connection(end, door, router, table);
        table.opened(connection);
        connection.admit(bytes.remaining());
        connection.onFrame(new Lent(bytes));
    }

    private Message answer(ApiKey key, short version) throws Malformed {
        assertThat(channel.frames()).hasSize(1);
        var in = new Reader(channel.frames().getFirst());
        ResponseHeader.read(in, key.responseHeaderVersion(version));
        return key.readResponse(in, version);
    }

    private static ByteBuffer request(ApiKey key, short version, Message message) {
        var writer = new Writer();
        RequestHeader.builder().requestApiKey(key.id()).requestApiVersion(version)
            .correlationId(1).clientId("test").build()
            .write(writer, key.requestHeaderVersion(version));
        message.write(writer, version);
        return writer.joined();
    }

    private record Lent(ByteBuffer bytes) implements Net.Frame {
        @Override public void release() {}
    }
}
