package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.MetadataLogs;
import dev.naru.metadata.NodeIdentity;
import dev.naru.metadata.Quorum;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The cluster's metadata log, as unkind as one may be that keeps its word: a model that holds the
/// one sequence and the terms, and decides who is told what and when. A term has one leader, which
/// a majority of the voters must reach, both ways, to commit anything. What a leader had under way
/// when it was deposed is carried over by the next one, up to some point, or is never in the log.
///
/// What a node has stored survives whatever happens to its host. A voter that comes back with
/// another directory is a stranger, who may listen.
public final class SimQuorum {
    private static final int TICK_MS_MAX = 40;
    private static final int HOP_NS_MAX = 400_000;
    private static final int COMMIT_NS_MAX = 2_000_000;
    private static final int SLOW_NS_MAX = 800_000_000;
    private static final int LAG_MS_MAX = 4_000;
    private static final int SNAPSHOT_BATCHES_MIN = 8;
    private static final int SNAPSHOT_ONE_TICK_IN = 12;
    private static final int PATIENCE_MS = 5_000;
    private static final long NS_PER_MS = 1_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private final World world;
    private final SimHost nature;
    private final SimEntropy chance;
    private final SimNetwork network;
    private final TreeMap<Integer, SimMember> members = new TreeMap<>();
    private final List<SimBatch> committed = new ArrayList<>();
    private final ArrayDeque<SimProposal> pending = new ArrayDeque<>();
    private QuorumWeather weather = QuorumWeather.FAIR;
    private int term;
    private @Nullable SimMetadataLog leader;
    private long lastIndex;
    private long lastDueNs;
    private long unfitSinceNs = NEVER;
    private long unfitForNsMax;
    private boolean isTicking;

    /// `nature` is a host that never dies; `network` says who reaches whom; `voters` are node ids.
    public SimQuorum(SimHost nature, SimEntropy chance, SimNetwork network, List<Integer> voters) {
        this.world = nature.world();
        this.nature = nature;
        this.chance = chance;
        this.network = network;
        for (int nodeId : voters)
            members.put(nodeId, new SimMember(nodeId, true));
    }

    /// Where the node on this host gets its log, in each of its lives. One that is no voter
    /// listens.
    public MetadataLogs logs(SimHost host, int nodeId) {
        return identity -> open(host, nodeId, identity);
    }

    private MetadataLog open(SimHost host, int nodeId, NodeIdentity identity) {
        Invariant.check(identity.nodeId() == nodeId, "a host has one node", identity.nodeId(),
            nodeId);
        var member = members.computeIfAbsent(nodeId, id -> new SimMember(id, false));
        member.opens(host, identity.directoryId());
        return new SimMetadataLog(this, member, host);
    }

    public void weather(QuorumWeather next) {
        weather = next;
    }

    /// No more trouble than the machines make.
    public void heal() {
        weather = QuorumWeather.FAIR;
        for (var member : members.values())
            member.deafUntil(0);
    }

    /// The leader goes, without a reason, if another one can be found.
    public void changeLeader() {
        elect();
    }

    /// The node's log fails, as when its disk does.
    public void fail(int nodeId, String reason) {
        var member = members.get(nodeId);
        var log = member == null ? null : member.log();
        if (log != null) log.tellFailed(reason);
    }

    /// Who leads, [MetadataLog#NO_LEADER] when nobody can commit anything now.
    public int leaderId() {
        var now = leader;
        return now != null && isFit(now) ? now.member().nodeId() : MetadataLog.NO_LEADER;
    }

    public int term() {
        return term;
    }

    /// The index of the last batch that is in the log for good; 0 when there is none.
    public long committedIndex() {
        return committed.isEmpty() ? 0 : committed.getLast().index();
    }

    /// A node has started its log: it is told what its directory holds.
    void joins(SimMetadataLog log) {
        var member = log.member();
        member.log(log);
        var snapshot = member.snapshot();
        if (snapshot != null) log.tellSnapshot(snapshot);
        int from = member.snapshotBatches();
        int known = Math.max(member.stored(), from);
        // What it has stored it may not know to be committed.
        member.stored(from + chance.below(known - from + 1));
        for (int position = from; position < member.stored(); position++)
            log.tellCommitted(committed.get(position), position);
        if (leaderId() == MetadataLog.NO_LEADER) log.tellFollowing(MetadataLog.NO_LEADER);
        if (!isTicking) tickSoon();
    }

