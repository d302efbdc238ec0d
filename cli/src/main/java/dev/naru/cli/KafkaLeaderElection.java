package dev.naru.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// kafka-leader-election.
final class KafkaLeaderElection implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-leader-election", "Has leaders of partitions elected.")
            .text("--election-type", "PREFERRED|UNCLEAN",
                "The preferred replicas, or any replica where there is no leader: what only the"
                    + " others have is lost then.")
            .text("--topic", "topic", "With --partition: one partition.")
            .text("--partition", "n", "With --topic: one partition.")
            .on("--all-topic-partitions", "All partitions that need it.")
            .text("--path-to-json-file", "file",
                "{\"partitions\":[{\"topic\":\"t\",\"partition\":0}]}.")
            .text("--admin.config", "file", "A file of Kafka client properties.").kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        var type = type(given.required("--election-type"));
        var asked = asked(given);
        var link = Link.ofKafka(given, List.of("--command-config", "--admin.config"), List.of());
        try (Admin admin = link.admin()) {
            var outcomes = new TreeMap<TopicPartition, Optional<Throwable>>(
                Order.BY_PARTITION);
            outcomes.putAll(Explain.get(admin.electLeaders(type, asked).partitions()));
            return tell(type, outcomes, terminal);
        }
    }

    private static int tell(ElectionType type,
        SortedMap<TopicPartition, Optional<Throwable>> outcomes, Terminal terminal) {
        var done = new TreeSet<TopicPartition>(Order.BY_PARTITION);
        var needless = new TreeSet<TopicPartition>(Order.BY_PARTITION);
        var failed = new ArrayList<String>();
        outcomes.forEach((partition, outcome) -> {
            if (outcome.isEmpty()) done.add(partition);
            else if (outcome.get() instanceof ElectionNotNeededException) needless.add(partition);
            else
                failed.add("Error completing leader election (" + type + ") for partition: "
                    + partition + ": " + Explain.line(outcome.get()));
        });
        if (!done.isEmpty())
            terminal.line("Successfully completed leader election (" + type
                + ") for partitions " + join(done));
        if (!needless.isEmpty())
            terminal.line("Valid replica already elected for partitions " + join(needless));
        failed.forEach(terminal::line);
        if (failed.isEmpty()) return 0;
        throw Failed.because(failed.size() + " replica(s) could not be elected");
    }

    private static String join(Set<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::toString).collect(Collectors.joining(", "));
    }

    private static ElectionType type(String said) {
        try {
            return ElectionType.valueOf(said.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw Failed.usage("--election-type is PREFERRED or UNCLEAN, not '" + said + "'");
        }
    }

    /// Null stands for all.
    private static @Nullable Set<TopicPartition> asked(Given given) {
        var topic = given.text("--topic");
        var partition = given.text("--partition");
        var file = given.text("--path-to-json-file");
        boolean all = given.has("--all-topic-partitions");
        int ways = (topic.isPresent() ? 1 : 0) + (file.isPresent() ? 1 : 0) + (all ? 1 : 0);
        if (ways != 1)
            throw Failed.usage("say which partitions: --topic with --partition,"
                + " --path-to-json-file, or --all-topic-partitions");
        if (topic.isPresent() != partition.isPresent())
            throw Failed.usage("--topic and --partition go together");
        if (topic.isPresent()) {
            return Set.of(new TopicPartition(topic.get(),
                Given.smallNumber("--partition", partition.orElseThrow())));
        }
        if (all) return null;
        return read(file.orElseThrow());
    }

    private static Set<TopicPartition> read(String file) {
        var asked = new TreeSet<TopicPartition>(Order.BY_PARTITION);
        for (JsonNode one : Json.file(file).path("partitions")) {
            boolean isWhole = one.path("topic").isString() && one.path("partition").isInt();
            if (!isWhole)
                throw Failed.because(file + " has a partition without topic and number: " + one);
            var partition = new TopicPartition(one.path("topic").asString(),
                one.path("partition").asInt());
            if (!asked.add(partition))
                throw Failed.because(file + " names " + partition + " twice");
        }
        if (asked.isEmpty()) throw Failed.because(file + " names no partition");
        return asked;
    }
}
