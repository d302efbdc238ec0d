package dev.naru.cli;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// kafka-verifiable-producer: sends numbers that count up and says of each what became of it.
final class KafkaVerifiableProducer implements Command {
    private static final long FOR_EVER = -1;

    @Override public Flags flags() {
        return Flags.of("kafka-verifiable-producer",
            "Sends numbers that count up, and writes a line of JSON about each.")
            .text("--topic", "topic", "Where to.")
            .text("--max-messages", "n", "How many; -1 (the default) until it is stopped.")
            .text("--throughput", "n", "At most so many a second; -1 (the default) for no limit.")
            .text("--acks", "acks", "-1 (the default), 0 or 1.")
            .text("--message-create-time", "ms", "The timestamp of the first; later ones follow.")
            .text("--value-prefix", "n", "Stands before each number, with a dot between.")
            .text("--repeating-keys", "n", "Gives keys from 0 up to n - 1, and from 0 again.")
            .text("--producer.config", "file", "A file of producer properties.").kafkaCluster();
    }

    /// How each record is made.
    record Plan(String topic, long recordCount, double perSecond, long createTimeMs,
        String prefix, long keyCount) {
        ProducerRecord<byte[], byte[]> record(long number, long elapsedMs) {
            String value = (prefix.isEmpty() ? "" : prefix + ".") + number;
            String key = keyCount > 0 ? Long.toString(number % keyCount) : "";
            return new ProducerRecord<byte[], byte[]>(topic, null,
                createTimeMs == FOR_EVER ? null : createTimeMs + elapsedMs,
                keyCount > 0 ? bytes(key) : null, bytes(value));
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    static Plan plan(Given given) {
        long keyCount = given.number("--repeating-keys", 0);
        if (keyCount < 0) throw Failed.usage("--repeating-keys is at least 1");
        return new Plan(given.required("--topic"), given.number("--max-messages", FOR_EVER),
            (double) given.number("--throughput", -1),
            given.number("--message-create-time", FOR_EVER),
            given.text("--value-prefix", ""), keyCount);
    }

    @Override public int run(Given given, Terminal terminal) {
        Plan plan = plan(given);
        var link = Link.ofKafka(given, List.of("--command-config", "--producer.config"),
            List.of());
        var events = new Events(terminal);
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("acks", given.text("--acks", "-1"));
        more.put("retries", "0");
        more.put("enable.idempotence", "false");
        var run = new Run(plan, link.producer(more), events);
        try (var _ = Interrupt.stops(run::stop)) {
            run.run();
        }
        return 0;
    }

    /// One run; [#stop()] may come from another thread.
    private static final class Run {
        private final Plan plan;
        private final KafkaProducer<byte[], byte[]> producer;
        private final Events events;
        private final AtomicLong stored = new AtomicLong();
        private final long startNs = System.nanoTime();
        private volatile boolean stopped;

        Run(Plan plan, KafkaProducer<byte[], byte[]> producer, Events events) {
            this.plan = plan;
            this.producer = producer;
            this.events = events;
        }

        void stop() {
            stopped = true;
        }

        void run() {
            events.tell("startup_complete");
            var pace = new Pace(plan.perSecond(), startNs);
            long sent = 0;
            try (producer) {
                while (!stopped && (plan.recordCount() < 0 || sent < plan.recordCount())) {
                    send(sent);
                    sent++;
                    pace.await(sent);
                }
            }
            events.tell("shutdown_complete");
            double seconds = (System.nanoTime() - startNs) / 1e9;
            var data = new LinkedHashMap<String, Object>();
            data.put("sent", sent);
            data.put("acked", stored.get());
            data.put("target_throughput", (long) plan.perSecond());
            data.put("avg_throughput", seconds <= 0 ? 0 : stored.get() / seconds);
            events.tell("tool_data", data);
        }

        private void send(long number) {
            var record = plan.record(number, (System.nanoTime() - startNs) / 1_000_000);
            try {
                producer.send(record, (found, problem) -> {
                    if (problem != null) refused(record, problem);
                    else
                        stored(record, found);
                });
            } catch (RuntimeException e) {
                refused(record, e);
            }
        }

        private void stored(ProducerRecord<byte[], byte[]> record, RecordMetadata found) {
            stored.incrementAndGet();
            var event = event(record);
            event.put("offset", found.offset());
            event.put("topic", found.topic());
            event.put("partition", found.partition());
            events.tell("producer_send_success", event);
        }

        private void refused(ProducerRecord<byte[], byte[]> record, Exception problem) {
            var event = event(record);
            event.put("topic", record.topic());
            event.put("exception", problem.getClass().toString());
            event.put("message", String.valueOf(problem.getMessage()));
            events.tell("producer_send_error", event);
        }

        private static Map<String, Object> event(ProducerRecord<byte[], byte[]> record) {
            var event = new LinkedHashMap<String, Object>();
            event.put("key", text(record.key()));
            event.put("value", text(record.value()));
            return event;
        }
    }

    static Object text(byte @Nullable [] bytes) {
        return bytes == null ? Json.nothing() : new String(bytes, StandardCharsets.UTF_8);
    }
}
