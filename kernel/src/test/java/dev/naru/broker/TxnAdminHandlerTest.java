package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Patterns;
import dev.naru.txn.TxnRequest;
import dev.naru.txn.TxnStatus;
import dev.naru.wire.Message;
import dev.naru.wire.message.DescribeTransactionsRequest;
import dev.naru.wire.message.DescribeTransactionsResponse;
import dev.naru.wire.message.ListTransactionsRequest;
import dev.naru.wire.message.ListTransactionsResponse;
import dev.naru.wire.message.WriteTxnMarkersRequest;
import dev.naru.wire.message.WriteTxnMarkersRequest.WritableTxnMarker;
import dev.naru.wire.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import dev.naru.wire.message.WriteTxnMarkersResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;

/// What tools ask about transactions, of a coordinator whose answers are the test's.
final class TxnAdminHandlerTest {
    private static final short V0 = 0;
    private static final long PRODUCER = 9;

    private final TxnNode node = new TxnNode();
    private final Client client = new Client("app", "/10.0.0.1", node.loop);
    private final Client peer = new Client("node-2", "/10.0.0.2", node.loop, true);
    private final List<Coordinators.Host<TxnRequest>> hosts = new ArrayList<>(
        List.of(new Coordinators.Host<>(node.loop, node.shard)));
    private final TxnAdminHandler handler = new TxnAdminHandler(node.asking(), new Here(),
        node.writes, TxnAdminHandlerTest::compile);

    TxnAdminHandlerTest() throws Exception {}

    private final class Here implements Coordinators<TxnRequest> {
        @Override public Lookup<TxnRequest> find(String key) {
            return hosts.getFirst();
        }

        @Override public List<Host<TxnRequest>> all() {
            return hosts;
        }
    }

    private static Patterns.Outcome compile(String expression) {
        try {
            return new Patterns.Outcome.Compiled(Pattern.compile(expression).asMatchPredicate());
        } catch (PatternSyntaxException flawed) {
            return new Patterns.Outcome.Flawed(flawed.getDescription());
        }
    }

    private interface Call {
        void make(Consumer<Message> reply);
    }

    /// What was answered so far.
    private List<Message> ask(Call call) {
        var replies = new ArrayList<Message>();
        call.make(replies::add);
        node.loop.run();
        return replies;
    }

    private List<Message> describe(String... ids) {
        var request = DescribeTransactionsRequest.builder().transactionalIds(List.of(ids)).build();
        return ask(reply -> handler.describe(request, V0, client, reply));
    }

    private List<Message> list(ListTransactionsRequest.Builder request) {
        return ask(reply -> handler.list(request.build(), V0, client, reply));
    }

    private static ListTransactionsRequest.Builder everything() {
        return ListTransactionsRequest.builder().stateFilters(List.of())
            .producerIdFilters(List.of());
    }

    private static ListTransactionsResponse.TransactionState state(String id) {
        return ListTransactionsResponse.TransactionState.builder().transactionalId(id)
            .producerId(PRODUCER).transactionState("Ongoing").build();
    }

    @Test void each_id_is_described_once_by_its_coordinator_in_the_order_asked() {
        var replies = describe("pays", "far-off", "pays", "buys");
        assertEquals(2, node.asked.size());
        assertEquals(List.of(), replies);
        for (var asked : List.copyOf(node.asked).reversed()) {
            var question = (TxnRequest.Describe) asked;
            question.from().answer(DescribeTransactionsResponse.TransactionState.builder()
                .transactionalId(question.id()).transactionState("Ongoing").build());
        }
        node.loop.run();
        var states = ((DescribeTransactionsResponse) replies.getFirst()).transactionStates();
        assertEquals(List.of("pays", "far-off", "buys"),
            states.stream().map(each -> each.transactionalId()).toList());
        assertEquals(
            List.of((short) 0, ErrorCode.COORDINATOR_NOT_AVAILABLE.code(), (short) 0),
            states.stream().map(each -> each.errorCode()).toList());
    }

