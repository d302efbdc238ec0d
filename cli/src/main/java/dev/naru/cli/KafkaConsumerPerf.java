package dev.naru.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// kafka-consumer-perf-test.
final class KafkaConsumerPerf implements Command {
    private static final String COLUMNS = "data.consumed.in.MB, MB.sec, data.consumed.in.nMsg,"
        + " nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec";

    @Override public Flags flags() {
        return Flags.of("kafka-consumer-perf-test", "Measures how fast records are read.")
            .text("--topic", "topic", "The topic to read.")
            .text("--include", "regex", "The topics to read.")
            .text("--num-records,--messages", "n", "How many records.")
            .text("--group", "group", "The group to read in; one of its own by default.")
            .text("--timeout", "ms", "Gives up after so long without a record (10000).")
            .text("--fetch-size", "bytes", "How much to fetch of a partition at once (1048576).")
            .text("--socket-buffer-size", "bytes", "The socket's receive buffer (2097152).")
            .on("--from-latest", "Begins at the end, if the group has committed nothing.")
            .text("--reporting-interval", "ms", "How often to show progress (5000).")
            .on("--show-detailed-stats", "Shows a line for each interval.")
            .on("--hide-header", "Leaves the names of the columns out.")
            .text("--date-format", "format", "How to write times (yyyy-MM-dd HH:mm:ss:SSS).")
            .on("--print-metrics", "Shows the consumer's metrics at the end.")
            .texts("--command-property", "name=value", "A consumer property.")
            .text("--consumer.config", "file", "A file of consumer properties.").kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        ConsumeRun.Plan plan = plan(given);
        var dates = dates(given);
        boolean detailed = given.has("--show-detailed-stats");
        var link = Link.ofKafka(given, List.of("--command-config", "--consumer.config"),
            List.of("--command-property"));
        if (!given.has("--hide-header")) terminal.line(header(detailed));
        var run = new ConsumeRun(plan, reached -> {
            if (detailed) terminal.line(line(dates, reached, true));
        });
        try (var _ = Interrupt.stops(run::stop); var consumer = link.consumer(properties(given))) {
            var reached = run.run(consumer);
            if (run.isShort()) {
                terminal.complain(tooFew(plan.idleMs()));
            }
            if (!detailed) terminal.line(line(dates, reached, false));
            if (given.has("--print-metrics")) {
                KafkaProducerPerf.print(KafkaProducerPerf.metrics(consumer.metrics()), terminal);
            }
            return 0;
        }
    }

    static String tooFew(long idleMs) {
        return "WARNING: Exiting before consuming the expected number of records: timeout ("
            + idleMs + " ms) exceeded. You can use the --timeout option to increase the timeout.";
    }

    static ConsumeRun.Plan plan(Given given) {
        if (given.has("--topic") == given.has("--include")) {
            throw Failed.usage("give either --topic or --include");
        }
        given.text("--include").ifPresent(Topics::pattern);
        given.required("--num-records");
        return new ConsumeRun.Plan(given.text("--topic", ""), given.text("--include", ""),
            given.number("--num-records", 0), given.number("--timeout", 10_000),
            KafkaProducerPerf.reportMs(given));
    }

    static DateTimeFormatter dates(Given given) {
        String format = given.text("--date-format", "yyyy-MM-dd HH:mm:ss:SSS");
        try {
            return DateTimeFormatter.ofPattern(format, Locale.ROOT)
                .withZone(ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw Failed.usage("--date-format: " + Explain.line(e));
        }
    }

    static Map<String, Object> properties(Given given) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("group.id", given.text("--group", "perf-consumer-" + UUID.randomUUID()));
        properties.put("receive.buffer.bytes", given.text("--socket-buffer-size", "2097152"));
        properties.put("max.partition.fetch.bytes", given.text("--fetch-size", "1048576"));
        properties.put("auto.offset.reset", given.has("--from-latest") ? "latest" : "earliest");
        properties.put("check.crcs", "false");
        return properties;
    }

    static String header(boolean detailed) {
        return (detailed ? "time, threadId, " : "start.time, end.time, ") + COLUMNS;
    }

    static String line(DateTimeFormatter dates, ConsumeRun.Reached reached, boolean detailed) {
        var stretch = reached.stretch();
        String when = detailed
            ? time(dates, reached.endMs()) + ", 0"
            : time(dates, reached.startMs()) + ", "
                + time(dates, reached.endMs());
        return String.format(Locale.ROOT, "%s, %.4f, %.4f, %d, %.4f, %d, %d, %.4f, %.4f", when,
            (double) reached.bytes() / (1 << 20), stretch.rate(stretch.mebibytes()),
            reached.records(), stretch.rate((double) stretch.records()), stretch.joinMs(),
            stretch.fetchMs(), stretch.fetchRate(stretch.mebibytes()),
            stretch.fetchRate((double) stretch.records()));
    }

    static String time(DateTimeFormatter dates, long timestampMs) {
        return dates.format(Instant.ofEpochMilli(timestampMs));
    }
}
