package dev.naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.AlterIsr;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.WantedIsr;
import java.util.ArrayList;
import java.util.List;

/// A controller's decisions and the image they make, without a log: what is decided is accepted.
final class ClusterModel implements Liveness {
    final Controller controller = new Controller(Fixtures.rules().configs(),
        Fixtures.rules().features(), Fixtures.entropy(1));
    ClusterImage image = ClusterImage.EMPTY;
    boolean everybodyIsLive;
    Uuid ownLife = new Uuid(-1, -1);
    boolean everybodyKnows = true;
    final List<Integer> slow = new ArrayList<>();
    long wallMs;
    List<ClusterRecord> lastFacts = List.of();
    private long incarnations;

    @Override public boolean isLive(int nodeId) {
        return everybodyIsLive;
    }

    @Override public boolean isOwn(Uuid incarnationId) {
        return incarnationId.equals(ownLife);
    }

    @Override public boolean hasHandedOver(ClusterImage image, int nodeId) {
        return everybodyKnows;
    }

    @Override public long demandedIndex(int nodeId) {
        return 0;
    }

    @Override public boolean isSlow(int nodeId) {
        return slow.contains(nodeId);
    }

    @Override public long wallMs() {
        return wallMs;
    }

    ClusterAnswer ask(ClusterRequest request) {
        return accept(controller.decide(image, request, this));
    }

    ClusterAnswer accept(Decided decided) {
        lastFacts = decided.facts();
        if (!decided.facts().isEmpty()) image = Fixtures.after(image, decided.facts());
        return decided.answer();
    }

    void fact(ClusterRecord fact) {
        accept(new Decided(List.of(fact), new ClusterAnswer.Committed(0)));
    }

    /// Registers a node that has the whole image.
    long start(int nodeId, boolean cleanStop) {
        return start(nodeId, cleanStop, image.acceptedIndex());
    }

    long start(int nodeId, boolean cleanStop, long appliedIndex) {
        var answer = ask(new RegisterNode(nodeId, new Uuid(7, nodeId),
            new Uuid(9, ++incarnations), List.of(), "", cleanStop, appliedIndex));
        return ((ClusterAnswer.NodeAccepted) answer).brokerEpoch();
    }

    void startAll(int count) {
        for (int nodeId = 1; nodeId <= count; nodeId++)
            start(nodeId, true);
    }

    long epoch(int nodeId) {
        return image.node(nodeId).orElseThrow().brokerEpoch();
    }

    ClusterAnswer.Heard beat(int nodeId, boolean wantsToLeave) {
        return (ClusterAnswer.Heard) ask(
            new Heartbeat(nodeId, epoch(nodeId), image.acceptedIndex(), wantsToLeave));
    }

    void fence(int nodeId) {
        accept(controller.fence(image, nodeId, epoch(nodeId)));
    }

    void topic(String name, int minInSync, PartitionImage... partitions) {
        fact(new ClusterRecord.TopicCreated(name, Fixtures.idOf(name), List.of(partitions)));
        fact(new ClusterRecord.ConfigSet(ConfigResource.topic(name), "min",
            Integer.toString(minInSync)));
    }

    PartitionImage partition(String topic, int partition) {
        return image.partition(topic, partition).orElseThrow();
    }

    /// The leader of a partition asks for an ISR, knowing all there is.
    ClusterAnswer.AlteredIsr wantIsr(String topic, int partition, Integer... isr) {
        var now = partition(topic, partition);
        var epochs = new ArrayList<Long>();
        for (int id : isr)
            epochs.add(id == now.leader() ? -1L : epoch(id));
        return wantIsr(now.leader(), new WantedIsr(Fixtures.idOf(topic), partition,
            now.leaderEpoch(), now.partitionEpoch(), List.of(isr), epochs));
    }

    ClusterAnswer.AlteredIsr wantIsr(int nodeId, WantedIsr wanted) {
        var answer = (ClusterAnswer.IsrAltered) ask(
            new AlterIsr(nodeId, epoch(nodeId), List.of(wanted)));
        assertThat(answer.partitions()).hasSize(1);
        return answer.partitions().getFirst();
    }
}
