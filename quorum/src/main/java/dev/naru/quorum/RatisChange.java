package dev.naru.quorum;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.MetadataLog.Outcome;
import dev.naru.metadata.QuorumChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.protocol.exceptions.TransferLeadershipException;
import org.jspecify.annotations.Nullable;

/// Makes a change of the quorum's members, on its leader, on a thread that may wait. Ratis lets a new
/// voter catch up before it writes the configuration in which that one counts. An observer that is to
/// vote is taken out and joins anew, since Ratis promotes one without a look at how far it is.
final class RatisChange {
    private static final long STEP_SECONDS_MAX = 20;
    private static final long HAND_OVER_MS = 3_000;

    private final RatisMember member;
    private final RatisQuorum quorum;

    RatisChange(RatisMember member, RatisQuorum quorum) {
        this.member = member;
        this.quorum = quorum;
    }

    /// Who votes and who listens.
    record Members(List<RaftPeer> voters, List<RaftPeer> observers) {
        private Members without(int nodeId) {
            return new Members(others(voters, nodeId), others(observers, nodeId));
        }

        private Members withVoter(RaftPeer peer) {
            return new Members(and(voters, peer), observers);
        }

        private Members withObserver(RaftPeer peer) {
            return new Members(voters, and(observers, peer));
        }

        private static List<RaftPeer> others(List<RaftPeer> peers, int nodeId) {
            return peers.stream().filter(peer -> Voter.nodeId(peer.getId()) != nodeId).toList();
        }

        private static List<RaftPeer> and(List<RaftPeer> peers, RaftPeer one) {
            var all = new ArrayList<>(peers);
            all.add(one);
            return List.copyOf(all);
        }
    }

    /// How it ended. A member that is asked to leave while it leads hands the leadership over, and
    /// the next leader is to be asked.
    Outcome make(QuorumChange change) {
        try {
            var before = members();
            return switch (change) {
                case QuorumChange.AddVoter add -> addVoter(before, new Voter(add.nodeId(),
                    add.directoryId(), add.host(), add.port()).peer());
                case QuorumChange.AddObserver add -> set(before, before.without(add.nodeId())
                    .withObserver(new Voter(add.nodeId(), add.directoryId(), add.host(),
                        add.port()).peer()));
                case QuorumChange.RemoveVoter remove -> isSelf(remove)
                    ? handOver()
                    : set(before, demoted(before, remove));
                case QuorumChange.Forget forget -> isSelf(forget)
                    ? handOver()
                    : set(before, before.without(forget.nodeId()));
            };
        } catch (IOException failed) {
            return refusal(failed);
        }
    }

    private Members members() throws IOException {
        var now = member.division().getRaftConf();
        return new Members(List.copyOf(now.getCurrentPeers(RaftPeerRole.FOLLOWER)),
            List.copyOf(now.getCurrentPeers(RaftPeerRole.LISTENER)));
    }

    private Outcome addVoter(Members before, RaftPeer peer) {
        var out = before.without(Voter.nodeId(peer.getId()));
        boolean wasObserver = out.observers().size() < before.observers().size();
        if (wasObserver && !(set(before, out) instanceof Outcome.Committed))
            return new Outcome.Unknown("The observer could not be made a voter.");
        var how = set(out, out.withVoter(peer));
        if (wasObserver && how instanceof Outcome.Refused) set(out, out.withObserver(peer));
        return how;
    }

    private static Members demoted(Members before, QuorumChange remove) {
        var peer = before.voters().stream()
            .filter(voter -> Voter.nodeId(voter.getId()) == remove.nodeId()).findFirst();
        var out = before.without(remove.nodeId());
        return peer.map(out::withObserver).orElse(out);
    }

    private boolean isSelf(QuorumChange change) {
        return Voter.peerId(change.nodeId(), change.directoryId()).equals(member.id());
    }

    private Outcome handOver() throws IOException {
        int self = Voter.nodeId(member.id());
        var next = quorum.look().voters().stream()
            .filter(voter -> voter.nodeId() != self && voter.isLive())
            .max((one, two) -> Long.compare(one.lastIndex(), two.lastIndex()));
        if (next.isEmpty()) {
            return new Outcome.Refused(ErrorCode.INVALID_REQUEST,
                "There is no other voter that could lead.");
        }
        var to = Voter.peerId(next.get().nodeId(), next.get().directoryId());
        var problem = await(() -> member.handOver(to, HAND_OVER_MS));
        if (problem != null && !(problem instanceof NotLeaderException)) return refusal(problem);
        return new Outcome.Refused(ErrorCode.NOT_CONTROLLER, "Node " + next.get().nodeId()
            + " leads from now on.");
    }

    private Outcome set(Members before, Members after) {
        var problem = await(() -> member.configure(before, after));
        return problem == null ? new Outcome.Committed(0) : refusal(problem);
    }

    /// What went wrong, null when nothing did.
    private static @Nullable Throwable await(Step step) {
        try {
            var reply = step.begin().get(STEP_SECONDS_MAX, TimeUnit.SECONDS);
            return reply.isSuccess() ? null : reply.getException();
        } catch (ExecutionException failed) {
            return failed.getCause() == null ? failed : failed.getCause();
        } catch (IOException | TimeoutException failed) {
            return failed;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return ended;
        }
    }

    private static Outcome refusal(Throwable problem) {
        return switch (problem) {
            case NotLeaderException _,LeaderNotReadyException _,LeaderSteppingDownException _ ->
                new Outcome.Refused(ErrorCode.NOT_CONTROLLER, "Another node leads.");
            case TransferLeadershipException _ -> new Outcome.Refused(ErrorCode.NOT_CONTROLLER,
                "The leadership was not handed over.");
            case ReconfigurationInProgressException _ -> new Outcome.Refused(
                ErrorCode.REQUEST_TIMED_OUT, "Another change of the quorum is under way.");
            case ReconfigurationTimeoutException _ -> new Outcome.Refused(
                ErrorCode.REQUEST_TIMED_OUT, "The new member, or an observer, does not answer.");
            case SetConfigurationException _ -> new Outcome.Refused(ErrorCode.REQUEST_TIMED_OUT,
                "The quorum has changed meanwhile.");
            default -> new Outcome.Unknown(String.valueOf(problem));
        };
    }

    private interface Step {
        CompletableFuture<RaftClientReply> begin() throws IOException;
    }
}
