package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// Requests decided together, and what they make. Owned by the control loop.
final class Draft {
    private final long basedOn;
    private final List<ClusterRecord> facts = new ArrayList<>();
    private final List<Asked> asked = new ArrayList<>();
    private final List<ClusterAnswer> answers = new ArrayList<>();
    private int weight;
    private long acceptedIndex; // of the one batch accepted on this base, ours or another's

    Draft(long basedOn) {
        this.basedOn = basedOn;
    }

    void add(Asked request, Decided decided) {
        asked.add(request);
        answers.add(decided.answer());
        facts.addAll(decided.facts());
        weight++;
        for (var fact : decided.facts())
            weight += weigh(fact);
    }

    long basedOn() {
        return basedOn;
    }

    List<ClusterRecord> facts() {
        return facts;
    }

    int weight() {
        return weight;
    }

    long acceptedIndex() {
        return acceptedIndex;
    }

    void accepted(long index) {
        acceptedIndex = index;
    }

    void answer(BiConsumer<Asked, ClusterAnswer> each) {
        for (int i = 0; i < asked.size(); i++)
            each.accept(asked.get(i), answers.get(i));
    }

    void fail(ErrorCode why, String message) {
        asked.forEach(a -> a.fail(why, message));
    }

    /// Nothing in it takes room on this node; an opening is needed to decide at all.
    boolean isUrgent() {
        return facts.stream().noneMatch(Draft::takesRoom);
    }

    private static int weigh(ClusterRecord fact) {
        return switch (fact) {
            case ClusterRecord.TopicCreated created -> created.partitions().size();
            case ClusterRecord.PartitionsAdded added -> added.partitions().size();
            case ClusterRecord.PartitionsChanged changed -> changed.partitions().size();
            default -> 1;
        };
    }

    private static boolean takesRoom(ClusterRecord fact) {
        return fact instanceof ClusterRecord.TopicCreated
            || fact instanceof ClusterRecord.PartitionsAdded
            || fact instanceof ClusterRecord.ProducerIdsGranted;
    }
}
