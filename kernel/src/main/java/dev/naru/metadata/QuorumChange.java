package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer.Failed;
import java.util.Optional;

/// A change of who agrees on the cluster's metadata (KIP-853), one member at a time. A member is a node with
/// its data directory: with another directory it is somebody else.
public sealed interface QuorumChange {
    /// How long ago a voter may have been heard of to be counted on.
    long LIVE_AGE_MS_MAX = 3_000;

    int nodeId();

    Uuid directoryId();

    /// It follows the log and gets a vote when it has come as far as the leader.
    record AddVoter(int nodeId, Uuid directoryId, String host,
        int port) implements QuorumChange {}

    /// It follows the log, without a vote.
    record AddObserver(int nodeId, Uuid directoryId, String host,
        int port) implements QuorumChange {}

    /// It has no vote any more and goes on as an observer.
    record RemoveVoter(int nodeId, Uuid directoryId) implements QuorumChange {}

    /// It is in the quorum no longer, not even as an observer.
    record Forget(int nodeId, Uuid directoryId) implements QuorumChange {}

    /// Why this cannot be done to that quorum, as its leader sees it; empty when it can.
    static Optional<Failed> refusal(Quorum quorum, QuorumChange change) {
        return switch (change) {
            case AddVoter add -> taken(quorum, add).or(() -> addressless(add.host(), add.port()));
            case AddObserver add ->
                taken(quorum, add).or(() -> addressless(add.host(), add.port()));
            case RemoveVoter remove -> quorum.voter(remove.nodeId(), remove.directoryId())
                .isEmpty() ? noVoter(remove) : leftBehind(quorum, remove);
            case Forget forget -> quorum.voter(forget.nodeId(), forget.directoryId()).isEmpty()
                ? Optional.empty()
                : leftBehind(quorum, forget);
        };
    }

    /// A node has one vote, whatever directories it had.
    private static Optional<Failed> taken(Quorum quorum, QuorumChange add) {
        var voter = quorum.voters().stream().filter(one -> one.nodeId() == add.nodeId())
            .findFirst();
        if (voter.isEmpty()) return Optional.empty();
        boolean isSame = voter.get().directoryId().equals(add.directoryId());
        return refused(ErrorCode.DUPLICATE_VOTER, isSame
            ? "Node " + add.nodeId() + " is a voter already."
            : "Node " + add.nodeId() + " has a vote with directory " + voter.get().directoryId()
                + ", which has to be removed first.");
    }

    private static Optional<Failed> addressless(String host, int port) {
        return host.isEmpty() || port <= 0
            ? refused(ErrorCode.INVALID_REQUEST, "It is not said where the voter listens.")
            : Optional.empty();
    }

    private static Optional<Failed> noVoter(QuorumChange remove) {
        return refused(ErrorCode.VOTER_NOT_FOUND, "Node " + remove.nodeId() + " with directory "
            + remove.directoryId() + " is not a voter.");
    }

    /// Without it, most of the others must be there: else nobody could ever decide anything again.
    private static Optional<Failed> leftBehind(Quorum quorum, QuorumChange remove) {
        var rest = quorum.voters().stream().filter(one -> one.nodeId() != remove.nodeId()).toList();
        if (rest.isEmpty())
            return refused(ErrorCode.INVALID_REQUEST, "It is the last voter.");
        long live = rest.stream().filter(Quorum.Member::isLive).count();
        if (live > rest.size() / 2) return Optional.empty();
        return refused(ErrorCode.INVALID_REQUEST, "Of the " + rest.size()
            + " voters that would be left only " + live + " can be reached: the cluster would stand"
            + " still. Remove one that cannot be reached first.");
    }

    private static Optional<Failed> refused(ErrorCode why, String message) {
        return Optional.of(new Failed(why, message));
    }
}
