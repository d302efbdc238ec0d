package dev.naru.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/// kafka-verifiable-consumer: reads in a group and says what it is given, reads and commits.
final class KafkaVerifiableConsumer implements Command {
    private static final List<String> POLICIES = List.of("earliest", "latest", "none");
    private static final List<String> PROTOCOLS = List.of("classic", "consumer");

    @Override public Flags flags() {
        return Flags.of("kafka-verifiable-consumer",
            "Reads in a group, and writes a line of JSON about all that happens.")
            .text("--topic", "topic", "The topic to read.")
            .text("--group-id", "group", "The group to read in.")
            .text("--group-instance-id", "id", "Makes it a static member of this name.")
            .text("--group-protocol", "protocol", "classic (the default) or consumer.")
            .text("--group-remote-assignor", "name", "The assignor, with protocol consumer.")
            .text("--assignment-strategy", "class", "The assignor, with protocol classic.")
            .text("--session-timeout", "ms", "The session timeout, with protocol classic.")
            .text("--max-messages", "n", "How many; -1 (the default) until it is stopped.")
            .on("--verbose", "Tells of each record.")
            .on("--enable-autocommit", "Commits now and then, and not what it has read.")
            .text("--reset-policy", "policy", "earliest (the default), latest or none.")
            .text("--consumer.config", "file", "A file of consumer properties.").kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        String topic = given.required("--topic");
        var properties = properties(given);
        var link = Link.ofKafka(given, List.of("--command-config", "--consumer.config"),
            List.of());
        var run = new Run(link.consumer(properties), topic, given, new Events(terminal));
        try (var _ = Interrupt.stops(run::stop)) {
            run.run();
        }
        return 0;
    }

    static Map<String, Object> properties(Given given) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("group.id", given.required("--group-id"));
        given.text("--group-instance-id").ifPresent(id -> properties.put("group.instance.id", id));
        String protocol = given.text("--group-protocol", "classic").toLowerCase(Locale.ROOT);
        if (!PROTOCOLS.contains(protocol)) {
            throw Failed.usage("--group-protocol is classic or consumer");
        }
        properties.put("group.protocol", protocol);
        if (protocol.equals("consumer")) {
            given.text("--group-remote-assignor")
                .ifPresent(name -> properties.put("group.remote.assignor", name));
        } else {
            properties.put("partition.assignment.strategy", given.text("--assignment-strategy",
                "org.apache.kafka.clients.consumer.RangeAssignor"));
            given.number("--session-timeout")
                .ifPresent(ms -> properties.put("session.timeout.ms", Long.toString(ms)));
        }
        String policy = given.text("--reset-policy", "earliest");
        if (!POLICIES.contains(policy)) {
            throw Failed.usage("--reset-policy is earliest, latest or none");
        }
        properties.put("auto.offset.reset", policy);
        properties.put("enable.auto.commit", String.valueOf(given.has("--enable-autocommit")));
        return properties;
    }

    /// One run; [#stop()] may come from another thread.
    private static final class Run implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final String topic;
        private final Events events;
        private final boolean verbose;
        private final boolean autoCommit;
        private final long recordsMax;
        private long records;
        private volatile boolean stopped;

        Run(KafkaConsumer<byte[], byte[]> consumer, String topic, Given given, Events events) {
            this.consumer = consumer;
            this.topic = topic;
            this.events = events;
            this.verbose = given.has("--verbose");
            this.autoCommit = given.has("--enable-autocommit");
            this.recordsMax = given.number("--max-messages", -1);
        }

        void stop() {
            events.tell("shutdown_requested");
            stopped = true;
            consumer.wakeup();
        }

        void run() {
            try (consumer) {
                events.tell("startup_complete");
                consumer.subscribe(List.of(topic), this);
                while (!stopped && (recordsMax < 0 || records < recordsMax)) {
                    take(consumer.poll(Duration.ofMillis(Long.MAX_VALUE)));
                }
            } catch (WakeupException e) {
                if (!stopped) throw e;
            } finally {
                events.tell("shutdown_complete");
            }
        }

        @Override public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            events.tell("partitions_assigned", Map.of("partitions", objects(partitions)));
        }

        @Override public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            events.tell("partitions_revoked", Map.of("partitions", objects(partitions)));
        }

        /// What is too much is neither told nor committed.
        private void take(ConsumerRecords<byte[], byte[]> found) {
            if (found.isEmpty()) return;
            var summaries = new ArrayList<Map<String, Object>>();
            var ends = new TreeMap<TopicPartition, OffsetAndMetadata>(Order.BY_PARTITION);
            long before = records;
            for (TopicPartition partition : found.partitions()) {
                var some = found.records(partition);
                if (recordsMax >= 0) {
                    some = some.subList(0, (int) Math.min(some.size(), recordsMax - records));
                }
                if (some.isEmpty()) continue;
                records += some.size();
                ends.put(partition, new OffsetAndMetadata(some.getLast().offset() + 1));
                summaries.add(summary(partition, some));
            }
            var event = new LinkedHashMap<String, Object>();
            event.put("count", records - before);
            event.put("partitions", summaries);
            events.tell("records_consumed", event);
            if (!autoCommit) commit(ends);
        }

        private Map<String, Object> summary(TopicPartition partition,
            List<ConsumerRecord<byte[], byte[]>> some) {
            if (verbose) some.forEach(record -> events.tell("record_data", data(record)));
            var summary = object(partition);
            summary.put("count", some.size());
            summary.put("minOffset", some.getFirst().offset());
            summary.put("maxOffset", some.getLast().offset());
            return summary;
        }

        private void commit(Map<TopicPartition, OffsetAndMetadata> ends) {
            KafkaException problem = null;
            try {
                consumer.commitSync(ends);
            } catch (WakeupException e) {
                consumer.commitSync(ends); // it is asked to stop: what was told of is committed
            } catch (KafkaException e) {
                problem = e;
            }
            var offsets = new ArrayList<Map<String, Object>>();
            ends.forEach((partition, end) -> {
                var object = object(partition);
                object.put("offset", end.offset());
                offsets.add(object);
            });
            var event = new LinkedHashMap<String, Object>();
            event.put("offsets", offsets);
            event.put("error", problem == null ? Json.nothing() : Explain.line(problem));
            event.put("success", problem == null);
            events.tell("offsets_committed", event);
        }
    }

    static Map<String, Object> data(ConsumerRecord<byte[], byte[]> record) {
        var data = new LinkedHashMap<String, Object>();
        data.put("key", KafkaVerifiableProducer.text(record.key()));
        data.put("value", KafkaVerifiableProducer.text(record.value()));
        data.put("topic", record.topic());
        data.put("partition", record.partition());
        data.put("offset", record.offset());
        return data;
    }

    static Map<String, Object> object(TopicPartition partition) {
        var object = new LinkedHashMap<String, Object>();
        object.put("topic", partition.topic());
        object.put("partition", partition.partition());
        return object;
    }

    static List<Map<String, Object>> objects(Collection<TopicPartition> partitions) {
        return partitions.stream().sorted(Order.BY_PARTITION)
            .map(KafkaVerifiableConsumer::object).toList();
    }
}
