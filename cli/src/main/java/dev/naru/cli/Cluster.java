package dev.naru.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/// `naru cluster ...`.
final class Cluster {
    private Cluster() {}

    static final class Overview implements Command {
        @Override public Flags flags() {
            return Flags.of("naru cluster info", "Shows the cluster and its brokers.").cluster()
                .json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                var answer = admin.describeCluster();
                String id = Explain.get(answer.clusterId());
                Node controller = Explain.get(answer.controller());
                var topics = Explain.get(admin.listTopics().names());
                var sheet = new Sheet("id", "host", "port", "rack", "controller");
                for (Node node : nodes(admin)) {
                    sheet.row(node.id(), node.host(), node.port(),
                        node.hasRack() ? node.rack() : "",
                        controller != null && node.id() == controller.id());
                }
                if (given.json()) {
                    var object = new LinkedHashMap<String, Object>();
                    object.put("clusterId", id);
                    object.put("controller", controller == null ? -1 : controller.id());
                    object.put("topics", topics.size());
                    object.put("brokers", sheet.objects());
                    terminal.line(Json.pretty(object));
                    return 0;
                }
                terminal.line("cluster " + id + "  topics " + topics.size());
                terminal.line("");
                sheet.print(terminal, false);
                return 0;
            }
        }
    }

    static final class Health implements Command {
        @Override public Flags flags() {
            return Flags.of("naru cluster health",
                "Says whether all partitions have a leader and all of their replicas; exits with 1"
                    + " if not.")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                Node controller = Explain.get(admin.describeCluster().controller());
                var names = Explain
                    .get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
                var leaderless = new ArrayList<String>();
                var behind = new ArrayList<String>();
                for (TopicDescription topic : Topics.described(admin, List.copyOf(names))
                    .values()) {
                    judge(topic, leaderless, behind);
                }
                boolean led = controller != null && !controller.isEmpty();
                boolean healthy = led && leaderless.isEmpty() && behind.isEmpty();
                var report = new LinkedHashMap<String, Object>();
                report.put("healthy", healthy);
                report.put("controller", led ? controller.id() : -1);
                report.put("brokers", nodes(admin).size());
                report.put("partitionsWithoutLeader", leaderless);
                report.put("underReplicatedPartitions", behind);
                if (given.json()) terminal.line(Json.pretty(report));
                else
                    report.forEach((name, value) -> terminal.line(name + ": " + value));
                return healthy ? 0 : Failed.FAILED;
            }
        }

        private static void judge(TopicDescription topic, List<String> leaderless,
            List<String> behind) {
            for (TopicPartitionInfo partition : topic.partitions()) {
                String name = topic.name() + "-" + partition.partition();
                Node leader = partition.leader();
                if (leader == null || leader.isEmpty()) leaderless.add(name);
                if (partition.isr().size() < partition.replicas().size()) behind.add(name);
            }
        }
    }

    static final class LogDirs implements Command {
        @Override public Flags flags() {
            return Flags.of("naru cluster log-dirs", "Shows the size of partitions on disk.")
                .texts("--topic,-t", "name", "Only this topic; may be repeated.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var only = given.texts("--topic");
            try (Admin admin = Link.of(given).admin()) {
                var sheet = new Sheet("broker", "dir", "topic", "partition", "sizeBytes",
                    "offsetLag");
                dirs(admin, nodes(admin).stream().map(Node::id).toList())
                    .forEach((broker, dirs) -> dirs
                        .forEach((dir, found) -> add(sheet, only, broker, dir, found)));
                sheet.print(terminal, given.json());
                return 0;
            }
        }

        private static void add(Sheet sheet, List<String> only, int broker, String dir,
            LogDirDescription found) {
            var replicas = new TreeMap<TopicPartition, ReplicaInfo>(Order.BY_PARTITION);
            replicas.putAll(found.replicaInfos());
            replicas.forEach((partition, replica) -> {
                if (!only.isEmpty() && !only.contains(partition.topic())) return;
                sheet.row(broker, dir, partition.topic(), partition.partition(), replica.size(),
                    replica.offsetLag());
            });
        }
    }

    static final class ApiVersions implements Command {
        @Override public Flags flags() {
            return Flags.of("naru cluster api-versions", "Shows which requests the brokers serve.")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            Link link = Link.of(given);
            try (Admin admin = link.admin()) {
                var sheet = new Sheet("broker", "api", "name", "min", "max");
                for (Node node : nodes(admin)) {
                    for (ApiQuery.Range range : ApiQuery.ask(link, node)) {
                        sheet.row(node.id(), range.key(), range.name(), range.min(), range.max());
                    }
                }
                sheet.print(terminal, given.json());
                return 0;
            }
        }
    }

    static List<Node> nodes(Admin admin) {
        return Explain.get(admin.describeCluster().nodes()).stream()
            .sorted(Comparator.comparingInt(Node::id)).toList();
    }

    static Map<Integer, Map<String, LogDirDescription>> dirs(Admin admin, List<Integer> brokers) {
        return new TreeMap<>(Explain.get(admin.describeLogDirs(brokers).allDescriptions()));
    }

    /// How far a member of the quorum is behind its leader.
    static long lag(QuorumInfo quorum, long logEndOffset) {
        long leaderEnd = quorum.voters().stream()
            .filter(voter -> voter.replicaId() == quorum.leaderId())
            .mapToLong(QuorumInfo.ReplicaState::logEndOffset).findFirst().orElse(logEndOffset);
        return Math.max(0, leaderEnd - logEndOffset);
    }
}
