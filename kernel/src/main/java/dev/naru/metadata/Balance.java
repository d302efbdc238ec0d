package dev.naru.metadata;

import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/// Where replicas should stand instead, and why: first nodes that shall hold nothing are replaced, then
/// replicas are spread over the nodes, then their bytes, then the preferred leaderships. Pure; every
/// step of a spread makes the sum of the squares of what it spreads smaller, so it ends.
/// What moves already counts where it will be, and is left alone; so is what nobody leads, for there is
/// nobody to copy from.
public final class Balance {
    /// A node may hold this part more than is usual before data is copied for the sake of balance.
    private static final int USUAL_SHARE = 10;
    /// Fewer bytes than these are not worth a move.
    private static final long BYTES_WORTH_IT = 64 << 20;

    /// Why a partition moves.
    public enum Why {
        /// A node that held it is lost.
        NODE_GONE,
        /// A node that held it is being emptied.
        NODE_DRAINED,
        /// The topic gets more replicas, since there are nodes for them.
        MORE_REPLICAS,
        /// A node holds two replicas more than another, and a tenth of what is usual.
        SPREAD_REPLICAS,
        /// A node holds a tenth more bytes than is usual.
        SPREAD_BYTES,
        /// It changes places with a larger one.
        MAKE_ROOM,
        /// A node is preferred by two partitions more than another.
        SPREAD_LEADERS
    }

    /// One partition's move; `why` is the first reason, `nodeId` the node that is relieved, or of more
    /// replicas the first that gets one.
    public record Step(PartitionRef partition, List<Integer> before, List<Integer> after, Why why,
        int nodeId) {
        /// A sentence for people.
        public String explain() {
            return partition.topic() + "-" + partition.partition() + " moves from " + before
                + " to "
                + after + ": " + reason();
        }

        /// Why, as a sentence.
        public String reason() {
            return switch (why) {
                case NODE_GONE -> "node " + nodeId + " is gone.";
                case NODE_DRAINED -> "node " + nodeId + " is being emptied.";
                case MORE_REPLICAS -> "there are nodes for " + after.size() + " replicas.";
                case SPREAD_REPLICAS -> "node " + nodeId + " holds more than others.";
                case SPREAD_BYTES -> "node " + nodeId + " holds more bytes than others.";
                case MAKE_ROOM -> "a larger one comes from node " + nodeId + " instead.";
                case SPREAD_LEADERS -> "node " + nodeId + " leads more than others.";
            };
        }
    }

    /// What the image does not say: which nodes shall hold nothing, and why; which partitions are left
    /// alone whatever happens, and which are only not moved for the sake of balance; how many replicas a
    /// topic shall have as far as there are nodes, 0 for as many as it has; how large partitions are.
    public record Wishes(SortedMap<Integer, Why> emptied, Predicate<PartitionRef> rests,
        Predicate<PartitionRef> stays, ToIntFunction<TopicImage> replicas, Sizes sizes) {
        /// Only that these nodes are gone.
        static Wishes gone(SortedSet<Integer> nodeIds) {
            var emptied = new TreeMap<Integer, Why>();
            nodeIds.forEach(id -> emptied.put(id, Why.NODE_GONE));
            return new Wishes(emptied, _ -> false, _ -> false, _ -> 0,
                (_, _) -> 0);
        }
    }

    /// Bytes of one replica of a partition, 0 when that is not known.
    public interface Sizes {
        long of(Uuid topicId, int partition);
    }

    private final ClusterImage image;
    private final Wishes wishes;
    private final NavigableSet<Integer> usable = new TreeSet<>();
    private final Map<PartitionRef, List<Integer>> placed = new LinkedHashMap<>();
    private final Map<PartitionRef, Step> steps = new LinkedHashMap<>();
    private final SortedMap<Integer, Integer> replicas = new TreeMap<>();
    private final SortedMap<Integer, Integer> leaders = new TreeMap<>();
    private final Map<PartitionRef, Long> sizes = new HashMap<>();
    private final SortedMap<Integer, Long> bytes = new TreeMap<>();
    private final int stepsMax;

    private Balance(ClusterImage image, Wishes wishes, int stepsMax) {
        this.image = image;
        this.wishes = wishes;
        this.stepsMax = stepsMax;
        for (var node : image.nodes().values()) {
            boolean isEmptied = wishes.emptied().containsKey(node.nodeId());
            if (node.isActive() && !isEmptied) usable.add(node.nodeId());
        }
    }

