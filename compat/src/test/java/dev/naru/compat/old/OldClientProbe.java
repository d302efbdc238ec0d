package dev.naru.compat.old;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;

/// Runs in a process of its own, with the jars of one old kafka-clients and nothing else: only calls that
/// all versions since 2.1 have. Prints one line per step and "all done" at the end.
public final class OldClientProbe {
    private static final int RECORDS = 200;
    private static final long PATIENCE_NS = 90_000_000_000L;

    private final String bootstrap;
    private final String topic;

    private OldClientProbe(String bootstrap, String topic) {
        this.bootstrap = bootstrap;
        this.topic = topic;
    }

    /// Arguments: the bootstrap address, a name for the topic, and the codecs.
    public static void main(String[] arguments) throws Exception {
        var probe = new OldClientProbe(arguments[0], arguments[1]);
        probe.makeTopic();
        var sent = new TreeSet<String>();
        for (int n = 2; n < arguments.length; n++)
            probe.produce(arguments[n], sent);
        probe.produceIdempotently(sent);
        probe.consume(sent);
        probe.transact();
        probe.lookAtGroup(sent.size());
        probe.removeAll();
        System.out.println("all done");
    }

    private Properties settings() {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        settings.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        settings.put("key.deserializer",
            "org.apache.kafka.common.serialization.StringDeserializer");
        settings.put("value.deserializer",
            "org.apache.kafka.common.serialization.StringDeserializer");
        return settings;
    }

    private void makeTopic() throws Exception {
        try (var admin = AdminClient.create(settings())) {
            admin.createTopics(Set.of(new NewTopic(topic, 2, (short) 1))).all().get();
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
            check(admin.listTopics().names().get().contains(topic), "the topic is listed");
            check(admin.describeCluster().nodes().get().size() == 1, "one node");
            check(admin.describeCluster().clusterId().get() != null, "the cluster has an id");
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            var config = admin.describeConfigs(Set.of(resource)).all().get().get(resource);
            check(config.get("retention.ms").value().equals("604800000"),
                "the topic has its settings");
        }
        System.out.println("admin works");
    }

    private void produce(String codec, Set<String> sent) throws Exception {
        var settings = settings();
        settings.put("compression.type", codec);
        settings.put("acks", "all");
        settings.put("linger.ms", "50");
        send(settings, codec, sent);
    }

    private void produceIdempotently(Set<String> sent) throws Exception {
        var settings = settings();
        settings.put("enable.idempotence", "true");
        send(settings, "idempotent", sent);
    }

    private void send(Properties settings, String name, Set<String> sent) throws Exception {
        try (var producer = new KafkaProducer<String, String>(settings)) {
            var answers = new ArrayList<Future<RecordMetadata>>();
            for (int n = 0; n < RECORDS; n++) {
                String value = name + "-" + n;
                var one = new ProducerRecord<>(topic, n % 3, 1_600_000_000_000L + n, "key-" + n,
                    value);
                one.headers().add("from", name.getBytes(StandardCharsets.UTF_8));
                answers.add(producer.send(one));
                sent.add(value);
            }
            for (var answer : answers)
                check(answer.get().offset() >= 0, "an offset");
            check(producer.partitionsFor(topic).size() == 3, "three partitions");
        }
        System.out.println("produced with " + name);
    }

