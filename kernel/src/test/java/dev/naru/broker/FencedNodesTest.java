package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.Endpoint;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.DescribeClusterRequest;
import dev.naru.wire.message.DescribeClusterResponse;
import dev.naru.wire.message.DescribeTopicPartitionsRequest;
import dev.naru.wire.message.DescribeTopicPartitionsResponse;
import dev.naru.wire.message.MetadataRequest;
import dev.naru.wire.message.MetadataResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What clients hear of a node that nobody counts on, and of one that they cannot reach.
final class FencedNodesTest {
    private static final String LISTENER = "PLAINTEXT";
    private static final Door DOOR = Door.forClients(LISTENER);

    private final TxnNode node = new TxnNode();

    FencedNodesTest() throws Exception {
        node.joinFenced(2, new Endpoint(LISTENER, "two", 9092, "PLAINTEXT"));
    }

    private DescribeClusterResponse describe(boolean includesFenced) {
        var handler = new ClusterHandler(node.cluster, node.link());
        return new Asker(node, DOOR, ApiKey.DESCRIBE_CLUSTER, 2, handler::describeCluster)
            .ask(DescribeClusterResponse.class, DescribeClusterRequest.builder()
                .endpointType((byte) 1).includeFencedBrokers(includesFenced).build());
    }

    private MetadataResponse metadata(int version) {
        var handler = new MetadataHandler(node.cluster,
            new TopicCreation(node.cluster, node.link()));
        return new Asker(node, DOOR, ApiKey.METADATA, version, handler::handle)
            .ask(MetadataResponse.class, MetadataRequest.builder()
                .topics(List.of(MetadataRequest.MetadataRequestTopic.builder().name("b").build()))
                .build());
    }

    @Test void metadata_does_not_name_a_node_that_is_fenced() {
        assertEquals(List.of(), metadata(12).brokers());
    }

    @Test void a_cluster_is_described_without_fenced_nodes_unless_they_are_asked_for() {
        assertEquals(List.of(), describe(false).brokers());
        var all = describe(true).brokers();
        assertEquals(List.of(2), all.stream().map(each -> each.brokerId()).toList());
        assertEquals(List.of(true), all.stream().map(each -> each.isFenced()).toList());
    }

    @Test void a_leader_that_does_not_listen_where_the_client_does_is_an_error_to_look_again_at() {
        var partition = metadata(12).topics().getFirst().partitions().getFirst();
        assertEquals(ErrorCode.LISTENER_NOT_FOUND.code(), partition.errorCode());
        assertEquals(-1, partition.leaderId());
        assertEquals(List.of(1), partition.offlineReplicas());
        partition = metadata(5).topics().getFirst().partitions().getFirst();
        assertEquals(ErrorCode.LEADER_NOT_AVAILABLE.code(), partition.errorCode());
    }

    @Test void topics_are_described_with_the_same_errors() {
        var handler = new DescribeTopicsHandler(node.cluster);
        var answer = new Asker(node, DOOR, ApiKey.DESCRIBE_TOPIC_PARTITIONS, 0, handler::handle)
            .ask(DescribeTopicPartitionsResponse.class, DescribeTopicPartitionsRequest.builder()
                .topics(List.of()).responsePartitionLimit(10).build());
        var partition = answer.topics().getLast().partitions().getFirst();
        assertEquals(ErrorCode.LISTENER_NOT_FOUND.code(), partition.errorCode());
        assertEquals(List.of(1), partition.offlineReplicas());
    }
}
