package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Turns a living classic group into a consumer group when the first member of the new protocol
/// comes, and back when the last one has left (KIP-848, online migration). Members keep their ids and
/// what they own.
final class ConsumerMigration {
    private final ConsumerRules rules;
    private final GroupPorts ports;
    private final ClassicDecider classic;
    private final ClassicRebalance rebalance;

    ConsumerMigration(GroupPorts ports, ClassicDecider classic, ClassicRebalance rebalance) {
        this.rules = ports.consumers();
        this.ports = ports;
        this.classic = classic;
        this.rebalance = rebalance;
    }

    boolean mayUpgrade(ClassicGroup group) {
        return rules.mayUpgrade() && group.isConsumers() && group.size() <= rules.maxSize();
    }

    /// The classic group as a consumer group: its generation becomes the epoch. Whoever waits is
    /// told to join again.
    Decision<GroupFact> upgrade(ClassicGroup group, Now now) throws Malformed {
        var facts = new ArrayList<GroupFact>(group.removal());
        var effects = new ArrayList<Effect>();
        facts.add(new GroupFact.KindChosen(group.id(), GroupKind.CONSUMER));
        int epoch = group.generation();
        var taken = new Partitions.Gathering();
        var assigned = new ArrayList<GroupFact>();
        for (var member : group.members()) {
            facts.add(new ConsumerFact.MemberStored(group.id(), said(member, group)));
            var owned = owned(member, epoch, taken);
            assigned.add(new ConsumerFact.TargetStored(group.id(), member.memberId(),
                owned.partitions()));
            assigned.add(new ConsumerFact.CurrentStored(group.id(), member.memberId(),
                new ConsumerMember.Current(epoch, epoch, ConsumerMember.State.STABLE, owned,
                    Owned.NONE)));
            sendBack(group, member, effects);
        }
        facts.add(new ConsumerFact.EpochRaised(group.id(), epoch, 0));
        facts.addAll(assigned);
        facts.add(new ConsumerFact.Targeted(group.id(), epoch, 0));
        effects.add(new Effect.StopTimer(new GroupTimer.JoinEnds(group.id())));
        effects.add(new Effect.StopTimer(new GroupTimer.SyncEnds(group.id())));
        return Decision.of(facts, effects);
    }

    private static ConsumerMember.Subscription said(ClassicMember member, ClassicGroup group)
        throws Malformed {
        var metadata = group.protocol() == null || !member.supports(group.protocol())
            ? member.firstMetadata()
            : member.metadata(group.protocol());
        var subscription = ClassicWords.subscription(metadata);
        var identity = member.identity();
        return new ConsumerMember.Subscription(member.memberId(), member.instanceId(),
            subscription.rackId(), identity.clientId(), identity.clientHost(),
            member.terms().rebalanceTimeoutMs(),
            new ArrayList<>(new TreeSet<>(subscription.topics())), "", null,
            new ConsumerMember.Classic(member.terms().sessionTimeoutMs(),
                member.terms().protocols()));
    }

    /// What a leader gave to two members stays with the first.
    private Owned owned(ClassicMember member, int epoch, Partitions.Gathering taken)
        throws Malformed {
        var view = ports.topics().get();
        var owned = new Owned.Gathering();
        var assigned = ClassicWords.assigned(member.assignment(), view);
        for (var topic : assigned.byTopic().entrySet()) {
            for (int partition : topic.getValue()) {
                if (!taken.addIfNew(topic.getKey(), partition)) continue;
                owned.add(topic.getKey(), partition, epoch);
            }
        }
        return owned.done();
    }

    private static void sendBack(ClassicGroup group, ClassicMember member, List<Effect> effects) {
        var again = ErrorCode.REBALANCE_IN_PROGRESS;
        var join = member.join();
        if (join != null) {
            effects.add(new Effect.Reply<>(join,
                ClassicAnswers.joinError(again, member.memberId())));
        }
        var sync = member.sync();
        if (sync != null) effects.add(new Effect.Reply<>(sync, ClassicAnswers.syncError(again)));
        effects.add(new Effect.StopTimer(new GroupTimer.Session(group.id(), member.memberId())));
        long sessionNs = member.terms().sessionTimeoutMs() * Now.NS_PER_MS;
        effects.add(new Effect.StartTimer(
            new GroupTimer.ConsumerSession(group.id(), member.memberId()), sessionNs));
    }

    /// Whether the draft leaves nobody of the new protocol, and the rest may be a classic group.
    boolean mustDowngrade(ConsumerDraft draft) {
        int size = draft.size();
        return rules.mayDowngrade() && size > 0 && draft.classicCount() == size
            && size <= ports.rules().maxSize();
    }

    /// The rest as a classic group, which rebalances at once. What the draft has decided so far is
    /// void but for its replies: the log forgets the consumer group.
    Decision<GroupFact> downgrade(ConsumerDraft draft) {
        var group = draft.group();
        var facts = new ArrayList<GroupFact>(group.removal());
        var effects = new ArrayList<>(draft.decision().effects());
        var stored = stored(draft);
        var classicGroup = new ClassicGroup(group.id());
        var kept = new ClassicFact.GroupStored(group.id(), stored);
        classicGroup.apply(kept);
        facts.add(new GroupFact.KindChosen(group.id(), GroupKind.CLASSIC));
        facts.add(kept);
        for (var member : stored.members()) {
            effects.add(new Effect.StopTimer(
                new GroupTimer.ConsumerSession(group.id(), member.memberId())));
        }
        var revived = classic.revive(classicGroup, draft.now());
        if (revived.group().state().mayBecome(ClassicState.PREPARING_REBALANCE)) {
            rebalance.prepare(revived);
        }
        facts.addAll(revived.decision().facts());
        effects.addAll(revived.decision().effects());
        return Decision.of(facts, effects);
    }

    private StoredGroup stored(ConsumerDraft draft) {
        var protocol = ConsumerClassic.sharedProtocol(draft);
        var members = new ArrayList<StoredGroup.Member>();
        for (var memberId : draft.memberIds()) {
            var member = draft.member(memberId);
            var classicMember = member == null ? null : member.said().classic();
            if (member == null || classicMember == null) continue;
            var said = member.said();
            members.add(new StoredGroup.Member(memberId, said.instanceId(), said.clientId(),
                said.clientHost(), said.rebalanceTimeoutMs(), classicMember.sessionTimeoutMs(),
                ConsumerClassic.metadata(classicMember, protocol),
                ClassicWords.assignment(member, draft.target(memberId), ports.topics().get())));
        }
        return new StoredGroup(ClassicGroup.CONSUMER, draft.groupEpoch(), protocol,
            members.isEmpty() ? null : members.getFirst().memberId(), draft.now().wallMs(),
            members);
    }
}
