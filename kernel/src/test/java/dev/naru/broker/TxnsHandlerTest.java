package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;
import dev.naru.metadata.TopicName;
import dev.naru.shard.Heard;
import dev.naru.shard.MemoryShardLog;
import dev.naru.shard.ShardHost;
import dev.naru.txn.MarkerPlan;
import dev.naru.txn.TxnCodec;
import dev.naru.txn.TxnFact;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnRequest;
import dev.naru.txn.TxnRules;
import dev.naru.txn.TxnShard;
import dev.naru.wire.Message;
import dev.naru.wire.message.AddOffsetsToTxnRequest;
import dev.naru.wire.message.AddOffsetsToTxnResponse;
import dev.naru.wire.message.AddPartitionsToTxnRequest;
import dev.naru.wire.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import dev.naru.wire.message.AddPartitionsToTxnResponse;
import dev.naru.wire.message.EndTxnRequest;
import dev.naru.wire.message.EndTxnResponse;
import dev.naru.wire.message.InitProducerIdRequest;
import dev.naru.wire.message.InitProducerIdResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A transactional producer, request by request, on a coordinator whose markers the test writes.
final class TxnsHandlerTest {
    private static final String ID = "pays";
    private static final short CLASSIC_END = 4;
    private static final short V2_END = 5;
    private static final short ADD = 3;

    private final TxnNode node = new TxnNode();
    private final List<MarkerPlan> plans = new ArrayList<>();
    private final ShardHost<TxnRequest, TxnFact> shard = new ShardHost<>(
        new ShardHost.Seat("transactions-0", node.loop, node.loop, Trace.NONE),
        new MemoryShardLog(), new TxnCodec(), () -> new TxnShard(() -> TxnRules.DEFAULT,
            plans::add));
    private final TxnsHandler handler = new TxnsHandler(new Asking<>(new Here()),
        node.producerIds(), node.cluster);
    private final Client client = new Client("app", "/10.0.0.1", node.loop);

    TxnsHandlerTest() throws Exception {
        shard.load();
    }

    private final class Here implements Coordinators<TxnRequest> {
        @Override public Lookup<TxnRequest> find(String key) {
            return key.startsWith("far")
                ? new NotHere<>(ErrorCode.NOT_COORDINATOR)
                : new Host<>(node.loop, shard);
        }

        @Override public List<Host<TxnRequest>> all() {
            return List.of(new Host<>(node.loop, shard));
        }
    }

    private interface Call {
        void make(Consumer<Message> reply);
    }

    /// The answer, which must also be something that can be sent.
    private <R extends Message> R answer(short version, Class<R> type, Call call) {
        var replies = new ArrayList<Message>();
        call.make(replies::add);
        node.loop.run();
        if (replies.isEmpty()) node.loop.passMs(1_000);
        assertEquals(1, replies.size());
        assertTrue(replies.getFirst().toBuffer(version).hasRemaining());
        return type.cast(replies.getFirst());
    }

    private InitProducerIdResponse init(InitProducerIdRequest message, int version) {
        return answer((short) version, InitProducerIdResponse.class,
            reply -> handler.initProducerId(message, (short) version, client, reply));
    }

    private static InitProducerIdRequest.Builder asking(String id) {
        return InitProducerIdRequest.builder().transactionalId(id).transactionTimeoutMs(60_000);
    }

    private InitProducerIdResponse begin() {
        var begun = init(asking(ID).build(), 5);
        assertEquals(0, begun.errorCode());
        return begun;
    }

    private Map<String, ErrorCode> add(InitProducerIdResponse as, int version, String... topics) {
        var asked = AddPartitionsToTxnRequest.builder().v3AndBelowTransactionalId(ID)
            .v3AndBelowProducerId(as.producerId()).v3AndBelowProducerEpoch(as.producerEpoch())
            .v3AndBelowTopics(List.of(topics).stream().map(topic -> AddPartitionsToTxnTopic
                .builder().name(topic).partitions(List.of(0)).build()).toList())
            .build();
        var answer = answer((short) version, AddPartitionsToTxnResponse.class,
            reply -> handler.addPartitions(asked, (short) version, client, reply));
        var codes = new TreeMap<String, ErrorCode>();
        for (var topic : answer.resultsByTopicV3AndBelow()) {
            codes.put(topic.name(), ErrorCode.of(
                topic.resultsByPartition().getFirst().partitionErrorCode()));
        }
        return codes;
    }

