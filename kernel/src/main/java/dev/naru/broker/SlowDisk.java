package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.NodeImage;
import dev.naru.partition.FlushPace;
import java.util.List;

/// Looks how long flushes take here, and while they take too long, tells the controller, so that others lead
/// who have better disks. Owned by the control loop.
final class SlowDisk {
    /// The controller remembers it for longer ([ClusterRequest.HandOver]).
    private static final long SAY_AGAIN_NS = 20_000 * Now.NS_PER_MS;
    private static final long PATIENCE_MS = 1_000;

    private final Clock clock;
    private final Cluster cluster;
    private final ControllerLink controller;
    private final List<FlushPace> paces;
    private final Trace trace;
    private boolean isSlow;
    private long saidNs;

    SlowDisk(Clock clock, Cluster cluster, ControllerLink controller, List<FlushPace> paces,
        Trace trace) {
        this.clock = clock;
        this.cluster = cluster;
        this.controller = controller;
        this.paces = List.copyOf(paces);
        this.trace = trace;
    }

    /// Called every now and then, some times a second.
    void look() {
        boolean wasSlow = isSlow;
        isSlow = paces.stream().anyMatch(FlushPace::isSlow);
        if (isSlow != wasSlow)
            trace.emit(isSlow ? new BrokerEvent.DiskSlow() : new BrokerEvent.DiskWell());
        long nowNs = clock.monotonicNs();
        if (!isSlow || (wasSlow && nowNs - saidNs < SAY_AGAIN_NS)) return;
        saidNs = nowNs;
        long brokerEpoch = cluster.image().node(cluster.nodeId()).map(NodeImage::brokerEpoch)
            .orElse(-1L);
        // unheard, it is said again soon enough
        controller.submit(new ClusterRequest.HandOver(cluster.nodeId(), brokerEpoch), PATIENCE_MS,
            _ -> {
            });
    }
}
