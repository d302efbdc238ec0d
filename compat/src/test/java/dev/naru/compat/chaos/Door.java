package dev.naru.compat.chaos;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Kafka's own clients for one cluster. They lose patience with a silent node after 3 s instead of 30,
/// so that
/// what is measured is the cluster's time and not theirs; all else is as they come.
record Door(String bootstrap) {
    private static final Map<String, Object> IMPATIENT = Map.of("request.timeout.ms", "3000",
        "socket.connection.setup.timeout.ms", "1000",
        "socket.connection.setup.timeout.max.ms", "2000",
        "reconnect.backoff.ms", "20", "reconnect.backoff.max.ms", "200",
        "retry.backoff.ms", "20", "retry.backoff.max.ms", "200");

    private Map<String, Object> settings(Map<String, Object> more) {
        var all = new HashMap<>(IMPATIENT);
        all.put("bootstrap.servers", bootstrap);
        all.putAll(more);
        return all;
    }

    Admin admin() {
        return Admin.create(settings(Map.of("request.timeout.ms", "10000",
            "default.api.timeout.ms", "40000")));
    }

    Producer<String, String> producer(boolean isIdempotent) {
        return producer(Map.of("enable.idempotence", Boolean.toString(isIdempotent)));
    }

    Producer<String, String> transactional(String id) {
        return producer(Map.of("transactional.id", id, "max.block.ms", "15000",
            "transaction.timeout.ms", "20000"));
    }

    private Producer<String, String> producer(Map<String, Object> more) {
        var all = settings(Map.of("acks", "all", "linger.ms", "1", "max.block.ms", "60000",
            "delivery.timeout.ms", "60000"));
        all.putAll(more);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    Consumer<String, String> consumer(Map<String, Object> more) {
        var all = settings(Map.of("auto.offset.reset", "none", "enable.auto.commit", "false",
            "default.api.timeout.ms", "15000"));
        all.putAll(more);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }
}
