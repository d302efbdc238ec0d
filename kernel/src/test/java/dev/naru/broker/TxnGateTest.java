package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.log.TransactionMarker;
import dev.naru.partition.Appended;
import dev.naru.partition.Partition;
import dev.naru.partition.Replicas;
import dev.naru.partition.Term;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnProducer;
import dev.naru.txn.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TxnGateTest {
    private static final long PRODUCER = 7;

    private final TxnNode node = new TxnNode();
    private final Partition a0 = node.partition("a", 0);
    private final Partition a1 = node.partition("a", 1);
    private final List<String> outcomes = new ArrayList<>();

    TxnGateTest() throws Exception {}

    private static TxnGate.Writer writer(TxnFlow flow, int epoch) {
        return new TxnGate.Writer("pays", new TxnProducer(PRODUCER, (short) epoch), flow);
    }

    /// Wants to write the batch with this sequence; what becomes of it is in [#outcomes].
    private void write(Partition into, TxnFlow flow, int epoch, int sequence) {
        node.gate.pass(into, writer(flow, epoch), new TxnGate.Entry() {
            @Override public void admitted() {
                outcomes.add("in " + sequence);
                assertInstanceOf(Appended.Written.class,
                    into.append(TxnNode.batch(PRODUCER, epoch, sequence), node.loop.now()));
            }

            @Override public void refused(ErrorCode why) {
                outcomes.add(why + " " + sequence);
            }
        });
    }

    private void writeV2(int sequence) {
        write(a0, TxnFlow.V2, 0, sequence);
    }

    private void answerAdded(int question, ErrorCode answer) {
        ((TxnRequest.AddPartitions) node.asked.get(question)).from().answer(answer);
        node.loop.run();
    }

    private void answerVerified(int question, ErrorCode... answers) {
        ((TxnRequest.Verify) node.asked.get(question)).from().answer(List.of(answers));
        node.loop.run();
    }

    private void end(Partition at, int epoch) {
        node.gate.ended(at.id(), PRODUCER);
        at.appendMarker(new TransactionMarker(PRODUCER, (short) epoch, 0, true, 2),
            node.loop.now());
    }

    @Test void the_first_write_of_a_V2_client_adds_the_partition_and_waits_for_that() {
        writeV2(0);
        node.loop.run();

        var question = node.last(TxnRequest.AddPartitions.class);
        assertEquals(List.of(new TxnPartition("a", 0)), question.partitions());
        assertEquals(TxnFlow.V2, question.flow());
        assertTrue(question.mayWait());
        assertEquals(List.of(), outcomes);
        answerAdded(0, ErrorCode.NONE);
        assertEquals(List.of("in 0"), outcomes);
    }

    @Test void the_first_write_of_a_classic_client_is_verified() {
        write(a0, TxnFlow.CLASSIC, 0, 0);
        node.loop.run();

        assertEquals(List.of(new TxnPartition("a", 0)),
            node.last(TxnRequest.Verify.class).partitions());
        answerVerified(0, ErrorCode.NONE);
        assertEquals(List.of("in 0"), outcomes);
    }

    @Test void without_verification_classic_writes_go_in_and_V2_writes_still_ask() {
        node.rules = new TxnGate.Rules(false, 100, 20);
        write(a0, TxnFlow.CLASSIC, 0, 0);
        write(a1, TxnFlow.V2, 0, 1);
        node.loop.run();

        assertEquals(List.of("in 0"), outcomes);
        assertEquals(1, node.asked.size());
    }

    @Test void what_is_open_is_not_asked_about_again() {
        writeV2(0);
        node.loop.run();
        answerAdded(0, ErrorCode.NONE);

        writeV2(1);
        writeV2(2);
        node.loop.run();
        assertEquals(List.of("in 0", "in 1", "in 2"), outcomes);
        assertEquals(1, node.asked.size());
    }

    @Test void later_writes_wait_behind_the_first_and_go_in_in_their_order() {
        writeV2(0);
        node.loop.run();
        writeV2(1);
        writeV2(2);
        node.loop.run();
        assertEquals(List.of(), outcomes);
        assertEquals(1, node.asked.size());

        answerAdded(0, ErrorCode.NONE);
        assertEquals(List.of("in 0", "in 1", "in 2"), outcomes);
    }

    @Test void what_waits_behind_a_refused_write_is_refused_with_it() {
        writeV2(0);
        writeV2(1);
        node.loop.run();
        answerAdded(0, ErrorCode.PRODUCER_FENCED);

        assertEquals(List.of("PRODUCER_FENCED 0", "PRODUCER_FENCED 1"), outcomes);
        writeV2(2);
        node.loop.run();
        assertEquals(2, node.asked.size());
    }

    @Test void another_partition_waits_for_an_answer_of_its_own() {
        writeV2(0);
        node.loop.run();
        write(a1, TxnFlow.V2, 0, 5);
        node.loop.run();
        answerAdded(1, ErrorCode.NONE);

        assertEquals(List.of("in 5"), outcomes);
    }

    @Test void questions_of_one_turn_about_one_transaction_go_together() {
        write(a0, TxnFlow.CLASSIC, 0, 0);
        write(a1, TxnFlow.CLASSIC, 0, 1);
        node.loop.run();

        assertEquals(1, node.asked.size());
        assertEquals(List.of(new TxnPartition("a", 0), new TxnPartition("a", 1)),
            node.last(TxnRequest.Verify.class).partitions());
        answerVerified(0, ErrorCode.NONE, ErrorCode.TRANSACTION_ABORTABLE);
        assertEquals(List.of("in 0", "TRANSACTION_ABORTABLE 1"), outcomes);
    }

    @Test void a_write_of_the_next_epoch_behind_one_of_the_last_asks_for_itself() {
        writeV2(0);
        write(a0, TxnFlow.V2, 1, 7);
        node.loop.run();
        answerAdded(0, ErrorCode.NONE);

        assertEquals(List.of("in 0"), outcomes);
        assertEquals(1, node.last(TxnRequest.AddPartitions.class).producer().producerEpoch());
        answerAdded(1, ErrorCode.PRODUCER_FENCED);
        assertEquals(List.of("in 0", "PRODUCER_FENCED 7"), outcomes);
    }

    @Test void an_answer_from_before_a_marker_does_not_count() {
        writeV2(0);
        node.loop.run();
        end(a0, 0);
        answerAdded(0, ErrorCode.NONE);

        assertEquals(List.of(), outcomes);
        assertEquals(2, node.asked.size());
        answerAdded(1, ErrorCode.NONE);
        assertEquals(List.of("in 0"), outcomes);
    }

    /// Whoever led meanwhile may have written a marker there, and this node was not asked to.
    @Test void an_answer_from_before_another_node_led_does_not_count() {
        write(a0, TxnFlow.CLASSIC, 0, 0);
        node.loop.run();
        var replicas = new Replicas(9, List.of(1, 2), List.of(1, 2), 1);
        a0.term(new Term(1, 2, 1, replicas));
        a0.term(new Term(1, 1, 2, replicas));
        answerVerified(0, ErrorCode.NONE);

        assertEquals(List.of(), outcomes);
        assertEquals(2, node.asked.size());
        answerVerified(1, ErrorCode.TRANSACTION_ABORTABLE);
        assertEquals(List.of("TRANSACTION_ABORTABLE 0"), outcomes);
    }

    @Test void while_the_last_transaction_is_not_complete_V2_asks_again_for_a_time() {
        writeV2(0);
        writeV2(1);
        node.loop.run();
        answerAdded(0, ErrorCode.CONCURRENT_TRANSACTIONS);
        assertEquals(2, node.asked.size());

        answerAdded(1, ErrorCode.CONCURRENT_TRANSACTIONS);
        assertEquals(2, node.asked.size());
        node.loop.passMs(20);
        assertEquals(3, node.asked.size());
        node.loop.passMs(80);
        answerAdded(2, ErrorCode.CONCURRENT_TRANSACTIONS);
        assertEquals(List.of("CONCURRENT_TRANSACTIONS 0", "CONCURRENT_TRANSACTIONS 1"), outcomes);
    }

    @Test void a_classic_client_comes_back_by_itself() {
        write(a0, TxnFlow.CLASSIC, 0, 0);
        node.loop.run();
        answerVerified(0, ErrorCode.CONCURRENT_TRANSACTIONS);

        assertEquals(List.of("CONCURRENT_TRANSACTIONS 0"), outcomes);
        assertEquals(1, node.asked.size());
    }

    @Test void a_marker_that_comes_too_late_to_wait_for_is_a_reason_to_come_back() {
        writeV2(0);
        node.loop.run();
        node.loop.passMs(200);
        end(a0, 0);
        answerAdded(0, ErrorCode.NONE);

        assertEquals(List.of("CONCURRENT_TRANSACTIONS 0"), outcomes);
    }

    @Test void a_coordinator_that_is_not_there_refuses() {
        var far = new TxnGate.Writer("far away", new TxnProducer(PRODUCER, (short) 0), TxnFlow.V2);
        node.gate.pass(a0, far, new TxnGate.Entry() {
            @Override public void admitted() {
                outcomes.add("in");
            }

            @Override public void refused(ErrorCode why) {
                outcomes.add(why.toString());
            }
        });
        node.loop.run();

        assertEquals(List.of("COORDINATOR_NOT_AVAILABLE"), outcomes);
    }
}
