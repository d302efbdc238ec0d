package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Each member gets a run of neighbours of every topic it wants. Topics with the same subscribers
/// are shared out in the same order of members, so that, where they have as many partitions,
/// partitions of the same number meet at one member (co-partitioning). Members stand in the order of
/// what they have at present, newcomers last, so that runs shift as little as they can.
final class RangeAssignor implements Assignor {
    @Override public String name() {
        return "range";
    }

    @Override public SortedMap<String, Partitions> assign(Task task) {
        var gathered = new TreeMap<String, Partitions.Gathering>();
        task.members().keySet().forEach(id -> gathered.put(id, new Partitions.Gathering()));
        alike(task).forEach((subscribers, topics) -> {
            var wanting = new ArrayList<Partitions.Gathering>();
            for (var memberId : inOrder(task, subscribers, largest(task, topics))) {
                var into = gathered.get(memberId);
                if (into != null) wanting.add(into);
            }
            topics.forEach(topicId -> share(topicId,
                task.partitionCounts().getOrDefault(topicId, 0), wanting));
        });
        var assigned = new TreeMap<String, Partitions>();
        gathered.forEach((id, partitions) -> assigned.put(id, partitions.done()));
        return assigned;
    }

    /// Topics by those who want them.
    private static Map<List<String>, List<Uuid>> alike(Task task) {
        var subscribers = new TreeMap<Uuid, List<String>>();
        task.members().forEach((id, candidate) -> candidate.topics().forEach(
            topicId -> subscribers.computeIfAbsent(topicId, _ -> new ArrayList<>()).add(id)));
        var alike = new LinkedHashMap<List<String>, List<Uuid>>();
        subscribers.forEach((topicId, ids) -> {
            if (!task.partitionCounts().containsKey(topicId)) return;
            alike.computeIfAbsent(ids, _ -> new ArrayList<>()).add(topicId);
        });
        return alike;
    }

    private static Uuid largest(Task task, List<Uuid> topics) {
        var largest = topics.getFirst();
        for (var topicId : topics) {
            int count = task.partitionCounts().getOrDefault(topicId, 0);
            if (count > task.partitionCounts().getOrDefault(largest, 0)) largest = topicId;
        }
        return largest;
    }

    /// Where a member begins in a topic at present; who has nothing of it stands behind.
    private record Place(String memberId, int begin, boolean isDynamic, String name) {}

    private static List<String> inOrder(Task task, List<String> subscribers, Uuid topicId) {
        var places = new ArrayList<Place>();
        for (var memberId : subscribers) {
            var candidate = task.members().get(memberId);
            if (candidate == null) continue;
            var present = candidate.present().of(topicId);
            var instanceId = candidate.instanceId();
            places.add(new Place(memberId, present.isEmpty() ? Integer.MAX_VALUE : present.first(),
                instanceId == null, instanceId == null ? memberId : instanceId));
        }
        places.sort(Comparator.comparingInt(Place::begin).thenComparing(Place::isDynamic)
            .thenComparing(Place::name));
        return places.stream().map(Place::memberId).toList();
    }

    private static void share(Uuid topicId, int count, List<Partitions.Gathering> wanting) {
        int each = count / wanting.size();
        int larger = count % wanting.size();
        int partition = 0;
        for (int index = 0; index < wanting.size(); index++) {
            int end = partition + each + (index < larger ? 1 : 0);
            while (partition < end)
                wanting.get(index).add(topicId, partition++);
        }
    }
}
