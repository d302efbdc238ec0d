package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer.ReassignedPartition;
import dev.naru.metadata.ClusterRecord.PartitionChanged;
import dev.naru.metadata.ClusterRequest.Move;
import dev.naru.metadata.ClusterRequest.Reassign;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Decides where the replicas of partitions shall stand (KIP-455). Each partition of a request stands for
/// itself.
final class ReassignmentDecider {
    private final ConfigRules rules;

    ReassignmentDecider(ConfigRules rules) {
        this.rules = rules;
    }

    Decided reassign(ClusterImage image, Reassign request) {
        var facts = new ArrayList<ClusterRecord>();
        var answers = new ArrayList<ReassignedPartition>();
        var seen = new HashSet<ClusterRequest.PartitionRef>();
        for (var move : request.moves()) {
            var problem = seen.add(move.partition())
                ? reassignOne(image, move, request.mayChangeFactor(), facts)
                : Optional.of(new Problem(ErrorCode.INVALID_REQUEST,
                    "The partition stands more than once in the request."));
            answers.add(problem
                .map(it -> new ReassignedPartition(move.partition(), it.why(), it.message()))
                .orElseGet(() -> new ReassignedPartition(move.partition(), ErrorCode.NONE, "")));
        }
        return new Decided(facts, new ClusterAnswer.Reassigned(List.copyOf(answers)));
    }

    /// Begins and takes back moves of the cluster's own, as far as the partitions still stand as they
    /// did: the answer names those.
    Decided carryOut(ClusterImage image, Mover.Turn turn) {
        var topicRules = new TopicRules(rules, image);
        var facts = new ArrayList<ClusterRecord>();
        var done = new ArrayList<ReassignedPartition>();
        for (var ref : turn.back()) {
            image.partition(ref.topic(), ref.partition())
                .filter(before -> before.moving().isByCluster())
                .map(before -> topicRules.change(ref.topic(), before).cancel())
                .flatMap(change -> changed(image, ref, change))
                .ifPresent(fact -> add(ref, fact, facts, done));
        }
        for (var step : turn.steps()) {
            var ref = step.partition();
            image.partition(ref.topic(), ref.partition())
                .filter(before -> stillStands(image, before, step))
                .map(before -> topicRules.change(ref.topic(), before).reassign(step.after(), true))
                .flatMap(change -> changed(image, ref, change))
                .ifPresent(fact -> add(ref, fact, facts, done));
        }
        return new Decided(facts, new ClusterAnswer.Reassigned(List.copyOf(done)));
    }

    private static boolean stillStands(ClusterImage image, PartitionImage before,
        Balance.Step step) {
        return !before.moving().isUnderWay() && before.replicas().equals(step.before())
            && step.after().stream().allMatch(id -> image.node(id).isPresent());
    }

    private static Optional<ClusterRecord> changed(ClusterImage image,
        ClusterRequest.PartitionRef ref, PartitionChange change) {
        if (!change.keepsEnough()) return Optional.empty();
        var topicId = image.topic(ref.topic()).orElseThrow().topicId();
        return change.settle()
            .map(after -> new PartitionChanged(topicId, ref.partition(), after));
    }

    private static void add(ClusterRequest.PartitionRef ref, ClusterRecord fact,
        List<ClusterRecord> facts, List<ReassignedPartition> done) {
        facts.add(fact);
        done.add(new ReassignedPartition(ref, ErrorCode.NONE, ""));
    }

    private record Problem(ErrorCode why, String message) {}

    private Optional<Problem> reassignOne(ClusterImage image, Move move, boolean mayChangeFactor,
        List<ClusterRecord> facts) {
        var ref = move.partition();
        var topic = image.topic(ref.topic());
        var found = topic.flatMap(it -> it.partition(ref.partition()));
        if (topic.isEmpty() || found.isEmpty()) {
            return problem(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition.");
        }
        var before = found.get();
        var change = new TopicRules(rules, image).change(ref.topic(), before);
        var target = move.nodeIds();
        if (target == null) {
            if (!before.moving().isUnderWay()) {
                return problem(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS,
                    "Nothing moves that could be cancelled.");
            }
            change.cancel();
        } else {
            var bad = problemWith(image, before, target, mayChangeFactor);
            if (bad.isPresent()) return bad;
            change.reassign(List.copyOf(target));
        }
        if (!change.keepsEnough()) {
            return problem(ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "Fewer than min.insync.replicas of the replicas that would be left are known to"
                    + " have what is committed, and one that would go is.");
        }
        change.settle().ifPresent(after -> facts
            .add(new PartitionChanged(topic.get().topicId(), ref.partition(), after)));
        boolean isOtherFactor = target != null
            && target.size() != before.moving().origin(before.replicas()).size();
        var chosen = new ClusterRecord.FactorChosen(topic.get().topicId(), false);
        if (isOtherFactor && topic.get().isFactorByCluster() && !facts.contains(chosen))
            facts.add(chosen);
        return Optional.empty();
    }

    private static Optional<Problem> problemWith(ClusterImage image, PartitionImage before,
        List<Integer> target, boolean mayChangeFactor) {
        var why = ErrorCode.INVALID_REPLICA_ASSIGNMENT;
        if (target.isEmpty()) return problem(why, "A partition has at least one replica.");
        if (new HashSet<>(target).size() < target.size())
            return problem(why, "A node is named twice: " + target + ".");
        for (int id : target) {
            if (image.node(id).isEmpty()) return problem(why, "There is no node " + id + ".");
        }
        int factor = before.moving().origin(before.replicas()).size();
        if (!mayChangeFactor && target.size() != factor) {
            return problem(ErrorCode.INVALID_REPLICATION_FACTOR, "The replication factor is "
                + factor + ", and the request does not allow another.");
        }
        return Optional.empty();
    }

    private static Optional<Problem> problem(ErrorCode why, String message) {
        return Optional.of(new Problem(why, message));
    }
}
