package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.Endpoint;
import dev.naru.record.BatchBuilder;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ProduceRequest;
import dev.naru.wire.message.ProduceResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Produces at a node whose disk takes its time.
final class ProduceHandlerTest {
    private static final int VERSION = 12;
    private static final int TIMEOUT_MS = 200;

    private final TxnNode node = new TxnNode();
    private final ProduceHandler handler = new ProduceHandler(node.cluster, node.partitions,
        List.of(node.gate), node.loop);
    private final Asker asker = new Asker(node, Door.forClients("PLAINTEXT"), ApiKey.PRODUCE,
        VERSION, handler::handle);

    ProduceHandlerTest() throws Exception {}

    private void produce(int acks) {
        produce("a", acks);
    }

    private void produce(String name, int acks) {
        var batch = new BatchBuilder(0).append(1_000, null, ByteBuffer.allocate(3)).build();
        var data = ProduceRequest.PartitionProduceData.builder().index(0).records(batch).build();
        var topic = ProduceRequest.TopicProduceData.builder().name(name)
            .partitionData(List.of(data)).build();
        asker.send(ProduceRequest.builder().acks((short) acks).timeoutMs(TIMEOUT_MS)
            .topicData(List.of(topic)).build());
    }

    private ErrorCode answered() {
        var response = (ProduceResponse) asker.answer();
        return ErrorCode.of(response.responses().getFirst().partitionResponses().getFirst()
            .errorCode());
    }

    @Test void one_who_wants_all_acknowledgements_hears_when_they_are_there() {
        node.disk.holdsFlushes = true;
        produce(-1);
        node.loop.passMs(TIMEOUT_MS - 1);
        assertFalse(asker.isAnswered());
        node.disk.releaseFlush();
        node.loop.run();
        assertEquals(ErrorCode.NONE, answered());
    }

    @Test void one_who_wants_all_acknowledgements_hears_after_its_timeout_that_they_are_not() {
        node.disk.holdsFlushes = true;
        produce(-1);
        node.loop.passMs(TIMEOUT_MS - 1);
        assertFalse(asker.isAnswered());
        node.loop.passMs(1);
        assertEquals(ErrorCode.REQUEST_TIMED_OUT, answered());
        node.disk.releaseFlush();
        node.loop.run();
        assertFalse(asker.isAnswered());
        assertEquals(1, node.partition("a", 0).highWatermark());
    }

    @Test void one_who_asks_the_wrong_node_hears_who_leads_and_where() {
        node.createElsewhere("far", 2, new Endpoint("PLAINTEXT", "two", 9092, "PLAINTEXT"));
        produce("far", -1);
        var response = (ProduceResponse) asker.answer();
        var refused = response.responses().getFirst().partitionResponses().getFirst();
        assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER.code(), refused.errorCode());
        assertEquals(2, refused.currentLeader().leaderId());
        var at = response.nodeEndpoints().getFirst();
        assertEquals("2 two 9092", at.nodeId() + " " + at.host() + " " + at.port());
    }

    @Test void one_who_wants_the_leaders_alone_hears_at_once() {
        node.disk.holdsFlushes = true;
        produce(1);
        assertEquals(ErrorCode.NONE, answered());
    }
}
