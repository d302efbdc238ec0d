package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import dev.naru.config.TopicNames;
import dev.naru.metadata.ConfigResource;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.Reassignment;
import dev.naru.metadata.TopicImage;
import dev.naru.replica.CopyBudget;
import java.util.Arrays;
import java.util.Optional;

/// Which copying of replicas is bounded on this node, and by which budget (KIP-73): what settings
/// of the topic name, and what the cluster moves by itself, as long as the replica is not in sync.
/// Made on the control loop, read by all.
final class Throttles {
    private static final String AS_FOLLOWER = "follower.replication.throttled.rate";
    private static final String AS_LEADER = "leader.replication.throttled.rate";

    private final Cluster cluster;
    private final CopyBudget asFollower;
    private final CopyBudget asLeader;
    private final CopyBudget ofOwnMoves;

    Throttles(Cluster cluster, Loop controlLoop, Clock clock) {
        this.cluster = cluster;
        this.asFollower = new CopyBudget(controlLoop, clock,
            () -> cluster.live().number(AS_FOLLOWER));
        this.asLeader = new CopyBudget(controlLoop, clock,
            () -> cluster.live().number(AS_LEADER));
        this.ofOwnMoves = new CopyBudget(controlLoop, clock,
            () -> cluster.live().number("naru.balance.bytes.per.second"));
    }

    /// What bounds the replica that this node has of a partition it does not lead.
    Optional<CopyBudget> ofFollower(TopicImage topic, int index) {
        if (isInSync(topic, index, cluster.nodeId())) return Optional.empty();
        if (isNamed(TopicNames.FOLLOWER_REPLICATION_THROTTLED_REPLICAS, topic, index))
            return Optional.of(asFollower);
        return topic.partition(index).map(PartitionImage::moving)
            .filter(Reassignment::isByCluster)
            .filter(moving -> moving.adding().contains(cluster.nodeId()))
            .map(_ -> ofOwnMoves);
    }

    /// What bounds how fast this node gives a partition that it leads to the replica on another.
    Optional<CopyBudget> ofLeader(TopicImage topic, int index, int replicaId) {
        boolean isBounded = cluster.live().number(AS_LEADER) != CopyBudget.UNLIMITED
            && !isInSync(topic, index, replicaId)
            && isNamed(TopicNames.LEADER_REPLICATION_THROTTLED_REPLICAS, topic, index);
        return isBounded ? Optional.of(asLeader) : Optional.empty();
    }

    private static boolean isInSync(TopicImage topic, int index, int nodeId) {
        return topic.partition(index).filter(each -> each.isr().contains(nodeId)).isPresent();
    }

    /// Whether the topic's setting names this node's replica, as `partition:node` or by `*`.
    private boolean isNamed(String setting, TopicImage topic, int index) {
        var named = cluster.image().configs(ConfigResource.topic(topic.name())).get(setting);
        if (named == null || named.isEmpty()) return false;
        var own = index + ":" + cluster.nodeId();
        return Arrays.stream(named.split(",")).map(String::strip)
            .anyMatch(each -> each.equals("*") || each.equals(own));
    }
}
