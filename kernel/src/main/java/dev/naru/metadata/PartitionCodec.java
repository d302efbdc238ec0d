package dev.naru.metadata;

import dev.naru.base.Limits;
import dev.naru.metadata.ClusterRecord.ChangedPartition;
import java.util.ArrayList;
import java.util.List;

/// Partitions as bytes, within a fact of some version. From version 1 on each ends with the replicas that
/// join and those that leave (KIP-455), from version 2 on also with whether the cluster moves them by
/// itself; facts of which nothing moves stay at version 0, which every release reads.
///
/// @param version of the fact they stand in
record PartitionCodec(int version) {
    static final int NEWEST = 2;
    /// The first that says who moves replicas.
    private static final int WITH_ORIGIN = 2;
    private static final int WITH_MOVES = 1;

    /// For what a fact holds.
    static PartitionCodec of(ClusterRecord fact) {
        var partitions = switch (fact) {
            case ClusterRecord.TopicCreated created -> created.partitions();
            case ClusterRecord.PartitionsAdded added -> added.partitions();
            case ClusterRecord.PartitionChanged changed -> List.of(changed.state());
            case ClusterRecord.PartitionsChanged changed -> changed.partitions().stream()
                .map(ClusterRecord.ChangedPartition::state).toList();
            default -> List.<PartitionImage>of();
        };
        int version = 0;
        for (var each : partitions)
            version = Math.max(version, needed(each.moving()));
        return new PartitionCodec(version);
    }

    private static int needed(Reassignment moving) {
        if (moving.isByCluster()) return WITH_ORIGIN;
        return moving.isUnderWay() ? WITH_MOVES : 0;
    }

    void writeAll(List<PartitionImage> partitions, FactWriter out) {
        out.unsigned(partitions.size());
        int from = 0;
        while (from < partitions.size()) {
            var first = partitions.get(from);
            int to = from + 1;
            while (to < partitions.size() && partitions.get(to).equals(first))
                to++;
            out.unsigned(to - from);
            write(first, out);
            from = to;
        }
    }

    List<PartitionImage> readAll(FactReader in) throws Undecodable {
        int size = in.count(Limits.PARTITIONS_PER_TOPIC_MAX);
        var partitions = new ArrayList<PartitionImage>(Math.min(size, Limits.INITIAL_CAPACITY_MAX));
        while (partitions.size() < size) {
            int run = in.count(size - partitions.size());
            if (run == 0) throw new Undecodable("a run of no partitions");
            var partition = read(in);
            for (int i = 0; i < run; i++)
                partitions.add(partition);
        }
        return ChunkedList.of(partitions);
    }

    void writeChanged(List<ChangedPartition> changed, FactWriter out) {
        out.list(changed, each -> {
            out.unsigned(each.partition());
            write(each.state(), out);
        });
    }

    List<ChangedPartition> readChanged(FactReader in) throws Undecodable {
        return in.list(() -> new ChangedPartition(in.count(Integer.MAX_VALUE), read(in)));
    }

    void write(PartitionImage partition, FactWriter out) {
        out.signed(partition.leader());
        out.unsigned(partition.leaderEpoch());
        out.unsigned(partition.partitionEpoch());
        out.ints(partition.replicas());
        out.ints(partition.isr());
        out.ints(partition.elr());
        out.ints(partition.lastKnownElr());
        if (version == 0) return;
        out.ints(partition.moving().adding());
        out.ints(partition.moving().removing());
        if (version >= WITH_ORIGIN) out.flag(partition.moving().isByCluster());
    }

    PartitionImage read(FactReader in) throws Undecodable {
        int leader = in.int32();
        int leaderEpoch = in.count(Integer.MAX_VALUE);
        int partitionEpoch = in.count(Integer.MAX_VALUE);
        var replicas = in.ints();
        var isr = in.ints();
        var elr = in.ints();
        var lastKnownElr = in.ints();
        var moving = version == 0
            ? Reassignment.NONE
            : new Reassignment(in.ints(), in.ints(), version >= WITH_ORIGIN && in.flag());
        return new PartitionImage(leader, leaderEpoch, partitionEpoch, replicas,
            isr.equals(replicas) ? replicas : isr, elr, lastKnownElr, moving);
    }
}
