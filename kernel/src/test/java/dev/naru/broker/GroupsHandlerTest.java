package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.group.GroupCodec;
import dev.naru.group.GroupFact;
import dev.naru.group.GroupRequest;
import dev.naru.group.GroupRules;
import dev.naru.group.GroupShard;
import dev.naru.group.TestPorts;
import dev.naru.shard.MemoryShardLog;
import dev.naru.shard.Shard;
import dev.naru.shard.ShardHost;
import dev.naru.shard.StepLoop;
import dev.naru.wire.Message;
import dev.naru.wire.message.DeleteGroupsRequest;
import dev.naru.wire.message.DeleteGroupsResponse;
import dev.naru.wire.message.DescribeGroupsRequest;
import dev.naru.wire.message.DescribeGroupsResponse;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.HeartbeatResponse;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupRequest.JoinGroupRequestProtocol;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.LeaveGroupRequest;
import dev.naru.wire.message.LeaveGroupResponse;
import dev.naru.wire.message.ListGroupsRequest;
import dev.naru.wire.message.ListGroupsResponse;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.naru.wire.message.OffsetCommitResponse;
import dev.naru.wire.message.OffsetDeleteRequest;
import dev.naru.wire.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import dev.naru.wire.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import dev.naru.wire.message.OffsetDeleteResponse;
import dev.naru.wire.message.OffsetFetchRequest;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.naru.wire.message.OffsetFetchResponse;
import dev.naru.wire.message.SyncGroupRequest;
import dev.naru.wire.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Two shards; groups whose id starts with "far" are another node's.
final class GroupsHandlerTest {
    private static final Uuid T = new Uuid(1, 1);
    private static final Uuid U = new Uuid(1, 2);
    private static final Uuid GONE = new Uuid(1, 9);

    private final StepLoop loop = new StepLoop();
    private final List<MemoryShardLog> logs = List.of(new MemoryShardLog(), new MemoryShardLog());
    private final List<Coordinators.Host<GroupRequest>> hosts = logs.stream().map(this::host)
        .toList();
    private final Map<String, Uuid> topics = new LinkedHashMap<>(Map.of("t", T, "u", U));
    private final Client client = new Client("app", "/10.0.0.1", loop);
    private final GroupsHandler handler = new GroupsHandler(new Two(), new Known());

    private Coordinators.Host<GroupRequest> host(MemoryShardLog log) {
        var seat = new ShardHost.Seat("__consumer_offsets", loop, loop, Trace.NONE);
        var host = new ShardHost<GroupRequest, GroupFact>(seat, log, new GroupCodec(),
            () -> new GroupShard(TestPorts.of(GroupRules.DEFAULT, new Counting())));
        host.load();
        return new Coordinators.Host<>(loop, host);
    }

    private static final class Counting implements Entropy {
        private long next;

        @Override public long nextLong() {
            return next++;
        }

        @Override public int below(int bound) {
            return (int) (next++ % bound);
        }
    }

    private final class Two implements Coordinators<GroupRequest> {
        @Override public Lookup<GroupRequest> find(String groupId) {
            if (groupId.startsWith("far")) return new NotHere<>(ErrorCode.NOT_COORDINATOR);
            return hosts.get(Shard.partitionOf(groupId, 2));
        }

        @Override public List<Host<GroupRequest>> all() {
            return hosts;
        }
    }

    private final class Known implements TopicIds {
        @Override public Optional<String> nameOf(Uuid topicId) {
            return topics.entrySet().stream().filter(topic -> topic.getValue().equals(topicId))
                .map(Map.Entry::getKey).findFirst();
        }

        @Override public Optional<Uuid> idOf(String name) {
            return Optional.ofNullable(topics.get(name));
        }
    }

    private interface Call {
        void make(Consumer<Message> reply);
    }

    /// The answer, which must also be something that can be sent.
    private <R extends Message> R answer(short version, Class<R> type, Call call) {
        var replies = new ArrayList<Message>();
        call.make(replies::add);
        loop.passMs(3000);
        assertEquals(1, replies.size());
        assertTrue(replies.getFirst().toBuffer(version).hasRemaining());
        return type.cast(replies.getFirst());
    }

