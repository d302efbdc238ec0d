package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// kafka-get-offsets.
final class KafkaGetOffsets implements Command {
    private static final Pattern RULE = Pattern.compile("([^:,]*)(?::(?:(\\d+)|(\\d*)-(\\d*))?)?");

    @Override public Flags flags() {
        return Flags.of("kafka-get-offsets", "Shows offsets of partitions.")
            .text("--topic", "regex", "The topics; all if none is given.")
            .text("--partitions", "0,1", "Only these partitions.")
            .text("--topic-partitions", "topic:0,topic:1-3",
                "Topics with a partition or a range of them, the end not included.")
            .text("--time", "time", "earliest (-2), latest (-1, the default), max-timestamp (-3),"
                + " earliest-local (-4), latest-tiered (-5), earliest-pending-upload (-6), or ms.")
            .on("--exclude-internal-topics", "Leaves internal topics out.").kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "Error occurred: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        if (given.has("--topic-partitions")
            && (given.has("--topic") || given.has("--partitions"))) {
            throw Failed.usage("--topic-partitions goes with neither --topic nor --partitions");
        }
        OffsetSpec spec = spec(given.text("--time", "latest"));
        Predicate<TopicPartition> filter = filter(given);
        try (Admin admin = Link.ofKafka(given).admin()) {
            var options = new ListTopicsOptions()
                .listInternal(!given.has("--exclude-internal-topics"));
            var names = List.copyOf(Explain.get(admin.listTopics(options).names()));
            var wanted = new TreeSet<>(Order.BY_PARTITION);
            for (TopicDescription topic : Topics.described(admin, names).values()) {
                topic.partitions().stream()
                    .map(found -> new TopicPartition(topic.name(), found.partition()))
                    .filter(filter).forEach(wanted::add);
            }
            if (wanted.isEmpty()) {
                throw Failed.because("Could not match any topic-partitions with the specified"
                    + " filters");
            }
            return print(admin, wanted, spec, terminal);
        }
    }

    private static int print(Admin admin, Set<TopicPartition> wanted, OffsetSpec spec,
        Terminal terminal) {
        var asked = new LinkedHashMap<TopicPartition, OffsetSpec>();
        wanted.forEach(partition -> asked.put(partition, spec));
        var answers = admin.listOffsets(asked);
        int code = 0;
        for (TopicPartition partition : wanted) {
            try {
                long offset = Explain.get(answers.partitionResult(partition)).offset();
                if (offset < 0) continue;
                terminal.line(partition.topic() + ":" + partition.partition() + ":" + offset);
            } catch (KafkaException e) {
                terminal.complain("Skip getting offsets for topic-partition " + partition
                    + " due to error: " + Explain.line(e));
                code = Failed.FAILED;
            }
        }
        return code;
    }

    static OffsetSpec spec(String time) {
        return switch (time) {
            case "latest", "-1" -> OffsetSpec.latest();
            case "earliest", "-2" -> OffsetSpec.earliest();
            case "max-timestamp", "-3" -> OffsetSpec.maxTimestamp();
            case "earliest-local", "-4" -> OffsetSpec.earliestLocal();
            case "latest-tiered", "-5" -> OffsetSpec.latestTiered();
            case "earliest-pending-upload", "-6" -> OffsetSpec.earliestPendingUpload();
            default -> {
                long timestampMs = Given.number("--time", time);
                if (timestampMs < 0) throw Failed.usage("--time " + time + " has no meaning");
                yield OffsetSpec.forTimestamp(timestampMs);
            }
        };
    }

    static Predicate<TopicPartition> filter(Given given) {
        if (given.has("--topic-partitions")) {
            var rules = new ArrayList<Predicate<TopicPartition>>();
            for (String rule : Given.commas(given.required("--topic-partitions"))) {
                rules.add(rule(rule));
            }
            return partition -> rules.stream().anyMatch(rule -> rule.test(partition));
        }
        var topics = Topics.pattern(KafkaTopics.pattern(given.text("--topic", ".*")));
        List<Integer> only = Topics.integers("--partitions",
            given.text("--partitions").map(List::of).orElse(List.of()));
        return partition -> topics.matcher(partition.topic()).matches()
            && (only.isEmpty() || only.contains(partition.partition()));
    }

    private static Predicate<TopicPartition> rule(String text) {
        Matcher matcher = RULE.matcher(text.strip());
        if (!matcher.matches()) throw Failed.usage("'" + text + "' is not topic:partitions");
        String named = matcher.group(1);
        var topics = Topics.pattern(named.isEmpty() ? ".*" : named);
        int from = number(matcher.group(3), 0);
        int until = number(matcher.group(4), Integer.MAX_VALUE);
        int exact = number(matcher.group(2), -1);
        return partition -> topics.matcher(partition.topic()).matches()
            && (exact >= 0
                ? partition.partition() == exact
                : partition.partition() >= from && partition.partition() < until);
    }

    private static int number(@org.jspecify.annotations.Nullable String digits, int otherwise) {
        if (digits == null || digits.isEmpty()) return otherwise;
        return Given.smallNumber("a partition", digits);
    }
}
