package dev.naru.metadata;

import dev.naru.base.Uuid;
import java.util.List;

/// Who agrees on the cluster's metadata and how far each has come, as one node sees it. Only the
/// leader knows how far the others are. `leaderId` is [MetadataLog#NO_LEADER] while none is known.
public record Quorum(int leaderId, int leaderEpoch, long committedIndex, List<Member> voters,
    List<Member> observers) {
    /// Stands for an index or an age that this node does not know.
    public static final long UNKNOWN = -1;
    /// What a node knows before its log has started.
    public static final Quorum NONE = new Quorum(MetadataLog.NO_LEADER, 0, 0, List.of(),
        List.of());

    /// One of them: the last index it has stored, and how long ago it answered the leader and had
    /// all that the leader had.
    public record Member(int nodeId, Uuid directoryId, long lastIndex, long answeredAgeMs,
        long caughtUpAgeMs) {}
}