    private JoinGroupResponse join(String group) {
        var protocol = JoinGroupRequestProtocol.builder().name("range")
            .metadata(ByteBuffer.allocate(1)).build();
        var message = JoinGroupRequest.builder().groupId(group).memberId("")
            .sessionTimeoutMs(10_000)
            .protocolType("consumer").protocols(List.of(protocol)).build();
        short version = 2;
        return answer(version, JoinGroupResponse.class,
            reply -> handler.joinGroup(message, version, client, reply));
    }

    private SyncGroupResponse sync(String group, JoinGroupResponse joined) {
        var message = SyncGroupRequest.builder().groupId(group).memberId(joined.memberId())
            .generationId(joined.generationId()).assignments(List.of()).build();
        short version = 5;
        return answer(version, SyncGroupResponse.class,
            reply -> handler.syncGroup(message, version, client, reply));
    }

    private HeartbeatResponse heartbeat(String group, String memberId) {
        var message = HeartbeatRequest.builder().groupId(group).memberId(memberId).generationId(1)
            .build();
        short version = 4;
        return answer(version, HeartbeatResponse.class,
            reply -> handler.heartbeat(message, version, client, reply));
    }

    private static OffsetCommitRequestTopic committed(String name, Uuid id, long offset) {
        return OffsetCommitRequestTopic.builder().name(name).topicId(id)
            .partitions(List.of(OffsetCommitRequestPartition.builder().partitionIndex(0)
                .committedOffset(offset).committedMetadata("m").build()))
            .build();
    }

    private List<Short> commit(String group, short version, OffsetCommitRequestTopic... committed) {
        var message = OffsetCommitRequest.builder().groupId(group).topics(List.of(committed))
            .build();
        return answer(version, OffsetCommitResponse.class,
            reply -> handler.offsetCommit(message, version, client, reply)).topics().stream()
            .map(topic -> topic.partitions().getFirst().errorCode()).toList();
    }

    private OffsetFetchResponse fetch(short version, OffsetFetchRequest message) {
        return answer(version, OffsetFetchResponse.class,
            reply -> handler.offsetFetch(message, version, client, reply));
    }

