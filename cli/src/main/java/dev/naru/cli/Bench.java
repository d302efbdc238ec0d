package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/// `naru bench ...`: the measurements of Kafka's perf tools, told in our own way.
final class Bench {
    private Bench() {}

    static final class ProduceFast implements Command {
        @Override public Flags flags() {
            return Flags.of("naru bench produce", "Measures how fast records are stored.")
                .words("TOPIC", "1", "Where to.")
                .text("--num,-n", "n", "How many records (100000).")
                .text("--size,-s", "bytes", "The size of each (1024).")
                .text("--rate", "n", "At most so many records a second.")
                .text("--warmup", "n", "How many records are sent and not counted.")
                .text("--acks", "acks", "0, 1 or all (the default).")
                .text("--compression,-z", "codec", "gzip, snappy, lz4 or zstd.")
                .text("--transaction-ms", "ms", "Sends in transactions of this length.").cluster()
                .json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var plan = plan(given);
            var payloads = Payloads.ofSize(given.integer("--size").orElse(1_024));
            Map<String, Object> more = new LinkedHashMap<>();
            more.put("acks", given.text("--acks", "all"));
            given.text("--compression").ifPresent(codec -> more.put("compression.type", codec));
            if (plan.transactionMs() > 0) {
                more.put("transactional.id", "naru-bench-" + UUID.randomUUID());
            }
            try (var producer = Link.of(given).producer(more);
                var progress = new Progress(terminal, "records a second", true)) {
                var result = new ProduceRun(plan, payloads, window -> progress
                    .at(Math.round(window.recordsPerSecond()))).run(producer);
                print(object(result.steady()), given, terminal);
                return 0;
            }
        }

        private static ProduceRun.Plan plan(Given given) {
            long count = atLeastOne("--num", given.number("--num", 100_000));
            long warmup = given.number("--warmup", 0);
            double rate = given.text("--rate")
                .map(text -> KafkaProducerPerf.number("--rate", text)).orElse(0.0);
            return new ProduceRun.Plan(given.words().getFirst(), count + warmup, warmup, rate,
                given.number("--transaction-ms", 0), 500);
        }

        static Map<String, Object> object(ProduceRun.Reached reached) {
            var took = reached.latencyMs();
            var object = new LinkedHashMap<String, Object>();
            object.put("records", reached.records());
            object.put("seconds", rounded(reached.seconds()));
            object.put("recordsPerSecond", rounded(reached.recordsPerSecond()));
            object.put("mebibytesPerSecond", rounded(reached.mebibytesPerSecond()));
            object.put("latencyMsMean", rounded(took.mean()));
            object.put("latencyMs50", took.percentile(0.5));
            object.put("latencyMs99", took.percentile(0.99));
            object.put("latencyMs999", took.percentile(0.999));
            object.put("latencyMsMax", took.max());
            return object;
        }
    }

    static final class ConsumeFast implements Command {
        private static final long IDLE_MS = 10_000;

        @Override public Flags flags() {
            return Flags.of("naru bench consume", "Measures how fast records are read.")
                .words("TOPIC", "1", "The topic.")
                .text("--num,-n", "n", "How many records (100000).")
                .text("--group,-g", "group", "The group to read in; one of its own by default.")
                .text("--timeout", "ms", "Gives up after so long without a record (10000).")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var plan = new ConsumeRun.Plan(given.words().getFirst(), "",
                atLeastOne("--num", given.number("--num", 100_000)),
                given.number("--timeout", IDLE_MS), 500);
            Map<String, Object> more = new LinkedHashMap<>();
            more.put("group.id", given.text("--group", "naru-bench-" + UUID.randomUUID()));
            more.put("auto.offset.reset", "earliest");
            more.put("enable.auto.commit", String.valueOf(given.has("--group")));
            try (var progress = new Progress(terminal, "records read", true)) {
                var run = new ConsumeRun(plan, reached -> progress.at(reached.records()));
                try (var _ = Interrupt.stops(run::stop);
                    var consumer = Link.of(given).consumer(more)) {
                    var reached = run.run(consumer);
                    print(object(reached), given, terminal);
                }
                if (run.isShort()) {
                    throw Failed.because("only some of the records came; is the topic that long?"
                        + " --timeout waits longer");
                }
                return 0;
            }
        }

        static Map<String, Object> object(ConsumeRun.Reached reached) {
            var stretch = reached.stretch();
            var object = new LinkedHashMap<String, Object>();
            object.put("records", reached.records());
            object.put("seconds", rounded(stretch.ms() / 1e3));
            object.put("joinSeconds", rounded(stretch.joinMs() / 1e3));
            object.put("recordsPerSecond", rounded(stretch.fetchRate((double) stretch.records())));
            object.put("mebibytesPerSecond", rounded(stretch.fetchRate(stretch.mebibytes())));
            return object;
        }
    }

    static final class Latency implements Command {
        @Override public Flags flags() {
            return Flags.of("naru bench latency",
                "Measures how long a record takes from a producer to a consumer.")
                .words("TOPIC", "1", "The topic; it is created if it is not there.")
                .text("--num,-n", "n", "How many records (1000).")
                .text("--size,-s", "bytes", "The size of each (100).")
                .text("--acks", "acks", "1 or all (the default).").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            String topic = given.words().getFirst();
            long count = atLeastOne("--num", given.number("--num", 1_000));
            var payloads = Payloads.ofSize(given.integer("--size").orElse(100));
            Link link = Link.of(given);
            try (Admin admin = link.admin()) {
                KafkaEndToEnd.create(admin, topic);
            }
            try (
                var producer = link
                    .producer(KafkaEndToEnd.producerProperties(given.text("--acks", "all")));
                var consumer = link.consumer(KafkaEndToEnd.consumerProperties());
                var progress = new Progress(terminal, "records measured", true)) {
                var micros = new LatencyRun(producer, consumer, topic).run(count,
                    number -> new ProducerRecord<>(topic, payloads.of(number)),
                    (number, took) -> progress.at(number));
                print(object(micros), given, terminal);
                return 0;
            }
        }

        static Map<String, Object> object(Samples micros) {
            var object = new LinkedHashMap<String, Object>();
            object.put("records", micros.count());
            object.put("latencyMsMean", rounded(micros.mean() / 1e3));
            object.put("latencyMs50", rounded(micros.percentile(0.5) / 1e3));
            object.put("latencyMs99", rounded(micros.percentile(0.99) / 1e3));
            object.put("latencyMs999", rounded(micros.percentile(0.999) / 1e3));
            object.put("latencyMsMax", rounded(micros.max() / 1e3));
            return object;
        }
    }

    private static long atLeastOne(String flag, long value) {
        if (value < 1) throw Failed.usage(flag + " is at least 1");
        return value;
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1e3;
    }

    private static void print(Map<String, Object> object, Given given, Terminal terminal) {
        if (given.json()) {
            terminal.line(Json.pretty(object));
            return;
        }
        int width = object.keySet().stream().map(Sheet::spaced).mapToInt(String::length).max()
            .orElse(0);
        object.forEach((name, value) -> terminal.line(String.format(Locale.ROOT,
            "%-" + width + "s  %s", Sheet.spaced(name), value)));
    }
}
