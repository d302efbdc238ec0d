package dev.naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// The lines of `kafka-topics --describe`: one for each topic, one for each partition.
final class KafkaTopicLines {
    private static final List<String> FILTERS = List.of("--under-replicated-partitions",
        "--unavailable-partitions", "--under-min-isr-partitions", "--at-min-isr-partitions");
    private final Admin admin;
    private final Given given;

    KafkaTopicLines(Admin admin, Given given) {
        this.admin = admin;
        this.given = given;
    }

    void print(Collection<TopicDescription> topics, Terminal terminal) {
        boolean filtered = FILTERS.stream().anyMatch(given::has);
        boolean onlyTopics = given.has("--topics-with-overrides");
        Map<String, List<ConfigEntry>> settings = settings(topics);
        for (TopicDescription topic : topics) {
            List<ConfigEntry> own = settings.getOrDefault(topic.name(), List.of());
            if (!filtered && (!onlyTopics || !own.isEmpty())) {
                terminal.line(topicLine(topic, own));
            }
            if (onlyTopics) continue;
            for (TopicPartitionInfo partition : topic.partitions()) {
                if (!filtered || isWanted(partition, topic, own)) {
                    terminal.line(partitionLine(topic.name(), partition));
                }
            }
        }
    }

    static String topicLine(TopicDescription topic, List<ConfigEntry> settings) {
        var texts = settings.stream().map(entry -> entry.name() + "=" + entry.value()).toList();
        return "Topic: " + topic.name() + "\tTopicId: " + topic.topicId() + "\tPartitionCount: "
            + topic.partitions().size() + "\tReplicationFactor: " + Topics.replicas(topic)
            + "\tConfigs: " + String.join(",", texts);
    }

    static String partitionLine(String topic, TopicPartitionInfo partition) {
        Node leader = partition.leader();
        String leads = leader == null || leader.isEmpty() ? "none" : leader.idString();
        return "\tTopic: " + topic + "\tPartition: " + partition.partition() + "\tLeader: " + leads
            + "\tReplicas: " + ids(partition.replicas()) + "\tIsr: " + ids(partition.isr())
            + "\tElr: " + ids(partition.elr()) + "\tLastKnownElr: "
            + ids(partition.lastKnownElr());
    }

    private static String ids(@Nullable List<Node> nodes) {
        if (nodes == null) return "N/A";
        return String.join(",", nodes.stream().map(Node::idString).toList());
    }

    private boolean isWanted(TopicPartitionInfo partition, TopicDescription topic,
        List<ConfigEntry> settings) {
        Node leader = partition.leader();
        int insync = partition.isr().size();
        if (given.has("--unavailable-partitions")) return leader == null || leader.isEmpty();
        if (given.has("--under-replicated-partitions")) {
            return insync < partition.replicas().size();
        }
        int least = settings.stream().filter(entry -> entry.name().equals("min.insync.replicas"))
            .findFirst().map(entry -> Integer.parseInt(entry.value())).orElse(1);
        least = Math.min(least, Topics.replicas(topic));
        return given.has("--at-min-isr-partitions") ? insync == least : insync < least;
    }

    /// The settings of each topic that are not defaults.
    private Map<String, List<ConfigEntry>> settings(Collection<TopicDescription> topics) {
        var resources = topics.stream()
            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name())).toList();
        var settings = new HashMap<String, List<ConfigEntry>>();
        if (resources.isEmpty()) return settings;
        Map<ConfigResource, Config> found = Explain.get(admin.describeConfigs(resources).all());
        found.forEach((resource, config) -> {
            var own = new ArrayList<ConfigEntry>();
            for (ConfigEntry entry : config.entries()) {
                if (!entry.isDefault()) own.add(entry);
            }
            settings.put(resource.name(), own);
        });
        return settings;
    }
}
