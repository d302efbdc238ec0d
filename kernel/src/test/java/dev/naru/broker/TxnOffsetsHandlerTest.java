package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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
import dev.naru.metadata.TopicName;
import dev.naru.shard.MemoryShardLog;
import dev.naru.shard.ShardHost;
import dev.naru.txn.TxnRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.TxnOffsetCommitRequest;
import dev.naru.wire.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import dev.naru.wire.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import dev.naru.wire.message.TxnOffsetCommitResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Offsets that a transaction commits: through the gate, to the group.
final class TxnOffsetsHandlerTest {
    private static final short CLASSIC = 4;
    private static final short V2 = 5;

    private final TxnNode node = new TxnNode();
    private final MemoryShardLog log = new MemoryShardLog();
    private final ShardHost<GroupRequest, GroupFact> groups = new ShardHost<>(
        new ShardHost.Seat("groups-0", node.loop, node.loop, Trace.NONE), log, new GroupCodec(),
        () -> new GroupShard(TestPorts.of(GroupRules.DEFAULT, new NoChance())));
    private final TxnOffsetsHandler handler = new TxnOffsetsHandler(List.of(node.gate),
        new Here(), new Known(), new TxnOffsetsHandler.Rooms(node.cluster, node.partitions));
    private final Client client = new Client("app", "/10.0.0.1", node.loop);
    private final List<Message> replies = new ArrayList<>();

    TxnOffsetsHandlerTest() throws Exception {
        node.create(TopicName.CONSUMER_OFFSETS, 2);
        groups.load();
    }

    private final class Here implements Coordinators<GroupRequest> {
        @Override public Lookup<GroupRequest> find(String key) {
            return key.startsWith("far")
                ? new NotHere<>(ErrorCode.NOT_COORDINATOR)
                : new Host<>(node.loop, groups);
        }

        @Override public List<Host<GroupRequest>> all() {
            return List.of(new Host<>(node.loop, groups));
        }
    }

    private static final class Known implements TopicIds {
        @Override public Optional<String> nameOf(Uuid topicId) {
            return Optional.empty();
        }

        @Override public Optional<Uuid> idOf(String name) {
            return name.equals("a") ? Optional.of(new Uuid(4, 2)) : Optional.empty();
        }
    }

    private static final class NoChance implements Entropy {
        @Override public long nextLong() {
            return 0;
        }

        @Override public int below(int bound) {
            return 0;
        }
    }

    private void commit(String group, short version, int generation) {
        var partition = TxnOffsetCommitRequestPartition.builder().partitionIndex(0)
            .committedOffset(9).committedMetadata("m").build();
        var message = TxnOffsetCommitRequest.builder().transactionalId("pays").groupId(group)
            .producerId(7).producerEpoch((short) 0).generationIdOrMemberEpoch(generation)
            .memberId("")
            .topics(List.of(TxnOffsetCommitRequestTopic.builder().name("a")
                .partitions(List.of(partition)).build()))
            .build();
        handler.commit(message, version, client, replies::add);
        node.loop.run();
    }

    private ErrorCode answer() {
        assertEquals(1, replies.size());
        var answer = (TxnOffsetCommitResponse) replies.removeFirst();
        return ErrorCode.of(answer.topics().getFirst().partitions().getFirst().errorCode());
    }

    private void coordinatorSays(ErrorCode code) {
        switch (node.asked.getLast()) {
            case TxnRequest.AddPartitions q -> q.from().answer(code);
            case TxnRequest.Verify q -> q.from().answer(List.of(code));
            default -> throw new AssertionError(node.asked.getLast());
        }
        node.loop.run();
    }

    @Test void a_V2_commit_adds_the_groups_partition_by_itself() {
        commit("g", V2, -1);
        assertEquals(List.of(), replies);
        var at = node.last(TxnRequest.AddPartitions.class).partitions().getFirst();
        assertEquals(TopicName.CONSUMER_OFFSETS, at.topic());
        coordinatorSays(ErrorCode.NONE);
        assertEquals(ErrorCode.NONE, answer());
        assertEquals(1, log.records().size());
    }

    @Test void a_classic_commit_is_verified() {
        commit("g", CLASSIC, -1);
        assertInstanceOf(TxnRequest.Verify.class, node.asked.getLast());
        coordinatorSays(ErrorCode.NONE);
        assertEquals(ErrorCode.NONE, answer());
    }

    @Test void what_the_gate_refuses_is_said_in_the_words_of_the_version() {
        commit("g", V2, -1);
        coordinatorSays(ErrorCode.PRODUCER_FENCED);
        assertEquals(ErrorCode.INVALID_PRODUCER_EPOCH, answer());
        commit("g", CLASSIC, -1);
        coordinatorSays(ErrorCode.TRANSACTION_ABORTABLE);
        assertEquals(ErrorCode.TRANSACTION_ABORTABLE, answer());
        commit("g", (short) 3, -1);
        coordinatorSays(ErrorCode.TRANSACTION_ABORTABLE);
        assertEquals(ErrorCode.INVALID_TXN_STATE, answer());
        commit("g", (short) 3, -1);
        coordinatorSays(ErrorCode.CONCURRENT_TRANSACTIONS);
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, answer());
        assertEquals(0, log.records().size());
    }

    @Test void a_member_that_the_group_does_not_know_commits_nothing() {
        commit("g", V2, 3);
        coordinatorSays(ErrorCode.NONE);
        assertEquals(ErrorCode.ILLEGAL_GENERATION, answer());
        assertEquals(0, log.records().size());
    }

    @Test void a_log_that_takes_nothing_for_now_is_a_reason_to_come_back() {
        log.refuse(ErrorCode.NOT_ENOUGH_REPLICAS);
        commit("g", V2, -1);
        coordinatorSays(ErrorCode.NONE);
        assertEquals(ErrorCode.COORDINATOR_NOT_AVAILABLE, answer());
    }

    @Test void a_group_of_another_node_is_refused_before_anything_is_asked() {
        commit("far away", V2, -1);
        assertEquals(ErrorCode.NOT_COORDINATOR, answer());
        assertEquals(List.of(), node.asked);
    }
}
