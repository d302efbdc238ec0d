package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterRequest.Assignment;
import dev.naru.metadata.TopicDecider.Refused;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Nodes for partitions: those that a client gave are checked, others are chosen.
final class Assignments {
    private Assignments() {}

    /// Why partitions from `first` up cannot stand where the client wants them; empty when they
    /// can.
    static Optional<Refused> problem(List<Assignment> assignments, int first,
        ClusterImage image) {
        var partitions = new TreeSet<Integer>();
        int factor = assignments.getFirst().nodeIds().size();
        for (var assignment : assignments) {
            if (!partitions.add(assignment.partition())) {
                return refuse("Partition " + assignment.partition() + " is assigned twice.");
            }
            var problem = problem(assignment, factor, image);
            if (problem.isPresent()) return refuse(problem.get());
        }
        if (partitions.first() != first || partitions.last() != first + partitions.size() - 1) {
            return refuse(
                "The assigned partitions must be numbered from " + first + " without a gap.");
        }
        return Optional.empty();
    }

    /// The partitions as the client gave them, in order of their numbers.
    static List<PartitionImage> given(List<Assignment> assignments, ClusterImage image) {
        var byPartition = new TreeMap<Integer, PartitionImage>();
        for (var assignment : assignments) {
            var replicas = List.copyOf(assignment.nodeIds());
            var isr = replicas.stream().filter(image::isAlive).toList();
            byPartition.put(assignment.partition(), PartitionImage.fresh(replicas,
                isr.equals(replicas) ? replicas : isr));
        }
        return ChunkedList.of(new ArrayList<>(byPartition.values()));
    }

    /// `count` new partitions from `first` up.
    static List<PartitionImage> chosen(Placement placement, int first, int count, int factor) {
        if (placement.nodeCount() == 1) {
            var only = placement.partition(first, factor);
            return ChunkedList.of(Collections.nCopies(count, only));
        }
        var partitions = new ArrayList<PartitionImage>(count);
        for (int i = 0; i < count; i++) {
            partitions.add(placement.partition(first + i, factor));
        }
        return ChunkedList.of(partitions);
    }

    static Refused tooFewNodes(int factor, int nodes) {
        return new Refused(ErrorCode.INVALID_REPLICATION_FACTOR, "A replication factor of " + factor
            + " needs as many nodes; " + (nodes == 1 ? "there is 1." : "there are " + nodes + "."));
    }

    private static Optional<String> problem(Assignment assignment, int factor,
        ClusterImage image) {
        var nodeIds = assignment.nodeIds();
        String partition = "Partition " + assignment.partition();
        if (nodeIds.isEmpty()) return Optional.of(partition + " is assigned to no node.");
        if (nodeIds.size() != factor) {
            return Optional
                .of(partition + " has " + nodeIds.size() + " replicas, the first one has "
                    + factor + ": all must have as many.");
        }
        var seen = new TreeSet<Integer>();
        for (int nodeId : nodeIds) {
            if (!seen.add(nodeId))
                return Optional.of(partition + " names node " + nodeId + " twice.");
            if (image.node(nodeId).isEmpty()) {
                return Optional
                    .of(partition + " names node " + nodeId + ", which is not registered.");
            }
        }
        if (nodeIds.stream().noneMatch(image::isAlive)) {
            return Optional.of(partition + " is assigned to nodes of which none is active.");
        }
        return Optional.empty();
    }

    private static Optional<Refused> refuse(String message) {
        return Optional.of(new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message));
    }
}