    /// A proposal of somebody who thinks that it leads.
    void take(SimProposal proposal) {
        int patienceMs = PATIENCE_MS;
        if (happens(weather.lostAnswerOneIn())) {
            proposal.losesAnswer();
            patienceMs = 1 + chance.below(500);
            world.trace().count("quorum: answers lost");
        }
        world.schedule(patienceMs * NS_PER_MS, nature, () -> proposal.by().answer(proposal,
            new MetadataLog.Outcome.Unknown("No answer came in time.")));
        if (proposal.by() != leader || proposal.term() != term) {
            world.trace().count("quorum: proposals of a deposed leader");
            return;
        }
        long commitNs = 1L + chance.below(COMMIT_NS_MAX);
        if (happens(weather.slowOneIn())) commitNs += chance.below(SLOW_NS_MAX);
        lastDueNs = Math.max(lastDueNs + 1, world.nowNs() + commitNs);
        proposal.dueNs(lastDueNs);
        pending.addLast(proposal);
        world.schedule(lastDueNs - world.nowNs(), nature, this::commitDue);
    }

    /// Who is in it, as the node of this log sees it.
    Quorum seenBy(SimMetadataLog log) {
        var voting = new ArrayList<Quorum.Member>();
        var listening = new ArrayList<Quorum.Member>();
        boolean knows = log == leader;
        for (var member : members.values()) {
            boolean isSeen = knows || member == log.member();
            long lastIndex = !isSeen
                ? Quorum.UNKNOWN
                : member.stored() == 0 ? 0 : committed.get(member.stored() - 1).index();
            long ageMs = isSeen && member.isUp() ? 0 : Quorum.UNKNOWN;
            var seen = new Quorum.Member(member.nodeId(),
                member.hasVote() ? member.votesWith() : member.directoryId(), lastIndex, ageMs,
                member.stored() == committed.size() ? ageMs : Quorum.UNKNOWN);
            (member.hasVote() ? voting : listening).add(seen);
        }
        long known = log.told() == 0 ? 0 : committed.get(log.told() - 1).index();
        return new Quorum(log.knownLeader(), log.knownTerm(), known, voting, listening);
    }

    boolean refuses() {
        return happens(weather.refuseOneIn());
    }

    long hopNs() {
        return 1L + chance.below(HOP_NS_MAX);
    }

    /// Something of the model's own that takes a while.
    void later(Runnable task) {
        world.schedule(chance.below(20) * NS_PER_MS, nature, task);
    }

    private boolean happens(int oneIn) {
        return oneIn > 0 && chance.oneIn(oneIn);
    }

    private void tickSoon() {
        isTicking = true;
        world.schedule((1L + chance.below(TICK_MS_MAX)) * NS_PER_MS, nature, this::tick);
    }

    private void tick() {
        isTicking = false;
        if (members.values().stream().allMatch(member -> member.log() == null)) return;
        watchLeader();
        commitDue();
        for (var member : members.values()) {
            inform(member);
            snapshotPerhaps(member);
        }
        tickSoon();
    }

    private void watchLeader() {
        var now = leader;
        if (now != null && isFit(now)) {
            unfitSinceNs = NEVER;
            boolean goes = weather.changeEveryMs() > 0
                && chance.below(weather.changeEveryMs()) < TICK_MS_MAX / 2;
            if (goes) elect();
            return;
        }
        if (unfitSinceNs == NEVER) {
            unfitSinceNs = world.nowNs();
            unfitForNsMax = (weather.electionMs() / 2 + chance.below(weather.electionMs()))
                * NS_PER_MS;
        }
        long unfitNs = world.nowNs() - unfitSinceNs;
        if (unfitNs < unfitForNsMax) return;
        elect();
        boolean isFound = leader != now;
        if (now == null || isFound) return;
        if (unfitNs < unfitForNsMax + weather.ignorantMsMax() * NS_PER_MS) return;
        now.tellFollowing(MetadataLog.NO_LEADER); // it finds that nobody follows
        leader = null;
    }

    /// Whether it can commit.
    private boolean isFit(SimMetadataLog log) {
        return log.isLive() && !log.isFailed() && log.member().log() == log
            && canLead(log.member());
    }

    private boolean canLead(SimMember candidate) {
        if (!isVoting(candidate)) return false;
        int voters = 0;
        int reached = 0;
        for (var voter : members.values()) {
            if (voter.hasVote()) voters++;
            if (isVoting(voter) && candidate.isInTouch(voter, network)) reached++;
        }
        return reached > voters / 2;
    }

