package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.log.TransactionMarker;
import dev.naru.metadata.TopicName;
import dev.naru.partition.Appended;
import dev.naru.partition.Partition;
import dev.naru.txn.MarkerPlan;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnProducer;
import dev.naru.txn.TxnRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MarkerSenderTest {
    private static final long PRODUCER = 7;
    private static final long RETRY_MS = MarkerSender.RETRY_NS / Now.NS_PER_MS;

    private final TxnNode node = new TxnNode();
    private final MarkerSender sender = new MarkerSender(node.loop, node.writes, node.cluster, 0);

    MarkerSenderTest() throws Exception {
        sender.serves(node.shard);
    }

    private static MarkerPlan plan(int epoch, TxnPartition... partitions) {
        return new MarkerPlan("pays", new TxnProducer(PRODUCER, (short) epoch), true, TxnFlow.V2,
            List.of(partitions));
    }

    private static TxnPartition at(String topic, int index) {
        return new TxnPartition(topic, index);
    }

    private Partition open(String topic, int index) {
        var partition = node.partition(topic, index);
        var written = partition.append(TxnNode.batch(PRODUCER, 0, 0), node.loop.now());
        assertTrue(written instanceof Appended.Written, written.toString());
        node.loop.run();
        return partition;
    }

    private static boolean isOpen(Partition partition) {
        return partition.isInTransaction(PRODUCER, (short) 0);
    }

    @Test void the_shard_hears_when_every_marker_is_committed() {
        var a0 = open("a", 0);
        var b0 = open("b", 0);
        node.disk.holdsFlushes = true;
        sender.write(plan(1, at("a", 0), at("b", 0)));
        node.loop.run();
        assertFalse(isOpen(a0) || isOpen(b0));
        assertEquals(List.of(), node.asked);

        node.disk.releaseFlush();
        node.loop.run();
        assertEquals(plan(1, at("a", 0), at("b", 0)),
            node.last(TxnRequest.MarkersWritten.class).plan());
        assertEquals(2, a0.lastStableOffset());
    }

    @Test void markers_that_find_no_room_are_written_again_alone() {
        var a0 = open("a", 0);
        node.disk.capacityBytes = 0;
        sender.write(plan(1, at("a", 0), at("gone", 0)));
        node.loop.passMs(3 * RETRY_MS);
        assertTrue(isOpen(a0));
        assertEquals(List.of(), node.asked);

        node.disk.capacityBytes = Long.MAX_VALUE;
        node.loop.passMs(RETRY_MS);
        assertFalse(isOpen(a0));
        assertEquals(2, a0.log().logEndOffset());
        assertEquals(1, node.asked.size());
    }

    @Test void a_partition_that_is_gone_needs_no_marker() {
        open("b", 0);
        node.delete("b");
        sender.write(plan(1, at("b", 0), at("a", 9)));
        node.loop.run();

        assertEquals(1, node.asked.size());
    }

    @Test void where_somebody_newer_has_written_no_marker_is_needed() {
        var a0 = open("a", 0);
        a0.appendMarker(new TransactionMarker(PRODUCER, (short) 5, 0, false, 2), node.loop.now());
        sender.write(plan(1, at("a", 0)));
        node.loop.run();

        assertEquals(1, node.asked.size());
        assertEquals(2, a0.log().logEndOffset());
    }

    @Test void a_sender_whose_shard_is_lost_sends_nothing_more() {
        var a0 = open("a", 0);
        node.disk.capacityBytes = 0;
        sender.write(plan(1, at("a", 0)));
        node.loop.run();
        node.shard.drop(ErrorCode.NOT_COORDINATOR);
        node.disk.capacityBytes = Long.MAX_VALUE;
        node.loop.passMs(10 * RETRY_MS);

        assertTrue(isOpen(a0));
        assertEquals(0, node.loop.timerCount());
    }

    @Test void markers_carry_the_epoch_of_the_coordinators_partition() {
        var a0 = open("a", 0);
        node.create(TopicName.TRANSACTION_STATE, 1);
        sender.write(plan(1, at("a", 0)));
        node.loop.run();

        int leaderEpoch = node.cluster.image().topic(TopicName.TRANSACTION_STATE).orElseThrow()
            .partition(0).orElseThrow().leaderEpoch();
        assertEquals(ErrorCode.TRANSACTION_COORDINATOR_FENCED,
            refusal(a0.appendMarker(new TransactionMarker(PRODUCER, (short) 2, leaderEpoch - 1,
                true, 2), node.loop.now())));
    }

    @Test void a_shard_that_refuses_to_hear_is_told_again() {
        var a0 = open("a", 0);
        node.shard.drop(ErrorCode.NOT_COORDINATOR);
        node.log.holdReplay();
        node.shard.load();
        sender.write(plan(1, at("a", 0)));
        node.loop.run();
        assertFalse(isOpen(a0));
        assertEquals(List.of(), node.asked);

        node.log.finishReplay();
        node.loop.passMs(RETRY_MS);
        assertEquals(1, node.asked.size());
    }

    private static ErrorCode refusal(Appended appended) {
        return ((Appended.Refused) appended).why();
    }
}