    @Test void nothing_asked_is_nothing_described() {
        var replies = describe();
        assertEquals(List.of(), ((DescribeTransactionsResponse) replies.getFirst())
            .transactionStates());
    }

    @Test void the_shards_are_asked_with_all_that_is_wanted() {
        var replies = list(everything().stateFilters(List.of("Ongoing", "PrepareCommit"))
            .producerIdFilters(List.of(PRODUCER)).durationFilter(500)
            .transactionalIdPattern("pay.*"));
        var asked = node.last(TxnRequest.ListAll.class);
        assertEquals(Set.of(TxnStatus.ONGOING, TxnStatus.PREPARE_COMMIT),
            asked.filter().statuses());
        assertEquals(Set.of(PRODUCER), asked.filter().producerIds());
        assertEquals(500, asked.filter().olderThanMs());
        assertTrue(asked.filter().name().test("pays"));
        assertFalse(asked.filter().name().test("buys"));
        asked.from().answer(List.of(state("pays")));
        node.loop.run();
        assertEquals(ListTransactionsResponse.builder().transactionStates(List.of(state("pays")))
            .unknownStateFilters(List.of()).build(), replies.getFirst());
    }

    @Test void without_a_pattern_every_name_passes() {
        list(everything());
        assertTrue(node.last(TxnRequest.ListAll.class).filter().name().test("any"));
        list(everything().transactionalIdPattern(""));
        assertTrue(node.last(TxnRequest.ListAll.class).filter().name().test("any"));
    }

    @Test void a_pattern_that_is_none_is_refused_before_anyone_is_asked() {
        var replies = list(everything().transactionalIdPattern("(["));
        assertEquals(ErrorCode.INVALID_REGULAR_EXPRESSION.code(),
            ((ListTransactionsResponse) replies.getFirst()).errorCode());
        assertEquals(List.of(), node.asked);
    }

    @Test void states_that_nobody_knows_are_named_and_let_nothing_through() {
        var replies = list(everything().stateFilters(List.of("Onward", "Ongoing")));
        node.last(TxnRequest.ListAll.class).from().answer(List.of(state("pays")));
        node.loop.run();
        var answer = (ListTransactionsResponse) replies.getFirst();
        assertEquals(List.of("Onward"), answer.unknownStateFilters());
        assertEquals(List.of(state("pays")), answer.transactionStates());

        int asked = node.asked.size();
        answer = (ListTransactionsResponse) list(everything().stateFilters(List.of("Onward")))
            .getFirst();
        assertEquals(List.of("Onward"), answer.unknownStateFilters());
        assertEquals(List.of(), answer.transactionStates());
        assertEquals(asked, node.asked.size());
    }

    @Test void a_shard_that_is_loading_makes_the_list_an_error_and_one_that_left_does_not() {
        hosts.add(hosts.getFirst());
        var replies = list(everything());
        var first = (TxnRequest.ListAll) node.asked.getFirst();
        var second = (TxnRequest.ListAll) node.asked.getLast();
        first.from().answer(List.of(state("pays")));
        second.from().refuse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        node.loop.run();
        var answer = (ListTransactionsResponse) replies.getFirst();
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code(), answer.errorCode());
        assertEquals(List.of(), answer.transactionStates());

