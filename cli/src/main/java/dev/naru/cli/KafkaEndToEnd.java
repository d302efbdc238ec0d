package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Header;

/// kafka-e2e-latency. Takes its flags, and also the words that it took before it had any.
final class KafkaEndToEnd implements Command {
    private static final List<String> WORDS = List.of("--bootstrap-server", "--topic",
        "--num-records", "--producer-acks", "--record-size", "--command-config");

    @Override public Flags flags() {
        return Flags.of("kafka-e2e-latency",
            "Measures how long a record takes from a producer to a consumer.")
            .words("WORD", "0..6", "Instead of flags: brokers, topic, how many records, acks, size"
                + " of records, and a file of client properties.")
            .text("--topic", "topic", "The topic; it is created if it is not there.")
            .text("--num-records", "n", "How many records.")
            .text("--producer-acks", "acks", "1 or all.")
            .text("--record-size", "bytes", "The size of values.")
            .text("--record-key-size", "bytes", "The size of keys; none by default.")
            .text("--num-headers", "n", "How many headers each record has.")
            .text("--record-header-key-size", "bytes", "The size of the headers' names.")
            .text("--record-header-size", "bytes", "The size of the headers' values.")
            .kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        Given all = given.words().isEmpty() ? given : flags().parse(named(given.words()));
        String topic = all.required("--topic");
        all.required("--num-records");
        all.required("--record-size");
        String acks = all.required("--producer-acks");
        if (!acks.equals("1") && !acks.equals("all")) {
            throw Failed.usage("--producer-acks is 1 or all, for others are not waited for");
        }
        var maker = maker(all, topic);
        var link = Link.ofKafka(all);
        try (Admin admin = link.admin()) {
            create(admin, topic);
        }
        try (var producer = link.producer(producerProperties(acks));
            var consumer = link.consumer(consumerProperties())) {
            var micros = new LatencyRun(producer, consumer, topic).run(
                all.number("--num-records", 0), maker, (number, took) -> {
                    if (number % 1_000 == 0) terminal.line(number + "\t" + took / 1e3);
                });
            terminal.out().print(summary(micros));
            return 0;
        }
    }

    /// The words as the flags that they stand for.
    static List<String> named(List<String> words) {
        if (words.size() < 5) {
            throw Failed.usage("give flags, or: brokers, topic, number of records, acks, size of"
                + " records, and a file of client properties");
        }
        var named = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            named.add(WORDS.get(i));
            named.add(words.get(i));
        }
        return named;
    }

    static Map<String, Object> producerProperties(String acks) {
        return new LinkedHashMap<>(Map.of("linger.ms", "0", "acks", acks));
    }

    static Map<String, Object> consumerProperties() {
        return new LinkedHashMap<>(Map.of("enable.auto.commit", "false", "auto.offset.reset",
            "latest", "fetch.max.wait.ms", "0"));
    }

    static void create(Admin admin, String topic) {
        if (Explain.get(admin.listTopics().names()).contains(topic)) return;
        try {
            Explain.get(admin.createTopics(List.of(new NewTopic(topic, Optional.of(1),
                Optional.of((short) 1)))).all());
        } catch (TopicExistsException e) {
            return; // someone was faster
        }
    }

    static String summary(Samples micros) {
        return String.format(Locale.ROOT,
            "Avg latency: %.4f ms%nPercentiles: 50th = %d, 99th = %d, 99.9th = %d%n",
            micros.mean() / 1e3, micros.percentile(0.5) / 1_000, micros.percentile(0.99) / 1_000,
            micros.percentile(0.999) / 1_000);
    }

    private static LatencyRun.Maker maker(Given given, String topic) {
        Payloads values = Payloads.ofSize(given.integer("--record-size").orElse(0));
        int keyBytes = given.integer("--record-key-size").orElse(0);
        int headerCount = given.integer("--num-headers").orElse(0);
        Optional<Payloads> keys = keyBytes > 0
            ? Optional.of(Payloads.ofSize(keyBytes))
            : Optional.empty();
        return number -> {
            var headers = new ArrayList<Header>();
            for (int i = 0; i < headerCount; i++) {
                headers.add(header(given, number));
            }
            return new ProducerRecord<byte[], byte[]>(topic, null, null,
                keys.isPresent() ? keys.get().of(number) : null, values.of(number), headers);
        };
    }

    private static Header header(Given given, long number) {
        var name = Payloads.ofSize(given.integer("--record-header-key-size").orElse(1));
        var value = Payloads.ofSize(given.integer("--record-header-size").orElse(1));
        return new LineFormat.Tag(
            new String(name.of(number), java.nio.charset.StandardCharsets.UTF_8),
            value.of(number));
    }
}
