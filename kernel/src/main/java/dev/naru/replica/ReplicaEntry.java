package dev.naru.replica;

import dev.naru.base.Uuid;
import dev.naru.partition.Following;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionId;
import java.util.Optional;

/// One partition that is fetched from its leader. Owned by its fetcher.
final class ReplicaEntry {
    /// A partition as requests and answers name it.
    record Key(Uuid topicId, int index) {
        static Key of(PartitionId id) {
            return new Key(id.topicId(), id.index());
        }
    }

    final Partition partition;
    final Following following;
    /// The request that told the leader where this replica stands; answers to earlier ones are
    /// about another place. 0 before the first, and while it is not in the session.
    long toldIn;
    /// What bounds how fast it copies; empty when nothing does.
    Optional<CopyBudget> budget;
    /// The log start that is recorded, or on its way there, so that the leader may count on it.
    long startRecorded;
    /// It is being cut, or rests after an error, or until its budget has something left, or does not
    /// count yet: nothing is asked for it.
    boolean isResting;

    ReplicaEntry(Partition partition, Following following, Optional<CopyBudget> budget) {
        this.partition = partition;
        this.following = following;
        this.budget = budget;
        this.startRecorded = partition.log().recordedStart();
    }

    Key key() {
        return Key.of(partition.id());
    }

    /// Whether it has to wait until more may be copied. Never at or above the leader's high
    /// watermark: there it may be in sync any moment, and others would wait for it.
    boolean isHeldBack(long leaderHighWatermark) {
        return budget.isPresent() && budget.get().isExhausted()
            && partition.log().logEndOffset() < leaderHighWatermark;
    }

    boolean isTold() {
        return toldIn > 0;
    }
}
