package dev.naru.broker;

import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ClusterRecord;
import dev.naru.metadata.PartitionImage;
import java.util.List;

/// Counts what becomes of the ISRs of the partitions that this node leads, and elections of leaders that
/// may lack what was acknowledged, where this node decides about the cluster. Owned by the control loop.
public final class IsrTally {
    private final Cluster cluster;
    private long shrinks;
    private long expands;
    private long uncleanElections;

    IsrTally(Cluster cluster) {
        this.cluster = cluster;
    }

    /// The cluster has agreed on `facts`.
    void changed(ClusterImage before, List<ClusterRecord> facts) {
        for (var fact : facts) {
            switch (fact) {
                case ClusterRecord.PartitionChanged changed ->
                    count(before, changed.topicId(), changed.partition(), changed.state());
                case ClusterRecord.PartitionsChanged changed -> {
                    for (var each : changed.partitions())
                        count(before, changed.topicId(), each.partition(), each.state());
                }
                default -> {
                }
            }
        }
    }

    private void count(ClusterImage before, Uuid topicId, int index,
        PartitionImage after) {
        before.topic(topicId).flatMap(topic -> topic.partition(index))
            .ifPresent(was -> count(was, after));
    }

    private void count(PartitionImage was, PartitionImage is) {
        boolean isUnclean = is.hasLeader() && is.leader() != was.leader()
            && !was.isr().contains(is.leader()) && !was.elr().contains(is.leader());
        if (isUnclean && cluster.controllerId() == cluster.nodeId()) uncleanElections++;
        if (is.leader() != cluster.nodeId()) return;
        if (is.isr().size() < was.isr().size()) shrinks++;
        if (is.isr().size() > was.isr().size()) expands++;
    }

    /// What was counted up to now.
    Reading reading() {
        return new Reading(shrinks, expands, uncleanElections);
    }

    /// What was counted up to now.
    ///
    /// @param shrinks how often the ISR of a partition led here became smaller
    /// @param expands and larger
    /// @param uncleanElections leaders who were known neither to be in sync nor to have everything
    public record Reading(long shrinks, long expands, long uncleanElections) {}
}