    @Test void a_group_joins_syncs_beats_and_leaves_over_the_wire() {
        var joined = join("g");
        assertEquals(joined.memberId(), joined.leader());
        assertEquals(0, sync("g", joined).errorCode());
        assertEquals(0, heartbeat("g", joined.memberId()).errorCode());
        short version = 1;
        var message = LeaveGroupRequest.builder().groupId("g").memberId(joined.memberId()).build();
        var left = answer(version, LeaveGroupResponse.class,
            reply -> handler.leaveGroup(message, version, client, reply));
        assertEquals(0, left.errorCode());
        var again = answer(version, LeaveGroupResponse.class,
            reply -> handler.leaveGroup(message, version, client, reply));
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID.code(), again.errorCode());
    }

    @Test void a_group_of_another_node_is_refused() {
        short notHere = ErrorCode.NOT_COORDINATOR.code();
        assertEquals(notHere, join("far").errorCode());
        assertEquals(notHere, heartbeat("far", "m").errorCode());
        assertEquals(List.of(notHere), commit("far", (short) 9, committed("t", Uuid.ZERO, 1)));
    }

    @Test void a_heartbeat_is_believed_while_its_shard_loads() {
        logs.forEach(MemoryShardLog::lose);
        logs.forEach(MemoryShardLog::holdReplay);
        hosts.forEach(host -> host.shard().load());
        assertEquals(0, heartbeat("g", "m").errorCode());
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code(), join("g").errorCode());
    }

    @Test void errors_of_the_log_become_errors_of_a_coordinator() {
        short version = 9;
        var topic = committed("t", Uuid.ZERO, 1);
        for (var pair : List.of(
            List.of(ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR),
            List.of(ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR),
            List.of(ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE),
            List.of(ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.INVALID_COMMIT_OFFSET_SIZE))) {
            logs.forEach(log -> log.refuse(pair.getFirst()));
            assertEquals(List.of(pair.getLast().code()), commit("g", version, topic));
        }
    }

    @Test void commits_for_unknown_topics_fail_alone_and_in_their_place() {
        short byName = 9;
        assertEquals(List.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(), (short) 0),
            commit("g", byName, committed("none", Uuid.ZERO, 1), committed("t", Uuid.ZERO, 2)));
        assertEquals(List.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()),
            commit("g", byName, committed("none", Uuid.ZERO, 1)));
        short byId = 10;
        assertEquals(List.of((short) 0, ErrorCode.UNKNOWN_TOPIC_ID.code()),
            commit("g", byId, committed("", U, 3), committed("", GONE, 4)));
    }

    @Test void offsets_of_several_groups_are_fetched_at_once() {
        commit("g", (short) 9, committed("t", Uuid.ZERO, 5));
        commit("h", (short) 9, committed("u", Uuid.ZERO, 6));
        var groups = List.of("h", "far", "g", "none").stream()
            .map(id -> OffsetFetchRequestGroup.builder().groupId(id).topics(null).build()).toList();
        var answer = fetch((short) 8, OffsetFetchRequest.builder().groups(groups).build());
        assertEquals(List.of("h", "far", "g", "none"),
            answer.groups().stream().map(group -> group.groupId()).toList());
        assertEquals("u", answer.groups().get(0).topics().getFirst().name());
        assertEquals(ErrorCode.NOT_COORDINATOR.code(), answer.groups().get(1).errorCode());
        assertEquals(5, answer.groups().get(2).topics().getFirst().partitions().getFirst()
            .committedOffset());
        assertEquals(List.of(), answer.groups().get(3).topics());
    }

    @Test void offsets_are_fetched_by_topic_id() {
        commit("g", (short) 9, committed("t", Uuid.ZERO, 5), committed("u", Uuid.ZERO, 6));
        var asked = List.of(GONE, T).stream()
            .map(id -> OffsetFetchRequestTopics.builder().topicId(id)
                .partitionIndexes(List.of(0)).build())
            .toList();
        var group = OffsetFetchRequestGroup.builder().groupId("g");
        short version = 10;
        var some = fetch(version, OffsetFetchRequest.builder()
            .groups(List.of(group.topics(asked).build())).build()).groups().getFirst().topics();
        assertEquals(T, some.get(0).topicId());
        assertEquals(5, some.get(0).partitions().getFirst().committedOffset());
        assertEquals(GONE, some.get(1).topicId());
        assertEquals(ErrorCode.UNKNOWN_TOPIC_ID.code(),
            some.get(1).partitions().getFirst().errorCode());
        topics.remove("u");
        var all = fetch(version, OffsetFetchRequest.builder()
            .groups(List.of(group.topics(null).build())).build()).groups().getFirst().topics();
        assertEquals(List.of(T), all.stream().map(topic -> topic.topicId()).toList());
    }

    @Test void the_older_fetch_asks_for_one_group() {
        commit("g", (short) 9, committed("t", Uuid.ZERO, 5));
        var asked = List.of(OffsetFetchRequestTopic.builder().name("t")
            .partitionIndexes(List.of(0, 1)).build());
        var message = OffsetFetchRequest.builder().groupId("g").topics(asked).build();
        for (short version = 1; version < 8; version++) {
            var partitions = fetch(version, message).topics().getFirst().partitions();
            assertEquals(5, partitions.get(0).committedOffset());
            assertEquals("m", partitions.get(0).metadata());
            assertEquals(-1, partitions.get(1).committedOffset());
        }
        var all = OffsetFetchRequest.builder().groupId("g").topics(null).build();
        assertEquals("t", fetch((short) 2, all).topics().getFirst().name());
    }

    @Test void an_error_for_a_whole_group_is_in_every_partition_of_the_oldest_fetch() {
        var asked = List.of(OffsetFetchRequestTopic.builder().name("t")
            .partitionIndexes(List.of(0)).build());
        var message = OffsetFetchRequest.builder().groupId("far").topics(asked).build();
        short notHere = ErrorCode.NOT_COORDINATOR.code();
        assertEquals(notHere, fetch((short) 1, message).topics().getFirst().partitions().getFirst()
            .errorCode());
        assertEquals(notHere, fetch((short) 2, message).errorCode());
    }

    @Test void offsets_of_unknown_topics_are_not_deleted() {
        commit("g", (short) 9, committed("t", Uuid.ZERO, 5));
        var partitions = List.of(OffsetDeleteRequestPartition.builder().partitionIndex(0).build());
        var asked = List.of("none", "t").stream().map(name -> OffsetDeleteRequestTopic.builder()
            .name(name).partitions(partitions).build()).toList();
        short version = 0;
        var answer = answer(version, OffsetDeleteResponse.class, reply -> handler.offsetDelete(
            OffsetDeleteRequest.builder().groupId("g").topics(asked).build(), version, client,
            reply));
        var outcomes = new LinkedHashMap<String, Short>();
        answer.topics().forEach(
            topic -> outcomes.put(topic.name(), topic.partitions().getFirst().errorCode()));
        assertEquals(Map.of("t", (short) 0, "none", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()),
            outcomes);
    }

    private List<String> list(List<String> states, List<String> types) {
        short version = 5;
        return answer(version, ListGroupsResponse.class, reply -> handler.listGroups(
            ListGroupsRequest.builder().statesFilter(states).typesFilter(types).build(), version,
            client, reply)).groups().stream()
            .map(group -> group.groupId() + " " + group.groupState() + " " + group.groupType())
            .toList();
    }

    @Test void groups_of_all_shards_are_listed_by_state_and_type() {
        commit("a", (short) 9, committed("t", Uuid.ZERO, 5));
        sync("b", join("b"));
        assertEquals(2, list(List.of(), List.of()).size());
        assertEquals(List.of("a Empty classic"), list(List.of("empty"), List.of()));
        assertEquals(List.of("b Stable classic"), list(List.of("Stable"), List.of("Classic")));
        assertEquals(List.of(), list(List.of(), List.of("consumer")));
    }

    @Test void a_list_that_would_be_incomplete_is_an_error() {
        logs.getFirst().lose();
        assertEquals(List.of(), list(List.of(), List.of()));
        logs.getFirst().holdReplay();
        hosts.getFirst().shard().load();
        short version = 5;
        var answer = answer(version, ListGroupsResponse.class, reply -> handler.listGroups(
            ListGroupsRequest.builder().build(), version, client, reply));
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code(), answer.errorCode());
    }

    private DescribeGroupsResponse describe(short version, String... groups) {
        return answer(version, DescribeGroupsResponse.class, reply -> handler.describeGroups(
            DescribeGroupsRequest.builder().groups(List.of(groups))
                .includeAuthorizedOperations(true)
                .build(),
            version, client, reply));
    }

    @Test void groups_are_described_in_the_order_asked_for() {
        var joined = join("b");
        sync("b", joined);
        var groups = describe((short) 5, "none", "b", "far").groups();
        assertEquals("Dead", groups.get(0).groupState());
        assertEquals(0, groups.get(0).errorCode());
        assertEquals("Stable", groups.get(1).groupState());
        assertEquals("range", groups.get(1).protocolData());
        assertEquals(joined.memberId(), groups.get(1).members().getFirst().memberId());
        assertEquals("/10.0.0.1", groups.get(1).members().getFirst().clientHost());
        assertEquals(3400, groups.get(1).authorizedOperations());
        assertEquals(ErrorCode.NOT_COORDINATOR.code(), groups.get(2).errorCode());
    }

    @Test void a_group_that_is_not_known_is_an_error_to_newer_clients() {
        var group = describe((short) 6, "none").groups().getFirst();
        assertEquals(ErrorCode.GROUP_ID_NOT_FOUND.code(), group.errorCode());
        assertEquals("Dead", group.groupState());
        assertTrue(String.valueOf(group.errorMessage()).contains("none"));
    }

    @Test void groups_are_deleted_and_each_is_answered_once() {
        commit("a", (short) 9, committed("t", Uuid.ZERO, 5));
        join("b");
        short version = 3;
        var results = answer(version, DeleteGroupsResponse.class, reply -> handler.deleteGroups(
            DeleteGroupsRequest.builder().groupsNames(List.of("a", "b", "none", "a", "far"))
                .build(),
            version, client, reply)).results();
        assertEquals(List.of("a", "b", "none", "far"),
            results.stream().map(result -> result.groupId()).toList());
        assertEquals(
            List.of(ErrorCode.NONE, ErrorCode.NON_EMPTY_GROUP, ErrorCode.GROUP_ID_NOT_FOUND,
                ErrorCode.NOT_COORDINATOR),
            results.stream().map(result -> ErrorCode.of(result.errorCode())).toList());
        assertNull(results.getFirst().errorMessage());
    }

    @Test void nothing_asked_is_answered_with_nothing() {
        assertEquals(List.of(), describe((short) 6).groups());
        assertEquals(List.of(), fetch((short) 8, OffsetFetchRequest.builder().build()).groups());
    }

    @Test void a_group_belongs_to_the_partition_that_kafka_computes() {
        assertEquals(3, Shard.partitionOf("g", 50));
        assertEquals(40, Shard.partitionOf("console-consumer", 50));
        assertEquals(0, Shard.partitionOf("polygenelubricants", 50));
    }
}
