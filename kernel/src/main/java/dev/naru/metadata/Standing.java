package dev.naru.metadata;

import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.metadata.Balance.Step;
import dev.naru.metadata.ClusterAnswer.BalanceDescribed;
import dev.naru.metadata.ClusterAnswer.MoveStanding;
import dev.naru.metadata.ClusterAnswer.NodeStanding;
import dev.naru.metadata.ClusterAnswer.PlannedMove;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// How the nodes and the moves of replicas stand, for an operator: one pass over the partitions of an
/// image, and what the controller has heard of the nodes.
final class Standing {
    private final ClusterImage image;
    private final NodeSessions sessions;
    private final Function<PartitionRef, Optional<Step>> reasons;
    private final Map<Integer, Integer> replicas = new TreeMap<>();
    private final Map<Integer, Integer> leaders = new TreeMap<>();
    private final Map<Integer, Integer> preferred = new TreeMap<>();
    private final List<MoveStanding> moves = new ArrayList<>();
    private int leaderless;
    private int underReplicated;

    Standing(ClusterImage image, NodeSessions sessions,
        Function<PartitionRef, Optional<Step>> reasons) {
        this.image = image;
        this.sessions = sessions;
        this.reasons = reasons;
    }

    BalanceDescribed describe(boolean isEnabled, List<Step> planned) {
        for (var topic : image.topics()) {
            for (int index = 0; index < topic.partitionCount(); index++)
                count(new PartitionRef(topic.name(), index), topic.partitions().get(index));
        }
        var draining = Draining.of(image);
        var nodes = new ArrayList<NodeStanding>();
        for (var node : image.nodes().values()) {
            int id = node.nodeId();
            nodes.add(new NodeStanding(id, node.rack(),
                node.state().name().toLowerCase(Locale.ROOT), draining.contains(id),
                sessions.silentNs(id) / Now.NS_PER_MS, replicas.getOrDefault(id, 0),
                leaders.getOrDefault(id, 0), preferred.getOrDefault(id, 0)));
        }
        var steps = planned.stream().map(step -> new PlannedMove(step.partition(), step.before(),
            step.after(), step.reason())).toList();
        return new BalanceDescribed(isEnabled, leaderless, underReplicated, nodes, moves, steps);
    }

    private void count(PartitionRef ref, PartitionImage partition) {
        partition.replicas().forEach(id -> replicas.merge(id, 1, Integer::sum));
        preferred.merge(partition.preferredLeader(), 1, Integer::sum);
        if (partition.hasLeader()) leaders.merge(partition.leader(), 1, Integer::sum);
        else
            leaderless++;
        var moving = partition.moving();
        // a replica that joins is not missed yet
        if (!partition.isr().containsAll(moving.origin(partition.replicas()))) underReplicated++;
        if (!moving.isUnderWay() || moves.size() >= Limits.MOVES_DESCRIBED_MAX) return;
        moves.add(new MoveStanding(ref, partition.replicas(), moving.adding(), moving.removing(),
            moving.isByCluster(), reasons.apply(ref).map(Step::reason).orElse("")));
    }
}