    /// Up to `stepsMax` moves, in the order they should be made. A node that is only fenced for a while
    /// keeps what it has, and is given nothing.
    public static List<Step> plan(ClusterImage image, Wishes wishes, int stepsMax) {
        var balance = new Balance(image, wishes, stepsMax);
        balance.look();
        balance.replace();
        if (balance.isSettled()) {
            balance.grow();
            balance.spreadReplicas();
            balance.spreadBytes();
            balance.spreadLeaders();
        }
        return List.copyOf(balance.steps.values());
    }

    private void look() {
        for (var topic : image.topics()) {
            for (int index = 0; index < topic.partitionCount(); index++) {
                var partition = topic.partitions().get(index);
                var target = partition.moving().target(partition.replicas());
                target.forEach(id -> replicas.merge(id, 1, Integer::sum));
                leaders.merge(target.getFirst(), 1, Integer::sum);
                var ref = new PartitionRef(topic.name(), index);
                long size = wishes.sizes().of(topic.topicId(), index);
                if (size > 0) sizes.put(ref, size);
                target.forEach(id -> bytes.merge(id, size, Long::sum));
                boolean isMovable = partition.hasLeader() && !partition.moving().isUnderWay()
                    && !wishes.rests().test(ref);
                if (isMovable) placed.put(ref, target);
            }
        }
    }

    private void replace() {
        for (var ref : List.copyOf(placed.keySet())) {
            for (int id : placed.getOrDefault(ref, List.of())) {
                var why = image.node(id).isEmpty() ? Why.NODE_GONE : wishes.emptied().get(id);
                if (why == null) continue;
                var now = placed.getOrDefault(ref, List.of());
                var other = substitute(now, id);
                if (other.isPresent()) {
                    move(ref, swapped(now, id, other.get()), why, id);
                } else if (why == Why.NODE_DRAINED && now.getFirst() == id) {
                    preferAnother(ref, now, id);
                }
            }
        }
    }

    /// Whether every node is there or given up: while one is away for a moment, nothing is moved for the
    /// sake of balance.
    private boolean isSettled() {
        return image.nodes().values().stream()
            .allMatch(node -> node.isActive() || wishes.emptied().containsKey(node.nodeId()));
    }

    /// No node can take the replica: at least another one leads.
    private void preferAnother(PartitionRef ref, List<Integer> now, int leaving) {
        now.stream().filter(usable::contains).findFirst()
            .ifPresent(first -> move(ref, ledBy(now, first), Why.NODE_DRAINED, leaving));
    }

    private static List<Integer> ledBy(List<Integer> all, int first) {
        var after = new ArrayList<>(List.of(first));
        after.addAll(Reassignment.without(all, after));
        return List.copyOf(after);
    }

    /// The least loaded node that is not among them, in another rack than the others if there is one.
    private Optional<Integer> substitute(List<Integer> now, int leaving) {
        var racks = racks(Reassignment.without(now, List.of(leaving)));
        return usable.stream().filter(id -> !now.contains(id))
            .min(Comparator.comparing((Integer id) -> racks.contains(rack(id)))
                .thenComparingInt(this::load).thenComparingInt(id -> id));
    }

    /// Topics that shall have more replicas get them, in other racks where there are any.
    private void grow() {
        for (var topic : image.topics()) {
            int wanted = Math.min(wishes.replicas().applyAsInt(topic), usable.size());
            for (int index = 0; wanted > 0 && index < topic.partitionCount(); index++) {
                var ref = new PartitionRef(topic.name(), index);
                var now = placed.getOrDefault(ref, List.of());
                if (!now.isEmpty() && now.size() < wanted) grow(ref, now, wanted);
            }
        }
    }

    private void grow(PartitionRef ref, List<Integer> now, int wanted) {
        var after = new ArrayList<>(now);
        while (after.size() < wanted) {
            var next = substitute(after, Integer.MIN_VALUE);
            if (next.isEmpty()) break;
            after.add(next.get());
        }
        if (after.size() > now.size())
            move(ref, List.copyOf(after), Why.MORE_REPLICAS, after.get(now.size()));
    }

    private void spreadReplicas() {
        placed.keySet().removeIf(ref -> wishes.stays().test(ref) && !steps.containsKey(ref));
        while (true) {
            var better = betterPlace();
            if (better.isEmpty()) return;
            var step = better.get();
            if (!move(step.partition(), step.after(), step.why(), step.nodeId())) return;
        }
    }

