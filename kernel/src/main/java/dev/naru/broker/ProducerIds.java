package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.NodeImage;
import java.util.ArrayDeque;

/// Producer ids out of a block that the controller granted, so that no id is ever given twice,
/// whatever crashes. State is owned by the control loop; any loop may ask.
final class ProducerIds {
    /// Takes what was asked for, on the loop it named.
    interface Taker {
        void given(long producerId);

        void refused(ErrorCode why);
    }

    private record Waiting(Loop home, Taker taker) {}

    private static final int BLOCK = 1_000;

    private final Loop controlLoop;
    private final Cluster cluster;
    private final ControllerLink controller;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long nextId;
    private long blockEnd;
    private boolean isAsking;

    ProducerIds(Loop controlLoop, Cluster cluster, ControllerLink controller) {
        this.controlLoop = controlLoop;
        this.cluster = cluster;
        this.controller = controller;
    }

    /// Gives `taker` an id that was never given before; on `home`.
    void next(Loop home, Taker taker) {
        Partitions.on(controlLoop, () -> {
            waiting.addLast(new Waiting(home, taker));
            serve();
        });
    }

    private void serve() {
        while (!waiting.isEmpty() && nextId < blockEnd) {
            var first = waiting.removeFirst();
            long producerId = nextId++;
            Partitions.on(first.home(), () -> first.taker().given(producerId));
        }
        if (!waiting.isEmpty() && !isAsking) ask();
    }

    private void ask() {
        isAsking = true;
        // one that has no place in the cluster any more is refused as any older life is
        long brokerEpoch = cluster.image().node(cluster.nodeId()).map(NodeImage::brokerEpoch)
            .orElse(-1L);
        controller.submit(
            new ClusterRequest.GrantProducerIds(cluster.nodeId(), brokerEpoch, BLOCK),
            this::granted);
    }

    private void granted(ClusterAnswer answer) {
        isAsking = false;
        if (answer instanceof ClusterAnswer.ProducerIds block) {
            nextId = block.firstProducerId();
            blockEnd = block.firstProducerId() + block.count();
            serve();
            return;
        }
        var why = Texts.failure(answer);
        while (!waiting.isEmpty()) {
            var first = waiting.removeFirst();
            Partitions.on(first.home(), () -> first.taker().refused(why));
        }
    }
}
