package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ClusterRequest.PartitionSize;
import dev.naru.metadata.NodeImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Tells the controller how large the partitions are that this node leads, which it spreads over nodes
/// by that: over and over, a part of them at a time. Owned by the control loop.
final class SizeReports {
    private static final long INTERVAL_NS = 10_000 * Now.NS_PER_MS;
    /// A part of so many is some 60 KB.
    static final int PART_MAX = 2_000;
    private final Loop loop;
    private final Cluster cluster;
    private final Partitions partitions;
    private final Controller controller;
    private final int partMax;
    private List<PartitionSize> round = new ArrayList<>();
    private int told;
    private boolean isOver;

    /// Where it is told; the answer comes on the control loop.
    interface Controller {
        void tell(ClusterRequest.TellSizes sizes, Consumer<ClusterAnswer> answer);
    }

    /// `partMax` partitions are told at a time.
    SizeReports(Loop loop, Cluster cluster, Partitions partitions, Controller controller,
        int partMax) {
        this.loop = loop;
        this.cluster = cluster;
        this.partitions = partitions;
        this.controller = controller;
        this.partMax = partMax;
    }

    void start() {
        loop.after(INTERVAL_NS, this::tick);
    }

    void stop() {
        isOver = true;
    }

    private void tick() {
        if (isOver) return;
        if (told == 0) gather(0, new ArrayList<>());
        else
            tell();
    }

    /// What the loops from this one on lead.
    private void gather(int loopIndex, List<PartitionSize> found) {
        if (loopIndex == partitions.loopCount()) {
            round = found;
            tell();
            return;
        }
        var table = partitions.table(loopIndex);
        Partitions.on(table.shared().loop(), () -> {
            var sizes = led(table);
            Partitions.on(loop, () -> {
                found.addAll(sizes);
                gather(loopIndex + 1, found);
            });
        });
    }

    private static List<PartitionSize> led(PartitionTable table) {
        var sizes = new ArrayList<PartitionSize>();
        for (var partition : table.all()) {
            if (!partition.leads()) continue;
            // one that holds nothing held something when it was told before, maybe
            sizes.add(new PartitionSize(partition.id().topicId(), partition.id().index(),
                partition.log().sizeBytes()));
        }
        return sizes;
    }

    private void tell() {
        if (isOver) return;
        int until = Math.min(round.size(), told + partMax);
        boolean isLast = until == round.size();
        long brokerEpoch = cluster.image().node(cluster.nodeId()).map(NodeImage::brokerEpoch)
            .orElse(-1L);
        var part = List.copyOf(round.subList(told, until));
        var telling = new ClusterRequest.TellSizes(cluster.nodeId(), brokerEpoch, told, part,
            isLast);
        controller.tell(telling, answer -> {
            // what was lost comes again with a new round
            boolean goesOn = answer instanceof ClusterAnswer.SizesHeard && !isLast;
            told = goesOn ? until : 0;
            if (!goesOn) round = List.of();
            loop.after(INTERVAL_NS, this::tick);
        });
    }
}
