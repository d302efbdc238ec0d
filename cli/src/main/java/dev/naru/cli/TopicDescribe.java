package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;

/// `naru topic describe`.
final class TopicDescribe implements Command {
    @Override public Flags flags() {
        return Flags.of("naru topic describe", "Shows partitions, offsets and settings of topics.")
            .words("NAME...", "1..*", "The topics' names.")
            .on("--all-configs,-a", "Shows the settings that have their defaults too.").cluster()
            .json();
    }

    @Override public int run(Given given, Terminal terminal) {
        var topics = new ArrayList<Map<String, Object>>();
        try (Admin admin = Link.of(given).admin()) {
            for (TopicDescription topic : Topics.described(admin, given.words()).values()) {
                Sheet partitions = partitions(admin, topic);
                Sheet settings = settings(admin, topic.name(), given.has("--all-configs"));
                if (given.json()) topics.add(object(topic, partitions, settings));
                else
                    print(terminal, topic, partitions, settings);
            }
        }
        if (given.json()) terminal.line(Json.pretty(topics));
        return 0;
    }

    private static Sheet partitions(Admin admin, TopicDescription topic) {
        var starts = offsets(admin, topic, OffsetSpec.earliest());
        var ends = offsets(admin, topic, OffsetSpec.latest());
        var sheet = new Sheet("partition", "leader", "replicas", "isr", "logStartOffset",
            "logEndOffset");
        for (TopicPartitionInfo partition : topic.partitions()) {
            var key = new TopicPartition(topic.name(), partition.partition());
            Node leader = partition.leader();
            sheet.row(partition.partition(),
                leader == null || leader.isEmpty() ? "" : (Object) leader.id(),
                ids(partition.replicas()), ids(partition.isr()), offset(starts.get(key)),
                offset(ends.get(key)));
        }
        return sheet;
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> offsets(Admin admin,
        TopicDescription topic, OffsetSpec spec) {
        var asked = new LinkedHashMap<TopicPartition, OffsetSpec>();
        for (TopicPartitionInfo partition : topic.partitions()) {
            Node leader = partition.leader();
            if (leader == null || leader.isEmpty()) continue;
            asked.put(new TopicPartition(topic.name(), partition.partition()), spec);
        }
        return Topics.offsets(admin, asked);
    }

    private static Object offset(@org.jspecify.annotations.Nullable ListOffsetsResultInfo found) {
        return found == null ? "" : (Object) found.offset();
    }

    private static Sheet settings(Admin admin, String topic, boolean all) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = Explain
            .get(admin.describeConfigs(List.of(resource)).values().get(resource));
        var sheet = new Sheet("key", "value", "source");
        config.entries().stream()
            .filter(entry -> all || entry.source() != ConfigEntry.ConfigSource.DEFAULT_CONFIG)
            .sorted(java.util.Comparator.comparing(ConfigEntry::name))
            .forEach(entry -> sheet.row(entry.name(), Configs.value(entry),
                entry.source().name()));
        return sheet;
    }

    private static void print(Terminal terminal, TopicDescription topic, Sheet partitions,
        Sheet settings) {
        terminal.line(topic.name() + "  id " + topic.topicId() + "  partitions "
            + topic.partitions().size() + "  replicas " + Topics.replicas(topic)
            + (topic.isInternal() ? "  internal" : ""));
        terminal.line("");
        partitions.print(terminal, false);
        terminal.line("");
        if (!settings.isEmpty()) {
            settings.print(terminal, false);
            terminal.line("");
        }
    }

    private static Map<String, Object> object(TopicDescription topic, Sheet partitions,
        Sheet settings) {
        var object = new LinkedHashMap<String, Object>();
        object.put("name", topic.name());
        object.put("topicId", topic.topicId().toString());
        object.put("internal", topic.isInternal());
        object.put("partitions", partitions.objects());
        object.put("configs", settings.objects());
        return object;
    }

    static List<Integer> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }
}