        node.asked.clear();
        replies = list(everything());
        ((TxnRequest.ListAll) node.asked.getFirst()).from().answer(List.of(state("pays")));
        ((TxnRequest.ListAll) node.asked.getLast()).from().refuse(ErrorCode.NOT_COORDINATOR);
        node.loop.run();
        answer = (ListTransactionsResponse) replies.getFirst();
        assertEquals(0, answer.errorCode());
        assertEquals(List.of(state("pays")), answer.transactionStates());
    }

    @Test void a_marker_by_hand_ends_a_transaction_and_each_partition_has_its_outcome() {
        var a0 = node.partition("a", 0);
        a0.append(TxnNode.batch(PRODUCER, 0, 0), node.loop.now());
        node.loop.run();
        assertTrue(a0.isInTransaction(PRODUCER, (short) 0));
        var marker = WritableTxnMarker.builder().producerId(PRODUCER).producerEpoch((short) 0)
            .transactionResult(false)
            .topics(List.of(topic("a", 0, 7), topic("none", 0))).build();
        var request = WriteTxnMarkersRequest.builder().markers(List.of(marker)).build();
        var replies = ask(reply -> handler.writeMarkers(request, V0, client, reply));
        assertFalse(a0.isInTransaction(PRODUCER, (short) 0));
        var result = ((WriteTxnMarkersResponse) replies.getFirst()).markers().getFirst();
        assertEquals(PRODUCER, result.producerId());
        short unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code();
        assertEquals(List.of((short) 0, unknown), codes(result.topics().getFirst()));
        assertEquals(List.of(unknown), codes(result.topics().getLast()));
    }

    @Test void a_marker_of_an_older_epoch_is_refused_by_the_partition() {
        node.partition("a", 0).append(TxnNode.batch(PRODUCER, 4, 0), node.loop.now());
        var marker = WritableTxnMarker.builder().producerId(PRODUCER).producerEpoch((short) 3)
            .transactionResult(false).topics(List.of(topic("a", 0))).build();
        var request = WriteTxnMarkersRequest.builder().markers(List.of(marker)).build();
        var replies = ask(reply -> handler.writeMarkers(request, V0, client, reply));
        var result = ((WriteTxnMarkersResponse) replies.getFirst()).markers().getFirst();
        assertEquals(List.of(ErrorCode.INVALID_PRODUCER_EPOCH.code()),
            codes(result.topics().getFirst()));
        assertTrue(node.partition("a", 0).isInTransaction(PRODUCER, (short) 4));
    }

    private List<Short> mark(Client from, int epoch, boolean commits) {
        var marker = WritableTxnMarker.builder().producerId(PRODUCER).producerEpoch((short) epoch)
            .transactionResult(commits).topics(List.of(topic("a", 0))).build();
        var request = WriteTxnMarkersRequest.builder().markers(List.of(marker)).build();
        var replies = ask(reply -> handler.writeMarkers(request, V0, from, reply));
        return codes(((WriteTxnMarkersResponse) replies.getFirst()).markers().getFirst().topics()
            .getFirst());
    }

    @Test void only_nodes_of_the_cluster_commit_by_a_marker() {
        var a0 = node.partition("a", 0);
        a0.append(TxnNode.batch(PRODUCER, 0, 0), node.loop.now());
        assertEquals(List.of(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code()),
            mark(client, 0, true));
        assertTrue(a0.isInTransaction(PRODUCER, (short) 0));
        assertEquals(List.of((short) 0), mark(peer, 0, true));
        assertFalse(a0.isInTransaction(PRODUCER, (short) 0));
    }

    @Test void a_marker_by_hand_fences_nobody_and_ends_only_what_is_open() {
        var a0 = node.partition("a", 0);
        a0.append(TxnNode.batch(PRODUCER, 2, 0), node.loop.now());
        long end = a0.log().logEndOffset();
        var refused = List.of(ErrorCode.INVALID_PRODUCER_EPOCH.code());
        assertEquals(refused, mark(client, 3, false));
        assertEquals(end, a0.log().logEndOffset());
        assertEquals(List.of((short) 0), mark(client, 2, false));
        assertEquals(refused, mark(client, 2, false));
        assertEquals(end + 1, a0.log().logEndOffset());
    }

    private static WritableTxnMarkerTopic topic(String name, Integer... indexes) {
        return WritableTxnMarkerTopic.builder().name(name).partitionIndexes(List.of(indexes))
            .build();
    }

    private static List<Short> codes(WriteTxnMarkersResponse.WritableTxnMarkerTopicResult topic) {
        return topic.partitions().stream().map(each -> each.errorCode()).toList();
    }
}
