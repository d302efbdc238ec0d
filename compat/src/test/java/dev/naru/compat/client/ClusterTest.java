package dev.naru.compat.client;

import static dev.naru.compat.broker.Clients.failure;
import static dev.naru.compat.broker.Clients.got;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class ClusterTest {
    private final Broker broker;
    private final Clients clients;
    private final Admin admin;

    ClusterTest(Broker broker) {
        this.broker = broker;
        clients = new Clients(broker);
        admin = clients.admin();
    }

    @AfterEach void close() {
        admin.close();
    }

    @Test void the_cluster_has_an_id_one_node_and_a_controller() {
        var cluster = admin.describeCluster();
        assertThat(got(cluster.clusterId())).hasSize(22);
        assertThat(got(cluster.nodes())).singleElement().satisfies(node -> {
            assertThat(node.host()).isEqualTo("127.0.0.1");
            assertThat(node.port()).isEqualTo(broker.port());
        });
        assertThat(got(cluster.controller())).isEqualTo(got(cluster.nodes()).iterator().next());
        assertThat(got(cluster.authorizedOperations())).isNull();
    }

    @Test void a_partition_that_its_preferred_replica_leads_needs_no_election() {
        var partition = new TopicPartition(clients.topic(1), 0);
        for (var type : ElectionType.values()) {
            var elected = got(admin.electLeaders(type, Set.of(partition)).partitions());
            assertThat(elected.get(partition)).get()
                .isInstanceOf(ElectionNotNeededException.class);
            // asked for all, the client hears of none
            assertThat(got(admin.electLeaders(type, null).partitions())).isEmpty();
        }
        var unknown = new TopicPartition("nowhere", 0);
        assertThat(got(admin.electLeaders(ElectionType.PREFERRED, Set.of(unknown)).partitions())
            .get(unknown)).get().isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test void replicas_move_to_nodes_there_are() {
        var partition = new TopicPartition(clients.topic(1), 0);
        int node = got(admin.describeCluster().nodes()).iterator().next().id();
        got(admin.alterPartitionReassignments(Map.of(partition, to(node))).all());
        assertThat(got(admin.listPartitionReassignments().reassignments())).isEmpty();
        assertThat(got(admin.listPartitionReassignments(Set.of(partition)).reassignments()))
            .isEmpty();
        assertThat(failure(
            admin.alterPartitionReassignments(Map.of(partition, to(node + 1))).all()))
            .isInstanceOf(InvalidReplicaAssignmentException.class);
        assertThat(failure(admin
            .alterPartitionReassignments(Map.of(partition, Optional.empty())).all()))
            .isInstanceOf(NoReassignmentInProgressException.class);
    }

    private static Optional<NewPartitionReassignment> to(int node) {
        return Optional.of(new NewPartitionReassignment(List.of(node)));
    }

    @Test void authorized_operations_come_when_asked_for() {
        var asked = new DescribeClusterOptions().includeAuthorizedOperations(true);
        assertThat(got(admin.describeCluster(asked).authorizedOperations())).isNotEmpty();
    }

    @Test void log_directories_know_the_size_of_each_partition() {
        String topic = clients.topic(2);
        clients.send(topic, 1, List.of("x".repeat(1000)));
        int node = got(admin.describeCluster().nodes()).iterator().next().id();
        var directories = got(admin.describeLogDirs(List.of(node)).allDescriptions()).get(node);
        assertThat(directories).hasSize(1);
        var directory = directories.values().iterator().next();
        assertThat(directory.error()).isNull();
        assertThat(directory.totalBytes().orElseThrow()).isPositive();
        assertThat(directory.usableBytes().orElseThrow()).isPositive();
        assertThat(directory.replicaInfos().get(new TopicPartition(topic, 0)).size()).isZero();
        assertThat(directory.replicaInfos().get(new TopicPartition(topic, 1)).size())
            .isBetween(1000L, 1200L);
    }

    @Test void the_quorum_has_its_leader_among_its_voters() {
        var quorum = got(admin.describeMetadataQuorum().quorumInfo());
        assertThat(quorum.voters()).hasSize(1);
        assertThat(quorum.leaderId()).isEqualTo(quorum.voters().getFirst().replicaId());
        assertThat(quorum.highWatermark()).isPositive();
    }

    @Test void features_are_told_and_nonsense_is_refused() {
        var features = got(admin.describeFeatures().featureMetadata());
        assertThat(features.supportedFeatures()).containsKey("metadata.version");
        assertThat(features.finalizedFeatures()).containsKey("metadata.version");
        var nonsense = Map.of("metadata.version",
            new FeatureUpdate((short) 999, UpgradeType.UPGRADE));
        assertThat(failure(admin.updateFeatures(nonsense, new UpdateFeaturesOptions()).all()))
            .isInstanceOf(ApiException.class);
        var unknown = Map.of("no.such.feature", new FeatureUpdate((short) 1, UpgradeType.UPGRADE));
        assertThat(failure(
            admin.updateFeatures(unknown, new UpdateFeaturesOptions().validateOnly(true)).all()))
            .isInstanceOf(ApiException.class);
    }

    @Test void active_producers_of_a_partition_are_described() {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        try (var producer = clients.producer(Map.of("enable.idempotence", "true"))) {
            for (int n = 0; n < 3; n++)
                got(producer.send(new ProducerRecord<>(topic, 0, null, "n" + n)));
            var states = got(admin.describeProducers(List.of(at)).partitionResult(at))
                .activeProducers();
            assertThat(states).singleElement().satisfies(one -> {
                assertThat(one.producerId()).isNotNegative();
                assertThat(one.lastSequence()).isEqualTo(2);
                assertThat(one.lastTimestamp()).isPositive();
                assertThat(one.currentTransactionStartOffset()).isEmpty();
            });
            assertThat(states).extracting(ProducerState::producerEpoch).containsExactly(0);
        }
    }

    @Test void two_producers_have_two_ids() {
        String topic = clients.topic(1);
        var at = new TopicPartition(topic, 0);
        clients.send(topic, 0, List.of("one"));
        clients.send(topic, 0, List.of("two"));
        var states = got(admin.describeProducers(List.of(at)).partitionResult(at))
            .activeProducers();
        assertThat(states.stream().map(ProducerState::producerId).distinct()).hasSize(2);
    }
}