    private EndTxnResponse end(InitProducerIdResponse as, boolean commits, int version) {
        var asked = EndTxnRequest.builder().transactionalId(ID).producerId(as.producerId())
            .producerEpoch(as.producerEpoch()).committed(commits).build();
        return answer((short) version, EndTxnResponse.class,
            reply -> handler.endTxn(asked, (short) version, client, reply));
    }

    private ErrorCode addOffsets(InitProducerIdResponse as, int version) {
        var asked = AddOffsetsToTxnRequest.builder().transactionalId(ID)
            .producerId(as.producerId()).producerEpoch(as.producerEpoch()).groupId("g").build();
        return ErrorCode.of(answer((short) version, AddOffsetsToTxnResponse.class,
            reply -> handler.addOffsets(asked, (short) version, client, reply)).errorCode());
    }

    private void writeMarkers() {
        for (var plan : List.copyOf(plans))
            shard.submit(new TxnRequest.MarkersWritten(plan, new Heard<>()));
        plans.clear();
    }

    @Test void without_a_transactional_id_every_producer_gets_an_id_of_its_own() {
        var message = InitProducerIdRequest.builder().transactionalId(null)
            .transactionTimeoutMs(0).build();
        var one = init(message, 0);
        var other = init(message, 5);
        assertEquals(0, one.errorCode());
        assertEquals(0, one.producerEpoch());
        assertNotEquals(one.producerId(), other.producerId());
    }

    @Test void a_transactional_id_keeps_its_producer_id_and_each_start_raises_the_epoch() {
        var first = begin();
        var second = begin();
        assertEquals(first.producerId(), second.producerId());
        assertEquals(first.producerEpoch() + 1, second.producerEpoch());
    }

    @Test void half_a_producer_or_an_empty_id_is_no_request() {
        assertEquals(ErrorCode.INVALID_REQUEST.code(), init(asking("").build(), 5).errorCode());
        assertEquals(ErrorCode.INVALID_REQUEST.code(),
            init(asking(ID).producerId(3).build(), 5).errorCode());
        assertEquals(ErrorCode.INVALID_REQUEST.code(),
            init(asking(ID).producerEpoch((short) 3).build(), 5).errorCode());
        assertEquals(ErrorCode.INVALID_TRANSACTION_TIMEOUT.code(),
            init(asking(ID).transactionTimeoutMs(900_001).build(), 5).errorCode());
    }

    @Test void somebody_fenced_hears_so_in_the_words_of_its_version() {
        var old = begin();
        var newer = begin();
        add(newer, ADD, "a");
        var again = asking(ID).producerId(old.producerId()).producerEpoch(old.producerEpoch());
        assertEquals(ErrorCode.INVALID_PRODUCER_EPOCH.code(),
            init(again.build(), 3).errorCode());
        assertEquals(ErrorCode.PRODUCER_FENCED.code(), init(again.build(), 4).errorCode());
        assertEquals(-1, init(again.build(), 4).producerId());
        for (int version = 0; version <= 3; version++) {
            var expected = version < 2
                ? ErrorCode.INVALID_PRODUCER_EPOCH
                : ErrorCode.PRODUCER_FENCED;
            assertEquals(Map.of("a", expected), add(old, version, "a"));
            assertEquals(expected.code(), end(old, true, version).errorCode());
        }
        assertEquals(ErrorCode.PRODUCER_FENCED.code(), end(old, true, V2_END).errorCode());
    }

    @Test void a_start_while_a_transaction_goes_on_aborts_it_and_is_told_to_come_back() {
        var first = begin();
        add(first, ADD, "a");
        var early = init(asking(ID).build(), 5);
        assertEquals(ErrorCode.CONCURRENT_TRANSACTIONS.code(), early.errorCode());
        assertEquals(1, plans.size());
        assertEquals(false, plans.getFirst().isCommit());
        writeMarkers();
        var second = begin();
        assertTrue(second.producerEpoch() > first.producerEpoch() + 1);
    }