    /// The first partition of the fullest node that an emptier one can take.
    private Optional<Step> betterPlace() {
        int worthIt = Math.max(2, held() / Math.max(1, usable.size()) / USUAL_SHARE);
        var fullest = usable.stream()
            .sorted(Comparator.comparingInt((Integer id) -> -load(id)).thenComparingInt(id -> id))
            .toList();
        for (int from : fullest) {
            for (int to : fullest.reversed()) {
                if (load(from) - load(to) < worthIt) break;
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
            if (!keepsRacks(now, after)) continue;
            return Optional.of(new Step(entry.getKey(), now, after, Why.SPREAD_REPLICAS, from));
        }
        return Optional.empty();
    }

    /// Large ones change places with smaller ones, so that the numbers of replicas stay as even as they
    /// are; each time the sum of the squares of the nodes' bytes gets smaller by a good part.
    private void spreadBytes() {
        while (true) {
            var better = lighter();
            if (better.isEmpty()) return;
            long more = better.stream().filter(step -> !steps.containsKey(step.partition()))
                .count();
            if (steps.size() + more > stepsMax) return;
            for (var step : better)
                move(step.partition(), step.after(), step.why(), step.nodeId());
        }
    }

    /// What goes from the heaviest node that a lighter one can relieve, and what comes back.
    private List<Step> lighter() {
        long usual = usable.stream().mapToLong(this::weight).sum() / Math.max(1, usable.size());
        long worthIt = Math.max(BYTES_WORTH_IT, usual / USUAL_SHARE);
        var heaviest = usable.stream().sorted(
            Comparator.comparingLong((Integer id) -> -weight(id)).thenComparingInt(id -> id))
            .toList();
        for (int from : heaviest) {
            for (int to : heaviest.reversed()) {
                long excess = weight(from) - weight(to);
                if (excess < worthIt) break;
                var exchange = exchange(from, to, excess);
                if (!exchange.isEmpty()) return exchange;
            }
        }
        return List.of();
    }

    private List<Step> exchange(int from, int to, long excess) {
        var exchange = new Exchange(excess);
        if (load(from) > load(to)) exchange.mayTake(Optional.empty(), 0);
        placed.forEach((ref, now) -> {
            boolean goes = now.contains(from) && !now.contains(to);
            boolean comes = now.contains(to) && !now.contains(from);
            if (goes && keepsRacks(now, swapped(now, from, to)))
                exchange.mayGive(ref, size(ref));
            if (comes && keepsRacks(now, swapped(now, to, from)))
                exchange.mayTake(Optional.of(ref), size(ref));
        });
        var found = new ArrayList<Step>();
        exchange.best().ifPresent(best -> {
            found.add(step(best.given(), from, to, Why.SPREAD_BYTES, from));
            best.taken().ifPresent(ref -> found.add(step(ref, to, from, Why.MAKE_ROOM, from)));
        });
        return found;
    }

    private Step step(PartitionRef ref, int from, int to, Why why, int relieved) {
        var now = placed.getOrDefault(ref, List.of());
        return new Step(ref, now, swapped(now, from, to), why, relieved);
    }

    private boolean keepsRacks(List<Integer> now, List<Integer> after) {
        return racks(after).size() >= racks(now).size();
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
        return move(ref, ledBy(now, relief.get()), Why.SPREAD_LEADERS, first);
    }

    /// False when there are enough moves.
    private boolean move(PartitionRef ref, List<Integer> after, Why why, int relieved) {
        var before = placed.getOrDefault(ref, List.of());
        var known = steps.get(ref);
        if (known == null && steps.size() >= stepsMax) return false;
        before.forEach(id -> replicas.merge(id, -1, Integer::sum));
        after.forEach(id -> replicas.merge(id, 1, Integer::sum));
        long size = size(ref);
        before.forEach(id -> bytes.merge(id, -size, Long::sum));
        after.forEach(id -> bytes.merge(id, size, Long::sum));
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

    /// Replicas of all nodes that may be given some.
    private int held() {
        return usable.stream().mapToInt(this::load).sum();
    }

    private int load(int id) {
        return replicas.getOrDefault(id, 0);
    }

    private long size(PartitionRef ref) {
        return sizes.getOrDefault(ref, 0L);
    }

    private long weight(int id) {
        return bytes.getOrDefault(id, 0L);
    }

    private int led(int id) {
        return leaders.getOrDefault(id, 0);
    }
}
