package dev.naru.metadata;

import dev.naru.metadata.ClusterRequest.PartitionRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Where replicas should stand instead, and why: first nodes that are gone are replaced, then replicas
/// are spread over the nodes, then the preferred leaderships. Pure, and decided on numbers of replicas;
/// every step makes the sum of the squares of those numbers smaller, so it ends. What moves already
/// counts where it will be, and is left alone.
public final class Balance {
    /// Why a partition moves.
    public enum Why {
        /// A node that held it is lost or retired.
        NODE_GONE,
        /// A node holds two replicas more than another.
        SPREAD_REPLICAS,
        /// A node is preferred by two partitions more than another.
        SPREAD_LEADERS
    }

    /// One partition's move; `why` is the first reason, `nodeId` the node that is relieved.
    public record Step(PartitionRef partition, List<Integer> before, List<Integer> after, Why why,
        int nodeId) {
        /// A sentence for people.
        public String explain() {
            String what = partition.topic() + "-" + partition.partition() + " moves from " + before
                + " to " + after + ": ";
            return what + switch (why) {
                case NODE_GONE -> "node " + nodeId + " is gone.";
                case SPREAD_REPLICAS -> "node " + nodeId + " holds more than others.";
                case SPREAD_LEADERS -> "node " + nodeId + " leads more than others.";
            };
        }
    }

    private final ClusterImage image;
    private final NavigableSet<Integer> usable = new TreeSet<>();
    private final Map<PartitionRef, List<Integer>> placed = new LinkedHashMap<>();
    private final Map<PartitionRef, Step> steps = new LinkedHashMap<>();
    private final SortedMap<Integer, Integer> replicas = new TreeMap<>();
    private final SortedMap<Integer, Integer> leaders = new TreeMap<>();
    private final int stepsMax;

    private Balance(ClusterImage image, SortedSet<Integer> gone, int stepsMax) {
        this.image = image;
        this.stepsMax = stepsMax;
        for (var node : image.nodes().values()) {
            if (node.isActive() && !gone.contains(node.nodeId())) usable.add(node.nodeId());
        }
    }

    /// Up to `stepsMax` moves, in the order they should be made. `gone` are the nodes that shall hold
    /// nothing; one that is only fenced for a while is not among them, and is given nothing.
    public static List<Step> plan(ClusterImage image, SortedSet<Integer> gone, int stepsMax) {
        var balance = new Balance(image, gone, stepsMax);
        balance.look();
        balance.replace(gone);
        balance.spreadReplicas();
        balance.spreadLeaders();
        return List.copyOf(balance.steps.values());
    }

    private void look() {
        for (var topic : image.topics()) {
            for (int index = 0; index < topic.partitionCount(); index++) {
                var partition = topic.partitions().get(index);
                var target = partition.moving().target(partition.replicas());
                target.forEach(id -> replicas.merge(id, 1, Integer::sum));
                leaders.merge(target.getFirst(), 1, Integer::sum);
                if (!partition.moving().isUnderWay())
                    placed.put(new PartitionRef(topic.name(), index), target);
            }
        }
    }

    private void replace(SortedSet<Integer> gone) {
        for (var ref : List.copyOf(placed.keySet())) {
            for (int id : placed.getOrDefault(ref, List.of())) {
                boolean isGone = gone.contains(id) || image.node(id).isEmpty();
                if (!isGone) continue;
                var now = placed.getOrDefault(ref, List.of());
                substitute(now, id).ifPresent(other -> move(ref, swapped(now, id, other),
                    Why.NODE_GONE, id));
            }
        }
    }

    /// The least loaded node that is not among them, in another rack than the others if there is one.
    private Optional<Integer> substitute(List<Integer> now, int leaving) {
        var racks = racks(Reassignment.without(now, List.of(leaving)));
        return usable.stream().filter(id -> !now.contains(id))
            .min(Comparator.comparing((Integer id) -> racks.contains(rack(id)))
                .thenComparingInt(this::load).thenComparingInt(id -> id));
    }

    private void spreadReplicas() {
        while (true) {
            var better = betterPlace();
            if (better.isEmpty()) return;
            var step = better.get();
            if (!move(step.partition(), step.after(), step.why(), step.nodeId())) return;
        }
    }

    /// The first partition of the fullest node that an emptier one can take.
    private Optional<Step> betterPlace() {
        var fullest = usable.stream()
            .sorted(Comparator.comparingInt((Integer id) -> -load(id)).thenComparingInt(id -> id))
            .toList();
        for (int from : fullest) {
            for (int to : fullest.reversed()) {
                if (load(from) - load(to) < 2) break;
                var step = takenOver(from, to);
                if (step.isPresent()) return step;
            }
        }
        return Optional.empty();
    }

    private Optional<Step> takenOver(int from, int to) {
        for (var entry : placed.entrySet()) {
            var now = entry.getValue();
            if (!now.contains(from) || now.contains(to)) continue;
            var after = swapped(now, from, to);
            if (racks(after).size() < racks(now).size()) continue;
            return Optional.of(new Step(entry.getKey(), now, after, Why.SPREAD_REPLICAS, from));
        }
        return Optional.empty();
    }

    private void spreadLeaders() {
        boolean isBetter = true;
        while (isBetter) {
            isBetter = false;
            for (var ref : List.copyOf(placed.keySet()))
                isBetter |= spreadLeader(ref);
        }
    }

    private boolean spreadLeader(PartitionRef ref) {
        var now = placed.getOrDefault(ref, List.of());
        int first = now.getFirst();
        var relief = now.stream().filter(usable::contains)
            .min(Comparator.comparingInt(this::led).thenComparingInt(id -> id));
        boolean isUneven = relief.isPresent() && led(first) - led(relief.get()) >= 2;
        if (!isUneven) return false;
        var after = new ArrayList<>(List.of(relief.get()));
        after.addAll(Reassignment.without(now, after));
        return move(ref, List.copyOf(after), Why.SPREAD_LEADERS, first);
    }

    /// False when there are enough moves.
    private boolean move(PartitionRef ref, List<Integer> after, Why why, int relieved) {
        var before = placed.getOrDefault(ref, List.of());
        var known = steps.get(ref);
        if (known == null && steps.size() >= stepsMax) return false;
        before.forEach(id -> replicas.merge(id, -1, Integer::sum));
        after.forEach(id -> replicas.merge(id, 1, Integer::sum));
        leaders.merge(before.getFirst(), -1, Integer::sum);
        leaders.merge(after.getFirst(), 1, Integer::sum);
        placed.put(ref, after);
        steps.put(ref, known == null
            ? new Step(ref, before, after, why, relieved)
            : new Step(ref, known.before(), after, known.why(), known.nodeId()));
        return true;
    }

    private static List<Integer> swapped(List<Integer> all, int from, int to) {
        return all.stream().map(id -> id == from ? to : id).toList();
    }

    private SortedSet<String> racks(List<Integer> ids) {
        var racks = new TreeSet<String>();
        ids.forEach(id -> racks.add(rack(id)));
        return racks;
    }

    private String rack(int id) {
        return image.node(id).map(NodeImage::rack).orElse("");
    }

    private int load(int id) {
        return replicas.getOrDefault(id, 0);
    }

    private int led(int id) {
        return leaders.getOrDefault(id, 0);
    }
}
