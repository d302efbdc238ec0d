package dev.naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// Works out where the committed offsets of a group should go, and moves them there. Nobody may
/// be reading in the group meanwhile: its members would commit over what is written here.
final class GroupMove {
    /// Where to move to.
    sealed interface Target {
        record To(Place place) implements Target {}

        record ShiftBy(long count) implements Target {}

        /// Where it is already.
        record Current() implements Target {}

        /// Each partition to an offset of its own.
        record Each(Map<TopicPartition, Long> offsets) implements Target {}
    }

    private final Admin admin;
    private final GroupKind kind;
    private final String group;
    private final List<String> notes = new ArrayList<>();

    GroupMove(Admin admin, GroupKind kind, String group) {
        this.admin = admin;
        this.kind = kind;
        this.group = group;
    }

    void requireInactive() {
        try {
            GroupState state = kind.state(admin, group);
            if (state == GroupState.EMPTY || state == GroupState.DEAD) return;
            throw Failed.because("offsets of group '" + group + "' can only be changed while it is"
                + " inactive, but it is " + state + "; stop its members first");
        } catch (GroupIdNotFoundException e) {
            return; // a group that is not there has no members; its offsets may be set
        }
    }

    /// Partitions named as `topic` or `topic:0,1`; all that the group has committed if none is
    /// named.
    List<TopicPartition> partitions(List<String> named) {
        var partitions = new TreeSet<>(Order.BY_PARTITION);
        if (named.isEmpty()) partitions.addAll(committed().keySet());
        for (String one : named) {
            partitions.addAll(partitions(one));
        }
        return List.copyOf(partitions);
    }

    Map<TopicPartition, Long> plan(List<TopicPartition> partitions, Target target) {
        return switch (target) {
            case Target.To to -> place(partitions, to.place());
            case Target.ShiftBy shift -> {
                var committed = committed();
                partitions.forEach(partition -> requireCommitted(committed, partition));
                yield within(partitions,
                    partition -> offset(committed, partition) + shift.count());
            }
            case Target.Current current -> {
                var committed = committed();
                var ends = ask(partitions, OffsetSpec.latest());
                yield within(partitions, partition -> committed.containsKey(partition)
                    ? offset(committed, partition)
                    : value(ends, partition));
            }
            case Target.Each each -> within(each.offsets().keySet(),
                partition -> value(each.offsets(), partition));
        };
    }

    void execute(Map<TopicPartition, Long> plan) {
        if (!plan.isEmpty()) kind.move(admin, group, plan);
    }

    Map<TopicPartition, OffsetAndMetadata> committed() {
        try {
            return kind.committed(admin, group);
        } catch (GroupIdNotFoundException e) {
            return Map.of();
        }
    }

    private Map<TopicPartition, Long> place(List<TopicPartition> partitions, Place place) {
        return switch (place) {
            case Place.Start start -> ask(partitions, OffsetSpec.earliest());
            case Place.End end -> ask(partitions, OffsetSpec.latest());
            case Place.Stored stored -> plan(partitions, new Target.Current());
            case Place.At at -> within(partitions, partition -> at.offset());
            case Place.AfterStart after -> {
                var starts = ask(partitions, OffsetSpec.earliest());
                yield within(partitions, partition -> value(starts, partition) + after.count());
            }
            case Place.BeforeEnd before -> {
                var ends = ask(partitions, OffsetSpec.latest());
                yield within(partitions, partition -> value(ends, partition) - before.count());
            }
            case Place.Time time -> atTime(partitions, time.timestampMs());
        };
    }

    private Map<TopicPartition, Long> atTime(List<TopicPartition> partitions, long timestampMs) {
        var found = ask(partitions, OffsetSpec.forTimestamp(timestampMs));
        var ends = ask(partitions, OffsetSpec.latest());
        found.replaceAll((partition, offset) -> {
            if (offset >= 0) return offset;
            notes.add("Partition " + partition.partition() + " from topic " + partition.topic()
                + " is empty. Falling back to latest known offset.");
            return value(ends, partition);
        });
        return found;
    }

