package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer.AlteredIsr;
import dev.naru.metadata.ClusterRequest.AlterIsr;
import dev.naru.metadata.ClusterRequest.WantedIsr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Decides whether a partition has the ISR that its leader wants (I7; KIP-497, KIP-841, KIP-903): the
/// leader must know the partition as it is, and whoever joins must be the node that the leader heard.
final class IsrDecider {
    private final ConfigRules rules;

    IsrDecider(ConfigRules rules) {
        this.rules = rules;
    }

    Decided alter(ClusterImage image, AlterIsr request) {
        var stranger = NodeDecider.refusal(image, request.nodeId(), request.brokerEpoch());
        if (stranger.isPresent()) return Decided.only(stranger.get());
        var topicRules = new TopicRules(rules, image);
        var changes = new PartitionFacts();
        var answers = new ArrayList<AlteredIsr>();
        var seen = new HashSet<List<Object>>();
        for (var wanted : request.partitions()) {
            var problem = seen.add(List.of(wanted.topicId(), wanted.partition()))
                ? problem(image, request.nodeId(), wanted)
                : Optional.of(ErrorCode.INVALID_REQUEST);
            answers.add(problem.map(why -> refused(wanted, why))
                .orElseGet(() -> altered(image, wanted, topicRules, changes)));
        }
        var facts = new ArrayList<ClusterRecord>();
        changes.addTo(facts);
        return new Decided(facts, new ClusterAnswer.IsrAltered(List.copyOf(answers)));
    }

    private static AlteredIsr altered(ClusterImage image, WantedIsr wanted, TopicRules topicRules,
        PartitionFacts changes) {
        var topic = image.topic(wanted.topicId()).orElseThrow();
        var before = topic.partitions().get(wanted.partition());
        var change = topicRules.change(topic.name(), before).isr(wanted.isr());
        if (image.isLeaving(before.leader())) change.leave(before.leader());
        // whatever is accepted is a new epoch, so that no earlier wish can come true after it
        var after = change.settle().orElseGet(before::anew);
        changes.add(wanted.topicId(), wanted.partition(), after);
        return new AlteredIsr(wanted.topicId(), wanted.partition(), ErrorCode.NONE, after.leader(),
            after.leaderEpoch(), after.partitionEpoch(), after.isr());
    }

    private static AlteredIsr refused(WantedIsr wanted, ErrorCode why) {
        return new AlteredIsr(wanted.topicId(), wanted.partition(), why, PartitionImage.NO_LEADER,
            -1, -1, List.of());
    }

    private static Optional<ErrorCode> problem(ClusterImage image, int nodeId, WantedIsr wanted) {
        var topic = image.topic(wanted.topicId());
        if (topic.isEmpty()) return Optional.of(ErrorCode.UNKNOWN_TOPIC_ID);
        var found = topic.get().partition(wanted.partition());
        if (found.isEmpty()) return Optional.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        return staleness(found.get(), nodeId, wanted).or(() -> flaw(image, found.get(), wanted));
    }

    /// Which of the two does not know what the other knows.
    private static Optional<ErrorCode> staleness(PartitionImage partition, int nodeId,
        WantedIsr wanted) {
        if (wanted.leaderEpoch() > partition.leaderEpoch()
            || wanted.partitionEpoch() > partition.partitionEpoch()) {
            return Optional.of(ErrorCode.NOT_CONTROLLER);
        }
        if (wanted.leaderEpoch() < partition.leaderEpoch())
            return Optional.of(ErrorCode.FENCED_LEADER_EPOCH);
        if (partition.leader() != nodeId) return Optional.of(ErrorCode.INVALID_REQUEST);
        if (wanted.partitionEpoch() < partition.partitionEpoch())
            return Optional.of(ErrorCode.INVALID_UPDATE_VERSION);
        return Optional.empty();
    }

    private static Optional<ErrorCode> flaw(ClusterImage image, PartitionImage partition,
        WantedIsr wanted) {
        var isr = wanted.isr();
        boolean isPossible = new HashSet<>(isr).size() == isr.size()
            && isr.size() == wanted.brokerEpochs().size()
            && partition.replicas().containsAll(isr) && isr.contains(partition.leader());
        if (!isPossible) return Optional.of(ErrorCode.INVALID_REQUEST);
        for (int slot = 0; slot < isr.size(); slot++) {
            int member = isr.get(slot);
            boolean isLeader = member == partition.leader(); // it may be about to stop
            if (!isLeader && !isEligible(image, member, wanted.brokerEpochs().get(slot)))
                return Optional.of(ErrorCode.INELIGIBLE_REPLICA);
        }
        return Optional.empty();
    }

    private static boolean isEligible(ClusterImage image, int nodeId, long brokerEpoch) {
        var node = image.node(nodeId);
        return node.isPresent() && node.get().isActive()
            && (brokerEpoch == -1 || brokerEpoch == node.get().brokerEpoch());
    }
}
