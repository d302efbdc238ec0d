package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;

/// kafka-producer-perf-test.
final class KafkaProducerPerf implements Command {
    private static final long TRANSACTION_MS = 3_000;
    private static final List<String> PAYLOADS = List.of("--record-size", "--payload-file",
        "--payload-monotonic");

    @Override public Flags flags() {
        return Flags.of("kafka-producer-perf-test", "Measures how fast records are stored.")
            .text("--topic", "topic", "Where to.")
            .text("--num-records", "n", "How many records.")
            .text("--record-size", "bytes", "Records of this size.")
            .text("--payload-file", "file", "Records by chance from this file.")
            .text("--payload-delimiter", "text", "What stands between records in the file.")
            .on("--payload-monotonic", "Records that count up.")
            .text("--throughput", "n", "At most so many records a second; -1 for no limit.")
            .many("--command-property,--producer-props", "name=value", "Producer properties.")
            .text("--producer.config", "file", "A file of producer properties.")
            .on("--print-metrics", "Shows the producer's metrics at the end.")
            .text("--transactional-id", "id", "Sends in transactions under this id.")
            .text("--transaction-duration-ms", "ms", "Commits after so long (3000).")
            .text("--warmup-records", "n", "How many records do not count for the steady state.")
            .text("--reporting-interval", "ms", "How often to show progress (5000).")
            .kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        ProduceRun.Plan plan = plan(given);
        Payloads payloads = payloads(given);
        var link = Link.ofKafka(given, List.of("--command-config", "--producer.config"),
            List.of("--command-property"));
        boolean inTransactions = inTransactions(given, link);
        if (inTransactions && plan.transactionMs() == 0) {
            plan = new ProduceRun.Plan(plan.topic(), plan.recordCount(), plan.warmupCount(),
                plan.perSecond(), TRANSACTION_MS, plan.reportMs());
        }
        Map<String, Object> more = new LinkedHashMap<>();
        given.text("--transactional-id").ifPresent(id -> more.put("transactional.id", id));
        if (inTransactions) {
            more.putIfAbsent("transactional.id", "performance-producer-" + UUID.randomUUID());
        }
        try (var producer = link.producer(more)) {
            var result = new ProduceRun(plan, payloads, window -> {
                terminal.line(window(window));
                terminal.out().flush();
            }).run(producer);
            terminal.line(total(result.whole(), ""));
            if (plan.warmupCount() > 0) terminal.line(total(result.steady(), " steady state"));
            if (given.has("--print-metrics")) print(metrics(producer), terminal);
            return 0;
        }
    }

    private static boolean inTransactions(Given given, Link link) {
        return given.has("--transactional-id") || given.has("--transaction-duration-ms")
            || link.isGiven("transactional.id");
    }

    static ProduceRun.Plan plan(Given given) {
        given.required("--num-records");
        given.required("--throughput");
        long count = given.number("--num-records", 0);
        if (count <= 0) throw Failed.usage("--num-records is at least 1");
        long warmup = given.number("--warmup-records", 0);
        if (warmup < 0 || warmup >= count) {
            throw Failed.usage("--warmup-records is less than --num-records");
        }
        long transactionMs = given.number("--transaction-duration-ms", 0);
        if (given.has("--transaction-duration-ms") && transactionMs <= 0) {
            throw Failed.usage("--transaction-duration-ms is at least 1");
        }
        return new ProduceRun.Plan(given.required("--topic"), count, warmup,
            number("--throughput", given.required("--throughput")), transactionMs,
            reportMs(given));
    }

    static long reportMs(Given given) {
        long reportMs = given.number("--reporting-interval", 5_000);
        if (reportMs <= 0) throw Failed.usage("--reporting-interval is at least 1");
        return reportMs;
    }

    static double number(String flag, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw Failed.usage(flag + " needs a number, not '" + text + "'");
        }
    }

    static Payloads payloads(Given given) {
        if (PAYLOADS.stream().filter(given::has).count() != 1) {
            throw Failed.usage("give exactly one of " + String.join(", ", PAYLOADS));
        }
        if (given.has("--payload-monotonic")) return Payloads.counting();
        if (given.has("--payload-file")) {
            String delimiter = given.text("--payload-delimiter", "\\n");
            return Payloads.ofFile(given.required("--payload-file"), delimiter);
        }
        return Payloads.ofSize(given.integer("--record-size").orElse(0));
    }

    static String window(ProduceRun.Reached window) {
        return String.format(Locale.ROOT,
            "%d records sent, %.1f records/sec (%.2f MB/sec), %.1f ms avg latency,"
                + " %.1f ms max latency.",
            window.records(), window.recordsPerSecond(), window.mebibytesPerSecond(),
            window.latencyMs().mean(), (double) window.latencyMs().max());
    }

    static String total(ProduceRun.Reached reached, String kind) {
        var took = reached.latencyMs();
        return String.format(Locale.ROOT,
            "%d%s records sent, %f records/sec (%.2f MB/sec), %.2f ms avg latency,"
                + " %.2f ms max latency, %d ms 50th, %d ms 95th, %d ms 99th, %d ms 99.9th.",
            reached.records(), kind, reached.recordsPerSecond(), reached.mebibytesPerSecond(),
            took.mean(), (double) took.max(), took.percentile(0.5), took.percentile(0.95),
            took.percentile(0.99), took.percentile(0.999));
    }

    static Map<String, Object> metrics(KafkaProducer<byte[], byte[]> producer) {
        return metrics(producer.metrics());
    }

    static Map<String, Object> metrics(
        Map<org.apache.kafka.common.MetricName, ? extends org.apache.kafka.common.Metric> all) {
        var sorted = new TreeMap<String, Object>();
        all.forEach((name, metric) -> sorted.put(
            name.group() + ":" + name.name() + ":" + new TreeMap<>(name.tags()),
            metric.metricValue()));
        return sorted;
    }

    static void print(Map<String, Object> metrics, Terminal terminal) {
        terminal.line("");
        int width = metrics.keySet().stream().mapToInt(String::length).max().orElse(0);
        metrics.forEach((name, value) -> terminal.line(name + " ".repeat(width - name.length())
            + " : " + (value instanceof Double number
                ? String.format(Locale.ROOT, "%.3f", number)
                : String.valueOf(value))));
    }
}
