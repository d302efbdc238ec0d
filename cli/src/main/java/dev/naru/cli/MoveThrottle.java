package dev.naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// Bounds what moving replicas may copy, by the settings Kafka has for it (KIP-73): a rate on every node,
/// and on each topic the replicas it holds for.
record MoveThrottle(Admin admin) {
    private static final List<String> RATES = List.of("leader.replication.throttled.rate",
        "follower.replication.throttled.rate");
    private static final String LEADERS = "leader.replication.throttled.replicas";
    private static final String FOLLOWERS = "follower.replication.throttled.replicas";

    void set(Assignment current, Assignment wanted, long bytesPerSecond, Terminal terminal) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String node : nodes()) {
            var rates = new ArrayList<AlterConfigOp>();
            for (String rate : RATES)
                rates.add(set(rate, Long.toString(bytesPerSecond)));
            changes.put(new ConfigResource(ConfigResource.Type.BROKER, node), rates);
        }
        var leaders = new TreeMap<String, List<String>>();
        var followers = new TreeMap<String, List<String>>();
        wanted.replicas().forEach((partition, nodes) -> {
            var before = current.replicas().getOrDefault(partition, List.of());
            add(leaders, partition, before);
            add(followers, partition,
                nodes.stream().filter(node -> !before.contains(node)).toList());
        });
        for (String topic : wanted.topics()) {
            changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(set(LEADERS, join(leaders.get(topic))),
                    set(FOLLOWERS, join(followers.get(topic)))));
        }
        Explain.get(admin.incrementalAlterConfigs(changes).all());
        terminal.line("Warning: You must run --verify periodically, until the reassignment"
            + " completes, to ensure the throttle is removed.");
        terminal.line("The inter-broker throttle limit was set to " + bytesPerSecond + " B/s");
    }

    void clear(Collection<String> topics, Terminal terminal) {
        var nodes = nodes();
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String node : nodes) {
            changes.put(new ConfigResource(ConfigResource.Type.BROKER, node),
                RATES.stream().map(MoveThrottle::delete).toList());
        }
        for (String topic : topics) {
            changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(delete(LEADERS), delete(FOLLOWERS)));
        }
        Explain.get(admin.incrementalAlterConfigs(changes).all());
        terminal.line("Clearing broker-level throttles on broker" + (nodes.size() == 1 ? "" : "s")
            + " " + String.join(",", nodes));
        terminal.line("Clearing topic-level throttles on topic" + (topics.size() == 1 ? "" : "s")
            + " " + String.join(",", topics));
    }

    private Collection<String> nodes() {
        var ids = new TreeSet<Integer>();
        for (Node node : Explain.get(admin.describeCluster().nodes()))
            ids.add(node.id());
        return ids.stream().map(String::valueOf).toList();
    }

    private static void add(Map<String, List<String>> into, TopicPartition partition,
        List<Integer> nodes) {
        var list = into.computeIfAbsent(partition.topic(), _ -> new ArrayList<>());
        for (int node : nodes)
            list.add(partition.partition() + ":" + node);
    }

    private static String join(@Nullable List<String> replicas) {
        return replicas == null ? "" : replicas.stream().collect(Collectors.joining(","));
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private static AlterConfigOp delete(String name) {
        return new AlterConfigOp(new ConfigEntry(name, ""), AlterConfigOp.OpType.DELETE);
    }
}
