package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/// kafka-log-dirs.
final class KafkaLogDirs implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-log-dirs", "Shows the size of partitions on disk, as JSON.")
            .on("--describe", "Shows them.")
            .text("--broker-list", "ids", "Only these brokers: 0,1.")
            .text("--topic-list", "topics", "Only these topics: a,b.")
            .text("--bootstrap-server", "host:port", "Brokers to start from.")
            .text("--command-config", "file", "A file of Kafka client properties.")
            .on("--version", "Prints the version.");
    }

    @Override public String errorPrefix(String name) {
        return "ERROR: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        if (!given.has("--describe")) throw Failed.usage("give --describe");
        var topics = words(given.text("--topic-list", ""));
        try (Admin admin = Link.ofKafka(given).admin()) {
            var known = Cluster.nodes(admin).stream().map(Node::id).toList();
            var asked = Topics.integers("--broker-list", words(given.text("--broker-list", "")));
            var strangers = asked.stream().filter(id -> !known.contains(id)).toList();
            if (!strangers.isEmpty()) {
                throw Failed.because("The given brokers do not exist from --broker-list: "
                    + joined(strangers) + ". Current existent brokers: " + joined(known));
            }
            List<Integer> brokers = asked.isEmpty() ? known : asked;
            terminal.line("Querying brokers for log directories information");
            var found = Cluster.dirs(admin, brokers);
            terminal.line("Received log directory information from brokers " + joined(brokers));
            terminal.line(Json.compact(object(found, topics)));
            return 0;
        }
    }

    static Map<String, Object> object(Map<Integer, Map<String, LogDirDescription>> found,
        List<String> topics) {
        var brokers = new ArrayList<Map<String, Object>>();
        found.forEach((id, dirs) -> {
            Map<String, Object> broker = new LinkedHashMap<>();
            broker.put("broker", id);
            var listed = new ArrayList<Map<String, Object>>();
            dirs.forEach((path, dir) -> listed.add(dir(path, dir, topics)));
            broker.put("logDirs", listed);
            brokers.add(broker);
        });
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("brokers", brokers);
        object.put("version", 1);
        return object;
    }

    private static Map<String, Object> dir(String path, LogDirDescription dir,
        List<String> topics) {
        var sorted = new TreeMap<TopicPartition, ReplicaInfo>(Order.BY_PARTITION);
        dir.replicaInfos().forEach((partition, replica) -> {
            if (topics.isEmpty() || topics.contains(partition.topic())) {
                sorted.put(partition, replica);
            }
        });
        var partitions = new ArrayList<Map<String, Object>>();
        sorted.forEach((partition, replica) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("partition", partition.toString());
            one.put("size", replica.size());
            one.put("offsetLag", replica.offsetLag());
            one.put("isFuture", replica.isFuture());
            partitions.add(one);
        });
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("partitions", partitions);
        object.put("error", dir.error() == null ? Json.nothing() : dir.error().toString());
        object.put("logDir", path);
        return object;
    }

    private static List<String> words(String list) {
        return list.isBlank() ? List.of() : List.of(list.strip().split("\\s*,\\s*"));
    }

    private static String joined(List<Integer> ids) {
        return String.join(",", ids.stream().map(String::valueOf).toList());
    }
}
