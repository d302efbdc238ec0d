package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// kafka-topics.
final class KafkaTopics implements Command {
    private static final List<String> ACTIONS = List.of("--create", "--list", "--describe",
        "--alter", "--delete");

    @Override public Flags flags() {
        return Flags.of("kafka-topics", "Creates, lists, describes, alters and deletes topics.")
            .on("--create", "Creates a topic.").on("--list", "Lists the topics.")
            .on("--describe", "Shows topics and their partitions.")
            .on("--alter", "Adds partitions.").on("--delete", "Deletes topics.")
            .text("--topic", "topic", "The topic; a regular expression but for --create.")
            .text("--topic-id", "id", "The topic to describe, by its id.")
            .text("--partitions", "n", "How many partitions.")
            .text("--replication-factor", "n", "How many replicas of each partition.")
            .text("--replica-assignment", "1:2,2:3",
                "The brokers of each partition, the preferred leader first.")
            .texts("--config", "name=value", "A setting of a new topic; may be repeated.")
            .texts("--delete-config", "name", "Refused: see kafka-configs.")
            .on("--if-exists", "Is content if the topic is not there.")
            .on("--if-not-exists", "Is content if the topic is there already.")
            .on("--exclude-internal", "Leaves internal topics out.")
            .on("--topics-with-overrides", "Only topics with settings of their own.")
            .on("--under-replicated-partitions", "Only partitions that lack a replica.")
            .on("--unavailable-partitions", "Only partitions without a leader.")
            .on("--under-min-isr-partitions", "Only partitions below min.insync.replicas.")
            .on("--at-min-isr-partitions", "Only partitions at min.insync.replicas.")
            .text("--partition-size-limit-per-response", "n", "Accepted and ignored.")
            .kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "Error while executing topic command : ";
    }

    @Override public int run(Given given, Terminal terminal) {
        List<String> actions = ACTIONS.stream().filter(given::has).toList();
        if (actions.size() != 1) {
            throw Failed.usage("give exactly one of " + String.join(", ", ACTIONS));
        }
        String action = actions.getFirst();
        boolean named = given.has("--topic") || given.has("--topic-id");
        if (!named && !action.equals("--list") && !action.equals("--describe")) {
            throw Failed.usage(action + " needs --topic");
        }
        if (given.has("--delete-config")) {
            throw Failed.usage("--delete-config is not possible here; use kafka-configs --alter");
        }
        try (Admin admin = Link.ofKafka(given).admin()) {
            switch (action) {
                case "--create" -> create(admin, given, terminal);
                case "--list" -> topics(admin, given).forEach(terminal::line);
                case "--describe" -> describe(admin, given, terminal);
                case "--alter" -> alter(admin, given);
                default -> delete(admin, given);
            }
            return 0;
        }
    }

    private static void create(Admin admin, Given given, Terminal terminal) {
        String name = given.required("--topic");
        var settings = Topics.pairs("--config", given.texts("--config"));
        try {
            Explain.get(admin.createTopics(List.of(newTopic(given, name).configs(settings))).all());
            terminal.line("Created topic " + name + ".");
        } catch (TopicExistsException e) {
            if (given.has("--if-not-exists")) return;
            throw new TopicExistsException("Topic '" + name + "' already exists"); // scripts look
        }
    }

    static NewTopic newTopic(Given given, String name) {
        var assignment = given.text("--replica-assignment");
        if (assignment.isPresent()) {
            if (given.has("--partitions") || given.has("--replication-factor")) {
                throw Failed
                    .usage("--replica-assignment says both the partitions and the replicas");
            }
            return new NewTopic(name, assignment(assignment.get()));
        }
        var partitions = given.integer("--partitions");
        var replicas = given.integer("--replication-factor");
        if (partitions.isPresent() && partitions.getAsInt() < 1) {
            throw Failed.usage("--partitions is at least 1");
        }
        if (replicas.isPresent()
            && (replicas.getAsInt() < 1 || replicas.getAsInt() > Short.MAX_VALUE)) {
            throw Failed.usage("--replication-factor is from 1 to " + Short.MAX_VALUE);
        }
        return new NewTopic(name,
            partitions.isPresent() ? Optional.of(partitions.getAsInt()) : Optional.empty(),
            replicas.isPresent() ? Optional.of((short) replicas.getAsInt()) : Optional.empty());
    }

    /// `1:2,2:3`: partition 0 on brokers 1 and 2, partition 1 on brokers 2 and 3.
    static Map<Integer, List<Integer>> assignment(String text) {
        var byPartition = new TreeMap<Integer, List<Integer>>();
        for (String partition : Given.commas(text)) {
            var brokers = new ArrayList<Integer>();
            for (String broker : partition.split(":", -1)) {
                int id = Given.smallNumber("--replica-assignment", broker);
                if (brokers.contains(id)) {
                    throw Failed.usage("broker " + id + " has partition " + byPartition.size()
                        + " twice");
                }
                brokers.add(id);
            }
            byPartition.put(byPartition.size(), brokers);
        }
        return byPartition;
    }

    private static void alter(Admin admin, Given given) {
        var total = given.integer("--partitions");
        if (total.isEmpty()) throw Failed.usage("--alter needs --partitions");
        var asked = new LinkedHashMap<String, NewPartitions>();
        var assignment = given.text("--replica-assignment");
        for (TopicDescription topic : Topics.described(admin, topics(admin, given)).values()) {
            NewPartitions more = NewPartitions.increaseTo(total.getAsInt());
            if (assignment.isPresent()) {
                var all = List.copyOf(assignment(assignment.get()).values());
                int known = Math.min(topic.partitions().size(), all.size());
                more = NewPartitions.increaseTo(total.getAsInt(), all.subList(known, all.size()));
            }
            asked.put(topic.name(), more);
        }
        Explain.get(admin.createPartitions(asked).all());
    }

    private static void delete(Admin admin, Given given) {
        Explain.get(admin.deleteTopics(topics(admin, given)).all());
    }

    private static void describe(Admin admin, Given given, Terminal terminal) {
        Map<String, TopicDescription> topics = new TreeMap<>();
        if (given.has("--topic-id")) {
            Uuid id = Uuid.fromString(given.required("--topic-id"));
            Explain.get(admin.describeTopics(TopicCollection.ofTopicIds(List.of(id)))
                .allTopicIds()).values().forEach(topic -> topics.put(topic.name(), topic));
        } else {
            topics.putAll(Topics.described(admin, topics(admin, given)));
        }
        new KafkaTopicLines(admin, given).print(topics.values(), terminal);
    }

    /// The topics that --topic means; all if it is not given.
    private static List<String> topics(Admin admin, Given given) {
        var options = new ListTopicsOptions().listInternal(!given.has("--exclude-internal"));
        var all = Explain.get(admin.listTopics(options).names()).stream().sorted().toList();
        if (!given.has("--topic")) return all;
        String wanted = given.required("--topic");
        var pattern = Topics.pattern(pattern(wanted));
        var found = all.stream().filter(name -> pattern.matcher(name).matches()).toList();
        boolean content = given.has("--if-exists") || given.has("--list");
        if (found.isEmpty() && !content) {
            throw new UnknownTopicOrPartitionException("Topic '" + wanted
                + "' does not exist as expected");
        }
        return found;
    }

    /// Kafka's lists of topics: commas separate alternatives, blanks and quotes do not count.
    static String pattern(String list) {
        return list.strip().replace(" ", "").replaceAll("^[\"']+|[\"']+$", "").replace(',', '|');
    }
}
