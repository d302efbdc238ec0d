package dev.naru.cli;

import dev.naru.metadata.ClusterAnswer.BalanceDescribed;
import dev.naru.metadata.ClusterAnswer.MoveStanding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// How far moves of replicas have got: what the new replicas hold of what the leader holds, and how much
/// came in a second.
final class Moves {
    private static final long SAMPLE_NS = 1_000_000_000L;

    /// A replica: a partition and the node that has it.
    private record Replica(TopicPartition partition, int node) {}

    private Moves() {}

    static Sheet sheet(Admin admin, BalanceDescribed now) {
        var sheet = new Sheet("partition", "replicas", "adding", "removing", "by", "copiedBytes",
            "ofBytes", "bytesPerSecond", "why");
        if (now.moves().isEmpty()) return sheet;
        var nodes = new TreeSet<Integer>();
        now.moves().forEach(move -> nodes.addAll(move.replicas()));
        var before = sizes(admin, nodes);
        LockSupport.parkNanos(SAMPLE_NS);
        var after = sizes(admin, nodes);
        for (var move : now.moves()) {
            var partition = new TopicPartition(move.partition().topic(),
                move.partition().partition());
            long copied = copied(after, partition, move);
            long whole = Math.max(1, move.adding().size())
                * largest(after, partition, move.replicas());
            sheet.row(partition.toString(), move.replicas(), move.adding(), move.removing(),
                move.isByCluster() ? "cluster" : "hand", copied, whole,
                Math.max(0, copied - copied(before, partition, move)), move.why());
        }
        return sheet;
    }

    private static long copied(Map<Replica, Long> sizes, TopicPartition partition,
        MoveStanding move) {
        return move.adding().stream()
            .mapToLong(node -> sizes.getOrDefault(new Replica(partition, node), 0L)).sum();
    }

    private static long largest(Map<Replica, Long> sizes, TopicPartition partition,
        List<Integer> nodes) {
        return nodes.stream()
            .mapToLong(node -> sizes.getOrDefault(new Replica(partition, node), 0L)).max()
            .orElse(0);
    }

    /// Nodes that cannot be asked are left out.
    private static Map<Replica, Long> sizes(Admin admin, Iterable<Integer> nodes) {
        var living = new TreeSet<Integer>();
        Cluster.nodes(admin).forEach(node -> living.add(node.id()));
        var asked = new ArrayList<Integer>();
        nodes.forEach(node -> {
            if (living.contains(node)) asked.add(node);
        });
        Map<Replica, Long> sizes = new HashMap<>();
        var answers = admin.describeLogDirs(asked).descriptions();
        answers.forEach((node, answer) -> {
            try {
                Explain.get(answer).values().forEach(dir -> dir.replicaInfos().forEach(
                    (partition, replica) -> sizes.merge(new Replica(partition, node),
                        replica.size(), Math::max)));
            } catch (KafkaException unreachable) {
                // it is shown as not copied yet
            }
        });
        return sizes;
    }
}