    private Map<TopicPartition, Long> within(Collection<TopicPartition> partitions,
        ToLongFunction<TopicPartition> wanted) {
        var starts = ask(partitions, OffsetSpec.earliest());
        var ends = ask(partitions, OffsetSpec.latest());
        var found = new TreeMap<TopicPartition, Long>(Order.BY_PARTITION);
        for (TopicPartition partition : partitions) {
            long low = value(starts, partition);
            long high = Math.max(low, value(ends, partition));
            long wish = wanted.applyAsLong(partition);
            if (wish > high) note("higher than latest", wish, partition, high);
            if (wish < low) note("lower than earliest", wish, partition, low);
            found.put(partition, Math.clamp(wish, low, high));
        }
        return found;
    }

    private void note(String what, long wish, TopicPartition partition, long offset) {
        notes.add("New offset (" + wish + ") is " + what + " offset for topic partition "
            + partition + ". Value will be set to " + offset);
    }

    /// What the plans made so far could not do as they were told, a line each.
    List<String> notes() {
        return List.copyOf(notes);
    }

    private Map<TopicPartition, Long> ask(Collection<TopicPartition> partitions, OffsetSpec spec) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> asked.put(partition, spec));
        var found = new TreeMap<TopicPartition, Long>(Order.BY_PARTITION);
        Explain.get(admin.listOffsets(asked).all())
            .forEach((partition, answer) -> found.put(partition, answer.offset()));
        return found;
    }

    private Set<TopicPartition> partitions(String named) {
        int colon = named.indexOf(':');
        String topic = colon < 0 ? named : named.substring(0, colon);
        var partitions = new TreeSet<>(Order.BY_PARTITION);
        if (colon >= 0) {
            for (int number : Topics.integers("the partition", List.of(named
                .substring(colon + 1)))) {
                partitions.add(new TopicPartition(topic, number));
            }
            return partitions;
        }
        Topics.described(admin, List.of(topic)).values().stream()
            .flatMap(found -> found.partitions().stream())
            .forEach(found -> partitions.add(new TopicPartition(topic, found.partition())));
        return partitions;
    }

    private void requireCommitted(Map<TopicPartition, OffsetAndMetadata> committed,
        TopicPartition partition) {
        if (committed.containsKey(partition)) return;
        throw Failed.because("group '" + group + "' has no committed offset for " + partition
            + "; shift only what it has committed");
    }

    private static long offset(Map<TopicPartition, OffsetAndMetadata> committed,
        TopicPartition partition) {
        OffsetAndMetadata found = committed.get(partition);
        return found == null ? 0 : found.offset();
    }

    private static long value(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return offsets.getOrDefault(partition, 0L);
    }

    /// Lines of a reset plan: `topic,partition,offset`, or with the group in front when `groups`
    /// has several.
    static Map<String, Map<TopicPartition, Long>> readPlan(List<String> lines,
        List<String> groups) {
        var plans = new LinkedHashMap<String, Map<TopicPartition, Long>>();
        for (String line : lines) {
            if (line.isBlank()) continue;
            var cells = new ArrayList<>(List.of(line.split(",")));
            boolean named = cells.size() == 4;
            if (!named && cells.size() != 3) {
                throw Failed.because("the plan has a line that is not topic,partition,offset: '"
                    + line + "'");
            }
            String group = named ? cells.removeFirst().strip() : groups.getFirst();
            if (!groups.contains(group)) continue;
            int number = Given.smallNumber("the plan's partition", cells.get(1));
            plans.computeIfAbsent(group, key -> new TreeMap<>(Order.BY_PARTITION))
                .put(new TopicPartition(cells.get(0).strip(), number),
                    Given.number("the plan's offset", cells.get(2)));
        }
        return plans;
    }

    static String writePlan(String group, Map<TopicPartition, Long> plan, boolean named) {
        var text = new StringBuilder();
        plan.forEach((partition, offset) -> text.append(named ? group + "," : "")
            .append(partition.topic()).append(',').append(partition.partition()).append(',')
            .append(offset).append('\n'));
        return text.toString();
    }
}
