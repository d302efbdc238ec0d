package dev.naru.metadata;

import dev.naru.base.Uuid;
import java.util.List;
import java.util.Optional;

/// Who agrees on the cluster's metadata and how far each has come, as one node sees it. Only the
/// leader knows how far the others are. `leaderId` is [MetadataLog#NO_LEADER] while none is known.
public record Quorum(int leaderId, int leaderEpoch, long committedIndex, List<Member> voters,
    List<Member> observers) {
    /// Stands for an index or an age that this node does not know.
    public static final long UNKNOWN = -1;
    /// What a node knows before its log has started.
    public static final Quorum NONE = new Quorum(MetadataLog.NO_LEADER, 0, 0, List.of(),
        List.of());

    /// The voter that is this node with this directory.
    public Optional<Member> voter(int nodeId, Uuid directoryId) {
        return find(voters, nodeId, directoryId);
    }

    /// The observer that is this node with this directory.
    public Optional<Member> observer(int nodeId, Uuid directoryId) {
        return find(observers, nodeId, directoryId);
    }

    private static Optional<Member> find(List<Member> among, int nodeId, Uuid directoryId) {
        return among.stream().filter(one -> one.nodeId() == nodeId
            && one.directoryId().equals(directoryId)).findFirst();
    }

    /// The same without a leader: nobody is known to lead now.
    public Quorum leaderless() {
        return new Quorum(MetadataLog.NO_LEADER, leaderEpoch, committedIndex, voters, observers);
    }

    /// One of them: where its peers reach it (an empty host and 0 where they do not need to), the
    /// last index it has stored, and how long ago it answered the leader and had all that the
    /// leader had.
    public record Member(int nodeId, Uuid directoryId, String host, int port, long lastIndex,
        long answeredAgeMs, long caughtUpAgeMs) {
        /// A member with no address.
        public Member(int nodeId, Uuid directoryId, long lastIndex, long answeredAgeMs,
            long caughtUpAgeMs) {
            this(nodeId, directoryId, "", 0, lastIndex, answeredAgeMs, caughtUpAgeMs);
        }

        /// Whether it answered a moment ago.
        public boolean isLive() {
            return answeredAgeMs >= 0 && answeredAgeMs <= QuorumChange.LIVE_AGE_MS_MAX;
        }
    }
}
