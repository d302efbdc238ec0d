package dev.naru.replica;

import dev.naru.base.Uuid;
import dev.naru.partition.Following;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionId;

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
    /// It is being cut, or rests after an error: nothing is asked for it.
    boolean isResting;

    ReplicaEntry(Partition partition, Following following) {
        this.partition = partition;
        this.following = following;
    }

    Key key() {
        return Key.of(partition.id());
    }

    boolean isTold() {
        return toldIn > 0;
    }
}