    private void consume(Set<String> sent) {
        var settings = settings();
        settings.put("group.id", topic + "-group");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        try (var consumer = new KafkaConsumer<String, String>(settings)) {
            consumer.subscribe(List.of(topic));
            var found = new TreeSet<String>();
            long deadline = System.nanoTime() + PATIENCE_NS;
            while (found.size() < sent.size() && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(200))) {
                    check(one.headers().lastHeader("from") != null, "a header");
                    found.add(one.value());
                }
            }
            check(found.equals(sent),
                "every record is read: " + found.size() + " of " + sent.size());
            consumer.commitSync();
            var at = new TopicPartition(topic, 0);
            consumer.commitSync(Map.of(at, new OffsetAndMetadata(consumer.position(at), "words")));
            var early = consumer.offsetsForTimes(Map.of(at, 1_600_000_000_000L)).get(at);
            check(early.offset() == 0, "a time is found");
            check(consumer.endOffsets(Set.of(at)).get(at) == consumer.position(at),
                "the end is the position");
        }
        System.out.println("consumed");
    }

    /// Commits, aborts, moves offsets, is fenced.
    private void transact() throws Exception {
        String to = topic + "-of-transactions";
        try (var admin = AdminClient.create(settings())) {
            admin.createTopics(Set.of(new NewTopic(to, 2, (short) 1))).all().get();
        }
        var settings = settings();
        settings.put("transactional.id", to);
        var offsets = Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(7));
        try (var first = new KafkaProducer<String, String>(settings)) {
            first.initTransactions();
            for (int n = 0; n < 10; n++) {
                first.beginTransaction();
                first.send(new ProducerRecord<>(to, 0, "key", "value-" + n));
                first.send(new ProducerRecord<>(to, 1, "key", "value-" + n));
                // compiled against a client that has no such call any more
                KafkaProducer.class.getMethod("sendOffsetsToTransaction", Map.class, String.class)
                    .invoke(first, offsets, to + "-group");
                if (n % 2 == 0) first.commitTransaction();
                else
                    first.abortTransaction();
            }
            first.beginTransaction();
            first.send(new ProducerRecord<>(to, 0, "key", "of the fenced")).get();
            try (var second = new KafkaProducer<String, String>(settings)) {
                second.initTransactions();
            }
            try {
                first.commitTransaction();
                check(false, "the first producer is fenced");
            } catch (ProducerFencedException fenced) {
                System.out.println("fenced: " + fenced.getMessage());
            }
        }
        check(committedIn(to) == 10, "every second transaction counts");
        try (var admin = AdminClient.create(settings())) {
            var moved = admin.listConsumerGroupOffsets(to + "-group")
                .partitionsToOffsetAndMetadata().get();
            check(moved.get(new TopicPartition(topic, 0)).offset() == 7, "the offsets moved");
        }
        System.out.println("transactions work");
    }

    private int committedIn(String name) {
        var settings = settings();
        settings.put("isolation.level", "read_committed");
        settings.put("group.id", name + "-group");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        try (var consumer = new KafkaConsumer<String, String>(settings)) {
            var partitions = List.of(new TopicPartition(name, 0), new TopicPartition(name, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            int found = 0;
            long deadline = System.nanoTime() + PATIENCE_NS;
            var ends = consumer.endOffsets(partitions);
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(200))) {
                    check(!one.value().equals("of the fenced"), "nothing of the fenced");
                    found++;
                }
                boolean isThere = partitions.stream()
                    .allMatch(each -> consumer.position(each) >= ends.get(each));
                if (isThere && found >= 10) break;
            }
            return found;
        }
    }

    @SuppressWarnings("removal") // what came in its place is newer than the oldest client
    private void lookAtGroup(int records) throws Exception {
        String group = topic + "-group";
        try (var admin = AdminClient.create(settings())) {
            var offsets = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()
                .get();
            long sum = offsets.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
            check(offsets.get(new TopicPartition(topic, 0)).metadata().equals("words"),
                "the words of a commit come back");
            check(sum == records, "the commits add up: " + sum + " of " + records);
            var described = admin.describeConsumerGroups(Set.of(group)).all().get().get(group);
            check(described.members().isEmpty(), "nobody is left in the group");
            check(admin.listConsumerGroups().all().get().stream()
                .anyMatch(one -> one.groupId().equals(group)), "the group is listed");
            admin.deleteConsumerGroups(Set.of(group)).all().get();
        }
        System.out.println("groups work");
    }

    private void removeAll() throws Exception {
        try (var admin = AdminClient.create(settings())) {
            admin.deleteTopics(Set.of(topic)).all().get();
            check(!admin.listTopics().names().get().contains(topic), "the topic is gone");
        }
    }

    private static void check(boolean isSo, String what) {
        if (!isSo) throw new IllegalStateException("not so: " + what);
    }
}
