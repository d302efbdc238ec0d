package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/// Three nodes, of which one dies: Kafka's own clients notice nothing but a pause.
class ClusterTest {
    private static final int RECORDS = 300;
    private static final int PARTITIONS = 3;

    @Test void every_acknowledged_record_is_there_once_after_a_leader_was_killed()
        throws Exception {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
        try (var cluster = Cluster.start(3, Map.of())) {
            var clients = new Clients(cluster.node(1));
            String topic = replicated(clients);
            int leader = leader(clients, topic);
            for (var each : sendWhileKilling(cluster, leader, topic))
                each.get();
            cluster.node(leader).restart();
            var found = Clients.values(new Clients(cluster.node(2)).everythingIn(topic));
            assertThat(found).containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, RECORDS).mapToObj(number -> "value-" + number).toList());
        }
    }

    private static List<Future<RecordMetadata>> sendWhileKilling(Cluster cluster, int leader,
        String topic) throws Exception {
        var everywhere = Map.<String, Object>of("bootstrap.servers", cluster.bootstrap());
        var sent = new ArrayList<Future<RecordMetadata>>();
        try (var producer = new Clients(cluster.node(1)).producer(everywhere)) {
            for (int number = 0; number < RECORDS; number++) {
                if (number == RECORDS / 2) cluster.node(leader).kill();
                sent.add(producer.send(new ProducerRecord<>(topic, number % PARTITIONS, null,
                    "value-" + number)));
                if (number % 10 == 0) sent.getLast().get();
            }
            producer.flush();
        }
        return sent;
    }

    private static String replicated(Clients clients) throws Exception {
        String topic = Clients.name("topic");
        try (var admin = clients.admin()) {
            admin.createTopics(Set.of(new NewTopic(topic, PARTITIONS, (short) 3))).all().get();
        }
        return topic;
    }

    @Test void a_transaction_over_partitions_of_several_nodes_is_whole() throws Exception {
        assumeFalse(Brokers.areKafka(), "starts Naru's nodes");
        try (var cluster = Cluster.start(3, Map.of())) {
            var clients = new Clients(cluster.node(1));
            String topic = replicated(clients);
            try (var producer = clients.producer(Map.of("transactional.id", "over-" + topic))) {
                producer.initTransactions();
                for (var end : List.of("commit", "abort", "commit")) {
                    producer.beginTransaction();
                    for (int partition = 0; partition < PARTITIONS; partition++)
                        producer.send(new ProducerRecord<>(topic, partition, null, end));
                    if (end.equals("commit")) producer.commitTransaction();
                    else
                        producer.abortTransaction();
                }
            }
            try (var reader = clients.consumer(Map.of("isolation.level", "read_committed"))) {
                reader.assign(IntStream.range(0, PARTITIONS)
                    .mapToObj(index -> new org.apache.kafka.common.TopicPartition(topic, index))
                    .toList());
                assertThat(Clients.values(Clients.read(reader, 2 * PARTITIONS)))
                    .containsOnly("commit").hasSize(2 * PARTITIONS);
            }
        }
    }

    private static int leader(Clients clients, String topic) {
        try (var consumer = clients.consumer(Map.of())) {
            return consumer.partitionsFor(topic).getFirst().leader().id();
        }
    }
}