    @Test void partitions_are_added_all_or_none() {
        var producer = begin();
        assertEquals(Map.of("a", ErrorCode.OPERATION_NOT_ATTEMPTED, "none",
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION), add(producer, ADD, "a", "none"));
        assertEquals(Map.of("a", ErrorCode.NONE, "b", ErrorCode.NONE),
            add(producer, ADD, "a", "b"));
        end(producer, true, CLASSIC_END);
        assertEquals(List.of(new TxnPartition("a", 0), new TxnPartition("b", 0)),
            plans.getFirst().partitions());
    }

    @Test void what_nodes_say_to_each_other_is_not_for_clients() {
        short betweenNodes = 4;
        var answer = answer(betweenNodes, AddPartitionsToTxnResponse.class,
            reply -> handler.addPartitions(AddPartitionsToTxnRequest.builder().build(),
                betweenNodes, client, reply));
        assertEquals(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code(), answer.errorCode());
    }

    @Test void a_classic_end_keeps_the_epoch_and_one_of_V2_raises_it() {
        var producer = begin();
        add(producer, ADD, "a");
        assertEquals(0, end(producer, true, CLASSIC_END).errorCode());
        writeMarkers();
        add(producer, ADD, "a");
        var ended = end(producer, true, V2_END);
        assertEquals(0, ended.errorCode());
        assertEquals(producer.producerId(), ended.producerId());
        assertEquals(producer.producerEpoch() + 1, ended.producerEpoch());
    }

    @Test void an_end_that_is_refused_names_no_producer() {
        var ended = end(begin(), true, V2_END);
        assertEquals(ErrorCode.INVALID_TXN_STATE.code(), ended.errorCode());
        assertEquals(-1, ended.producerId());
        assertEquals(-1, ended.producerEpoch());
    }

    @Test void the_next_transaction_begins_when_the_last_one_is_complete() {
        var producer = begin();
        add(producer, ADD, "a");
        end(producer, true, CLASSIC_END);
        var replies = new ArrayList<Message>();
        var asked = AddPartitionsToTxnRequest.builder().v3AndBelowTransactionalId(ID)
            .v3AndBelowProducerId(producer.producerId())
            .v3AndBelowProducerEpoch(producer.producerEpoch())
            .v3AndBelowTopics(List.of(AddPartitionsToTxnTopic.builder().name("b")
                .partitions(List.of(0)).build()))
            .build();
        handler.addPartitions(asked, ADD, client, replies::add);
        node.loop.run();
        assertEquals(List.of(), replies);
        writeMarkers();
        node.loop.run();
        assertEquals(ErrorCode.NONE.code(), ((AddPartitionsToTxnResponse) replies.getFirst())
            .resultsByTopicV3AndBelow().getFirst().resultsByPartition().getFirst()
            .partitionErrorCode());
    }

    @Test void who_waits_for_too_long_for_the_last_one_is_told_to_come_back() {
        var producer = begin();
        add(producer, ADD, "a");
        end(producer, true, CLASSIC_END);
        assertEquals(Map.of("b", ErrorCode.CONCURRENT_TRANSACTIONS), add(producer, ADD, "b"));
    }

    @Test void a_groups_offsets_are_a_partition_like_any_other() {
        var producer = begin();
        assertEquals(ErrorCode.COORDINATOR_NOT_AVAILABLE, addOffsets(producer, 3));
        node.create(TopicName.CONSUMER_OFFSETS, 2);
        assertEquals(ErrorCode.NONE, addOffsets(producer, 3));
        end(producer, true, CLASSIC_END);
        assertEquals(TopicName.CONSUMER_OFFSETS,
            plans.getFirst().partitions().getFirst().topic());
        writeMarkers();
        var newer = begin();
        assertEquals(newer.producerEpoch(), producer.producerEpoch() + 1);
        assertEquals(ErrorCode.INVALID_PRODUCER_EPOCH, addOffsets(producer, 1));
        assertEquals(ErrorCode.PRODUCER_FENCED, addOffsets(producer, 2));
    }

    @Test void an_id_of_another_node_is_refused() {
        assertEquals(ErrorCode.NOT_COORDINATOR.code(),
            init(asking("far away").build(), 5).errorCode());
    }
}