    private static boolean isVoting(SimMember member) {
        var log = member.log();
        return member.isVoter() && member.isUp() && log != null && !log.isFailed();
    }

    /// A new term, under any voter that a majority reaches.
    private void elect() {
        var able = new ArrayList<SimMetadataLog>();
        for (var member : members.values()) {
            var log = member.log();
            if (log != null && canLead(member)) able.add(log);
        }
        if (able.isEmpty()) return;
        var deposed = leader;
        var next = able.get(chance.below(able.size()));
        term += 1 + chance.below(3);
        lastIndex += 1 + chance.below(2);
        leader = next;
        unfitSinceNs = NEVER;
        world.trace().count("quorum: terms");
        world.trace().line(world, "quorum", "term " + term + " of " + next.member().nodeId());
        carryOver();
        if (deposed != null && deposed != next && deposed.isLive()) {
            long ignorantNs = chance.below(weather.ignorantMsMax() + 1) * NS_PER_MS;
            deposed.member().deafUntil(world.nowNs() + ignorantNs);
        }
        next.member().deafUntil(0);
        if (next.tellsLeading() && chance.oneIn(2)) next.tellFollowing(MetadataLog.NO_LEADER);
        inform(next.member());
    }

    /// Of what the last leader had under way, a majority has stored some; the new leader's first
    /// entry commits it. The rest is never in the log.
    private void carryOver() {
        int carried = chance.below(pending.size() + 1);
        world.trace().count("quorum: carried over", carried);
        for (int i = 0; i < carried; i++)
            commit(pending.removeFirst());
        for (var lost : pending) {
            world.trace().count("quorum: lost with their leader");
            if (chance.oneIn(2))
                lost.by().answer(lost, new MetadataLog.Outcome.Refused(
                    ErrorCode.NOT_CONTROLLER, "Another node became the leader."));
        }
        pending.clear();
    }

    private void commitDue() {
        var now = leader;
        while (now != null && !pending.isEmpty() && pending.getFirst().dueNs() <= world.nowNs()
            && isFit(now)) {
            commit(pending.removeFirst());
        }
    }

    private void commit(SimProposal proposal) {
        lastIndex += 1 + (chance.oneIn(10) ? chance.below(3) : 0);
        committed.add(new SimBatch(lastIndex, term, proposal.batch(), proposal));
        world.trace().mix(lastIndex);
        for (var member : members.values())
            world.schedule(hopNs(), nature, () -> inform(member));
    }

    /// Tells a node what it may know by now.
    private void inform(SimMember member) {
        var log = member.log();
        if (log == null || log.isFailed() || member.isDeaf(world.nowNs())) return;
        var now = leader;
        if (log == now) {
            deliver(member, log);
            log.tellLeading(term);
            return;
        }
        boolean hears = now != null && now.isLive() && member.isInTouch(now.member(), network);
        if (now == null || !hears) {
            boolean isLost = member.outOfTouchNs(world.nowNs()) > weather.electionMs() * NS_PER_MS;
            if (isLost) log.tellFollowing(MetadataLog.NO_LEADER);
            return;
        }
        member.inTouch();
        if (happens(weather.lagOneIn())) {
            member.deafUntil(world.nowNs() + chance.below(LAG_MS_MAX) * NS_PER_MS);
            return;
        }
        log.tellFollowing(now.member().nodeId());
        deliver(member, log);
    }

    private void deliver(SimMember member, SimMetadataLog log) {
        var better = snapshotFor(member);
        if (better != null) {
            world.trace().count("quorum: snapshots installed");
            member.snapshot(better);
            member.stored(better.batches());
            log.tellSnapshot(better);
        }
        for (int position = member.stored(); position < committed.size(); position++)
            log.tellCommitted(committed.get(position), position);
        member.stored(committed.size());
    }

    /// A snapshot in place of the batches that lead up to it, when somebody has one.
    private SimMember.@Nullable Snapshot snapshotFor(SimMember member) {
        for (var other : members.values()) {
            var offered = other.snapshot();
            if (offered == null || other.log() == null || offered.batches() <= member.stored())
                continue;
            if (happens(weather.snapshotOneIn())) return offered;
        }
        return null;
    }

    private void snapshotPerhaps(SimMember member) {
        var log = member.log();
        if (log == null || log.isFailed() || !log.hasBeenToldWhoLeads()) return;
        if (log.told() - member.snapshotBatches() < SNAPSHOT_BATCHES_MIN) return;
        if (chance.oneIn(SNAPSHOT_ONE_TICK_IN)) log.askSnapshot();
    }
}
