package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer.ElectedPartition;
import dev.naru.metadata.ClusterRecord.PartitionChanged;
import dev.naru.metadata.ClusterRequest.ElectLeaders;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import java.util.ArrayList;
import java.util.List;

/// Decides who leads when somebody asks for an election: the preferred replica, or, where there is no
/// leader, one that may lack acknowledged records (KIP-460).
final class ElectionDecider {
    private final ConfigRules rules;

    ElectionDecider(ConfigRules rules) {
        this.rules = rules;
    }

    Decided elect(ClusterImage image, ElectLeaders request) {
        var facts = new ArrayList<ClusterRecord>();
        var answers = new ArrayList<ElectedPartition>();
        var asked = request.partitions();
        if (asked == null) {
            for (var topic : image.topics()) {
                for (int index = 0; index < topic.partitionCount(); index++) {
                    var ref = new PartitionRef(topic.name(), index);
                    var one = electOne(image, ref, request.unclean(), facts);
                    // nobody wants to hear of all those that are well
                    if (one.error() != ErrorCode.ELECTION_NOT_NEEDED) answers.add(one);
                }
            }
        } else {
            for (var ref : asked.stream().distinct().toList())
                answers.add(electOne(image, ref, request.unclean(), facts));
        }
        return new Decided(facts, new ClusterAnswer.LeadersElected(List.copyOf(answers)));
    }

    /// Up to `max` partitions whose preferred replica is in sync and does not lead, or that have no
    /// leader and may have one. Nothing is given back to a node whose disk is slow.
    Decided returnLeaders(ClusterImage image, int max, Liveness liveness) {
        var topicRules = new TopicRules(rules, image);
        var changes = new PartitionFacts();
        var answers = new ArrayList<ElectedPartition>();
        for (var topic : image.topics()) {
            for (int index = 0; index < topic.partitionCount(); index++) {
                if (answers.size() >= max) break;
                var before = topic.partitions().get(index);
                if (!canReturn(image, before, liveness)) continue;
                var after = topicRules.change(topic.name(), before).preferFirst().settle();
                if (after.isEmpty()) continue;
                changes.add(topic.topicId(), index, after.get());
                answers.add(new ElectedPartition(new PartitionRef(topic.name(), index),
                    ErrorCode.NONE, ""));
            }
        }
        var facts = new ArrayList<ClusterRecord>();
        changes.addTo(facts);
        return new Decided(facts, new ClusterAnswer.LeadersElected(List.copyOf(answers)));
    }

    private static boolean canReturn(ClusterImage image, PartitionImage partition,
        Liveness liveness) {
        int preferred = partition.preferredLeader();
        if (!partition.hasLeader()) return true;
        return partition.leader() != preferred && partition.isr().contains(preferred)
            && image.isAlive(preferred) && !liveness.isSlow(preferred);
    }

    private ElectedPartition electOne(ClusterImage image, PartitionRef ref, boolean unclean,
        List<ClusterRecord> facts) {
        var topic = image.topic(ref.topic());
        var found = topic.flatMap(it -> it.partition(ref.partition()));
        if (topic.isEmpty() || found.isEmpty()) {
            return new ElectedPartition(ref, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                "There is no such partition.");
        }
        var before = found.get();
        boolean isNeeded = unclean
            ? !before.hasLeader()
            : before.leader() != before.preferredLeader();
        if (!isNeeded) {
            return new ElectedPartition(ref, ErrorCode.ELECTION_NOT_NEEDED,
                unclean ? "The partition has a leader." : "The preferred replica leads.");
        }
        var change = new TopicRules(rules, image).change(ref.topic(), before);
        var after = (unclean ? change.allowUnclean() : change.preferFirst()).settle()
            .orElse(before);
        boolean isDone = unclean
            ? after.hasLeader()
            : after.leader() == before.preferredLeader();
        if (!isDone) {
            return unclean
                ? new ElectedPartition(ref, ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
                    "No replica of the partition is alive.")
                : new ElectedPartition(ref, ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
                    "The preferred replica, " + before.preferredLeader() + ", is not in sync.");
        }
        facts.add(new PartitionChanged(topic.get().topicId(), ref.partition(), after));
        return new ElectedPartition(ref, ErrorCode.NONE, "");
    }
}
