package dev.naru.quorum;

import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.Quorum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/// The members of a running quorum: who they are and how far each is. From any thread.
final class RatisQuorum {
    private static final long NS_PER_MS = 1_000_000L;

    private final RatisMember member;
    private final Map<RaftPeerId, Long> caughtUpAtNs = new ConcurrentHashMap<>();

    RatisQuorum(RatisMember member) {
        this.member = member;
    }

    /// What this node knows. A follower is caught up when it has stored what the leader has; since
    /// when one that is not was last seen to be so is known from the looks before.
    Quorum look() throws IOException {
        var division = member.division();
        var info = division.getInfo();
        var leader = info.getLeaderId();
        var followers = followers(division);
        long committed = Math.max(0, division.getRaftLog().getLastCommittedIndex());
        return new Quorum(leader == null ? MetadataLog.NO_LEADER : Voter.nodeId(leader),
            Math.toIntExact(info.getCurrentTerm()), committed,
            members(division, RaftPeerRole.FOLLOWER, followers),
            members(division, RaftPeerRole.LISTENER, followers));
    }

    private static Map<RaftPeerId, Follower> followers(RaftServer.Division division) {
        var found = new HashMap<RaftPeerId, Follower>();
        var role = division.getInfo().getRoleInfoProto();
        long[] stored = division.getInfo().getFollowerMatchIndices();
        if (!role.hasLeaderInfo() || stored == null) return found;
        var answered = role.getLeaderInfo().getFollowerInfoList();
        // Both are in the order of Ratis' senders, unless one came or went in between.
        if (answered.size() != stored.length) return found;
        for (int at = 0; at < stored.length; at++) {
            found.put(RaftPeerId.valueOf(answered.get(at).getId().getId()),
                new Follower(stored[at], answered.get(at).getLastRpcElapsedTimeMs()));
        }
        return found;
    }

    private List<Quorum.Member> members(RaftServer.Division division, RaftPeerRole role,
        Map<RaftPeerId, Follower> followers) {
        var members = new ArrayList<Quorum.Member>();
        var last = division.getRaftLog().getLastEntryTermIndex();
        long lastIndex = last == null ? 0 : last.getIndex();
        for (var peer : division.getRaftConf().getAllPeers(role)) {
            boolean isSelf = peer.getId().equals(member.id());
            members.add(isSelf
                ? self(Voter.of(peer), lastIndex)
                : other(peer, followers.get(peer.getId()),
                    lastIndex));
        }
        members.sort((one, two) -> Integer.compare(one.nodeId(), two.nodeId()));
        return members;
    }

    private static Quorum.Member self(Voter self, long lastIndex) {
        return new Quorum.Member(self.nodeId(), self.directoryId(), self.host(), self.port(),
            lastIndex, 0, 0);
    }

    private Quorum.Member other(RaftPeer peer, @Nullable Follower follower, long lastIndex) {
        var one = Voter.of(peer);
        if (follower == null) {
            return new Quorum.Member(one.nodeId(), one.directoryId(), one.host(), one.port(),
                Quorum.UNKNOWN, Quorum.UNKNOWN, Quorum.UNKNOWN);
        }
        long nowNs = System.nanoTime();
        if (follower.lastIndex >= lastIndex) {
            caughtUpAtNs.put(peer.getId(), nowNs - follower.answeredAgeMs * NS_PER_MS);
        }
        Long atNs = caughtUpAtNs.get(peer.getId());
        return new Quorum.Member(one.nodeId(), one.directoryId(), one.host(), one.port(),
            Math.max(0, follower.lastIndex),
            follower.answeredAgeMs, atNs == null ? Quorum.UNKNOWN : (nowNs - atNs) / NS_PER_MS);
    }

    private record Follower(long lastIndex, long answeredAgeMs) {}
}
