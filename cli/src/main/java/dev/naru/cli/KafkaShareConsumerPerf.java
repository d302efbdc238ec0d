package dev.naru.cli;

import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// kafka-share-consumer-perf-test.
final class KafkaShareConsumerPerf implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-share-consumer-perf-test",
            "Measures how fast a share group reads and accepts records.")
            .text("--topic", "topic", "The topic to read.")
            .text("--num-records,--messages", "n", "How many records.")
            .text("--group", "group", "The share group (perf-share-consumer).")
            .text("--threads", "n", "How many members (1).")
            .text("--timeout", "ms", "Gives up after so long without a record (10000).")
            .text("--fetch-size", "bytes", "How much to fetch at once (1048576).")
            .text("--socket-buffer-size", "bytes", "The socket's receive buffer (2097152).")
            .text("--reporting-interval", "ms", "How often to show progress (5000).")
            .on("--show-detailed-stats", "Shows a line for each interval.")
            .on("--show-consumer-stats", "Shows a line for each member.")
            .on("--hide-header", "Leaves the names of the columns out.")
            .text("--date-format", "format", "How to write times (yyyy-MM-dd HH:mm:ss:SSS).")
            .on("--print-metrics", "Accepted and ignored.")
            .texts("--command-property", "name=value", "A consumer property.")
            .text("--consumer.config", "file", "A file of consumer properties.").kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        given.required("--num-records");
        int threads = given.integer("--threads").orElse(1);
        if (threads < 1) throw Failed.usage("--threads is at least 1");
        var run = new Run(given, terminal);
        if (!given.has("--hide-header")) {
            terminal.line("start.time, end.time, data.consumed.in.MB, MB.sec, nMsg.sec,"
                + " data.consumed.in.nMsg, fetch.time.ms");
        }
        run.run(threads);
        return 0;
    }

    /// One run by several members, who share the counts.
    private static final class Run {
        private final Given given;
        private final Terminal terminal;
        private final DateTimeFormatter dates;
        private final Link link;
        private final long wanted;
        private final long idleMs;
        private final long reportMs;
        private final AtomicLong records = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();
        private final long startMs = System.currentTimeMillis();
        private final AtomicLong reportedMs = new AtomicLong(startMs);

        Run(Given given, Terminal terminal) {
            this.given = given;
            this.terminal = terminal;
            this.dates = KafkaConsumerPerf.dates(given);
            this.link = Link.ofKafka(given, List.of("--command-config", "--consumer.config"),
                List.of("--command-property"));
            this.wanted = given.number("--num-records", 0);
            this.idleMs = given.number("--timeout", 10_000);
            this.reportMs = KafkaProducerPerf.reportMs(given);
        }

        void run(int threads) {
            String topic = given.required("--topic");
            var readings = new ArrayList<ShareReading>();
            for (int i = 0; i < threads; i++) {
                readings.add(new ShareReading(link.shareConsumer(properties(i)),
                    new ShareReading.Plan(List.of(topic), Reading.NO_LIMIT, idleMs)));
            }
            try (var pool = Executors.newFixedThreadPool(threads);
                var _ = Interrupt.stops(() -> readings.forEach(ShareReading::stop))) {
                var counts = new ArrayList<Future<Long>>();
                readings.forEach(reading -> counts
                    .add(pool.submit(() -> reading.run(new Counter()))));
                for (int i = 0; i < threads; i++) {
                    long count = get(counts.get(i));
                    if (given.has("--show-consumer-stats")) {
                        terminal.line("Share consumer " + (i + 1) + " consumed " + count);
                    }
                }
            }
            if (records.get() < wanted) terminal.complain(KafkaConsumerPerf.tooFew(idleMs));
            terminal.line(line(dates, startMs, System.currentTimeMillis(), bytes.get(),
                records.get()));
        }

        private static long get(Future<Long> answer) {
            try {
                return answer.get();
            } catch (ExecutionException e) {
                throw Failed.because(Explain.line(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failed.because("interrupted");
            }
        }

        private Map<String, Object> properties(int number) {
            var properties = new LinkedHashMap<String, Object>();
            properties.put("group.id", given.text("--group", "perf-share-consumer"));
            properties.put("client.id", "perf-share-consumer-" + number);
            properties.put("share.acknowledgement.mode", "explicit");
            properties.put("receive.buffer.bytes", given.text("--socket-buffer-size", "2097152"));
            properties.put("fetch.max.bytes", given.text("--fetch-size", "1048576"));
            properties.put("check.crcs", "false");
            return properties;
        }

        private final class Counter implements ShareReading.Sink {
            @Override public AcknowledgeType take(ConsumerRecord<byte[], byte[]> record,
                long count) {
                records.incrementAndGet();
                bytes.addAndGet(Math.max(0, record.serializedKeySize())
                    + Math.max(0, record.serializedValueSize()));
                return AcknowledgeType.ACCEPT;
            }

            @Override public boolean roundDone(long count) {
                long nowMs = System.currentTimeMillis();
                long lastMs = reportedMs.get();
                if (given.has("--show-detailed-stats") && nowMs - lastMs >= reportMs
                    && reportedMs.compareAndSet(lastMs, nowMs)) {
                    terminal.line(line(dates, startMs, nowMs, bytes.get(), records.get()));
                }
                return records.get() < wanted;
            }
        }
    }

    static String line(DateTimeFormatter dates, long startMs, long endMs, long bytes,
        long records) {
        double mebibytes = (double) bytes / (1 << 20);
        double seconds = Math.max(1, endMs - startMs) / 1e3;
        return String.format(Locale.ROOT, "%s, %s, %.4f, %.4f, %.4f, %d, %d",
            KafkaConsumerPerf.time(dates, startMs), KafkaConsumerPerf.time(dates, endMs), mebibytes,
            mebibytes / seconds, records / seconds, records, endMs - startMs);
    }
}
