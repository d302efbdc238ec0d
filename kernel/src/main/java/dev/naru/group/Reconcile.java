package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The way of one member from what it owns to its target assignment (KIP-848). It first gives up
/// what is not its own any more, and stays in its epoch until it says that it has; then it moves to
/// the target's epoch and is given what is free. Decides, changes nothing.
///
/// Keeps I13: a partition is given only when nobody owns it.
final class Reconcile {
    /// Where a member is to go. `subscribed` are the topics that it wants by now: it keeps no other,
    /// whatever the target says.
    record Goal(int epoch, Partitions target, SortedSet<Uuid> subscribed) {}

    /// Who owns what.
    interface Owners {
        /// Whether no other member owns the partition.
        boolean isFree(Uuid topicId, int partition);
    }

    private final Goal goal;
    private final Owners owners;
    private final @Nullable Partitions reported;

    private Reconcile(Goal goal, Owners owners, @Nullable Partitions reported) {
        this.goal = goal;
        this.owners = owners;
        this.reported = reported;
    }

    /// The member's next place. `reported` is what the member says it owns, null if it does not say.
    static ConsumerMember.Current next(ConsumerMember.Current now, Goal goal, Owners owners,
        @Nullable Partitions reported) {
        var step = new Reconcile(goal, owners, reported);
        return switch (now.state()) {
            case STABLE -> now.epoch() == goal.epoch() ? step.trimmed(now) : step.advance(now);
            case UNREVOKED_PARTITIONS ->
                step.stillOwns(now.pending()) ? step.trimmed(now) : step.advance(now);
            case UNRELEASED_PARTITIONS, UNKNOWN -> step.advance(now);
        };
    }

    private boolean stillOwns(Owned pending) {
        if (pending.isEmpty()) return false;
        return reported == null || pending.hasAnyOf(reported);
    }

    /// Without the topics that it does not want any more.
    private ConsumerMember.Current trimmed(ConsumerMember.Current now) {
        if (goal.subscribed().containsAll(now.assigned().byTopic().keySet())) return now;
        var kept = new Owned.Gathering();
        var pending = new Owned.Gathering().addAll(now.pending());
        now.assigned().each((topicId, partition, epoch) -> (goal.subscribed().contains(topicId)
            ? kept
            : pending).add(topicId, partition, epoch));
        boolean mustRevoke = stillOwns(pending.done());
        return new ConsumerMember.Current(now.epoch(), now.epoch(),
            mustRevoke ? ConsumerMember.State.UNREVOKED_PARTITIONS : now.state(), kept.done(),
            mustRevoke ? pending.done() : now.pending());
    }

    private ConsumerMember.Current advance(ConsumerMember.Current now) {
        var kept = new Owned.Gathering();
        var revoked = new Owned.Gathering();
        now.assigned().each((topicId, partition, epoch) -> (isWanted(topicId, partition)
            ? kept
            : revoked).add(topicId, partition, epoch));
        var pending = revoked.done();
        if (stillOwns(pending)) {
            return new ConsumerMember.Current(now.epoch(), now.epoch(),
                ConsumerMember.State.UNREVOKED_PARTITIONS, kept.done(), pending);
        }
        boolean isAllFree = give(now, kept);
        var state = isAllFree
            ? ConsumerMember.State.STABLE
            : ConsumerMember.State.UNRELEASED_PARTITIONS;
        return new ConsumerMember.Current(goal.epoch(), now.epoch(), state, kept.done(),
            Owned.NONE);
    }

    private boolean isWanted(Uuid topicId, int partition) {
        return goal.target().has(topicId, partition) && goal.subscribed().contains(topicId);
    }

    /// Adds what is free of the target; false if something is not.
    private boolean give(ConsumerMember.Current now, Owned.Gathering kept) {
        boolean isAllFree = true;
        var topics = new TreeSet<>(goal.target().byTopic().keySet());
        topics.retainAll(goal.subscribed());
        for (var topicId : topics) {
            for (int partition : goal.target().of(topicId)) {
                if (now.assigned().has(topicId, partition)) continue;
                if (owners.isFree(topicId, partition)) kept.add(topicId, partition, goal.epoch());
                else
                    isAllFree = false;
            }
        }
        return isAllFree;
    }
}
