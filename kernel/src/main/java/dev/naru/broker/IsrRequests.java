package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.NodeImage;
import dev.naru.replica.IsrWishes;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/// What the leaders of one loop wish for their ISR, in the controller's words (KIP-497).
final class IsrRequests implements IsrWishes.Controller {
    /// The next try takes what has come up meanwhile along.
    private static final long PATIENCE_MS = 1_000;

    private final Loop loop;
    private final Cluster cluster;
    private final ControllerLink controller;

    IsrRequests(Loop loop, Cluster cluster, ControllerLink controller) {
        this.loop = loop;
        this.cluster = cluster;
        this.controller = controller;
    }

    @Override public void ask(List<IsrWishes.Asked> wishes, Consumer<List<ErrorCode>> outcome) {
        long brokerEpoch = cluster.image().node(cluster.nodeId()).map(NodeImage::brokerEpoch)
            .orElse(-1L);
        var wanted = wishes.stream().map(IsrRequests::wanted).toList();
        controller.submit(new ClusterRequest.AlterIsr(cluster.nodeId(), brokerEpoch, wanted),
            PATIENCE_MS, answer -> {
                var outcomes = outcomes(answer, wishes.size());
                Partitions.on(loop, () -> outcome.accept(outcomes));
            });
    }

    private static ClusterRequest.WantedIsr wanted(IsrWishes.Asked asked) {
        var wish = asked.wish();
        return new ClusterRequest.WantedIsr(asked.partition().topicId(), asked.partition().index(),
            wish.leaderEpoch(), wish.partitionEpoch(), wish.isr(), wish.brokerEpochs());
    }

    private static List<ErrorCode> outcomes(ClusterAnswer answer, int count) {
        return switch (answer) {
            case ClusterAnswer.IsrAltered altered ->
                altered.partitions().stream().map(ClusterAnswer.AlteredIsr::error).toList();
            case ClusterAnswer.Failed failed when failed.why() == ErrorCode.STALE_BROKER_EPOCH ->
                Collections.nCopies(count, failed.why());
            default -> Collections.nCopies(count, ErrorCode.REQUEST_TIMED_OUT);
        };
    }
}
