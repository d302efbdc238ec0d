package dev.naru.group;

import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.shard.Origin;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.Shard;
import dev.naru.wire.Malformed;
import dev.naru.wire.message.ConsumerGroupDescribeResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The groups whose ids belong to one partition of `__consumer_offsets`, with their committed
/// offsets. Owned by the partition's loop. Keeps I10 and I13.
public final class GroupShard implements Shard<GroupRequest, GroupFact> {
    private final GroupPorts ports;
    private final SortedMap<String, Group> groups = new TreeMap<>();
    private final OffsetTable offsets = new OffsetTable();
    private final ClassicJoinDecider joins;
    private final ClassicDecider classic;
    private final ConsumerTargets targets;
    private final ConsumerMigration migration;
    private final ConsumerDecider consumers;
    private final ConsumerClassic consumersClassic;
    private final StreamsDecider streams;
    private final ShareDecider shares;
    private final OffsetDecider commits;
    private final OffsetExpiry expiry;
    private GroupFact.@Nullable Swept lastSweep;

    public GroupShard(GroupPorts ports) {
        var rules = ports.rules();
        var rebalance = new ClassicRebalance(rules);
        this.ports = ports;
        this.joins = new ClassicJoinDecider(rules, rebalance, ports.entropy());
        this.classic = new ClassicDecider(rules, rebalance);
        this.targets = new ConsumerTargets(ports);
        this.migration = new ConsumerMigration(ports, classic, rebalance);
        this.consumers = new ConsumerDecider(ports, targets, migration);
        this.consumersClassic = new ConsumerClassic(ports, targets, consumers, migration, joins);
        this.streams = new StreamsDecider(ports);
        this.shares = new ShareDecider(ports);
        this.commits = new OffsetDecider(rules, offsets);
        this.expiry = new OffsetExpiry(rules);
    }

    @Override public Decision<GroupFact> decide(GroupRequest request, Now now) {
        return switch (request) {
            case GroupRequest.OfClassic q -> decideClassic(q, now);
            case GroupRequest.ConsumerHeartbeat q -> heartbeat(q, now);
            case GroupRequest.DescribeConsumers q -> Decision.reply(q.from(),
                groups.get(q.group()) instanceof ConsumerGroup group
                    ? describe(group, now)
                    : ConsumerReader.missing(q.group(), groups.get(q.group())));
            case GroupRequest.StreamsHeartbeat q -> heartbeat(q, now);
            case GroupRequest.DescribeStreams q -> Decision.reply(q.from(),
                groups.get(q.group()) instanceof StreamsGroup group
                    ? StreamsReader.describe(group, q.isFull())
                    : StreamsReader.missing(q.group(), groups.get(q.group())));
            case GroupRequest.DescribeTopology q -> streams.describe(
                groups.get(q.message().groupId()), q);
            case GroupRequest.OfShare q -> decideShare((ShareRequest) q, now);
            case GroupRequest.CommitOffsets q ->
                commits.commit(groups.get(q.message().groupId()), q, mayCreate(), now);
            case GroupRequest.CommitOffsetsInTransaction q ->
                commits.commit(groups.get(q.message().groupId()), q, mayCreate(), now);
            case GroupRequest.FetchOffsets q ->
                commits.fetch(groups.get(q.message().groupId()), q);
            case GroupRequest.DeleteOffsets q ->
                commits.delete(groups.get(q.message().groupId()), q);
            case GroupRequest.ListGroups q -> Decision.reply(q.from(),
                GroupReader.list(groups.values(), q.states(), q.types()));
            case GroupRequest.Survey q ->
                Decision.reply(q.from(), GroupReader.survey(groups, offsets));
            case GroupRequest.Describe q -> Decision.reply(q.from(),
                GroupReader.describeClassic(q.group(), groups.get(q.group())));
            case GroupRequest.Delete q -> delete(q);
            case GroupRequest.TopicsDeleted q -> forget(q, now);
        };
    }

    /// What classic members ask. They are at home in classic groups, and in consumer groups that
    /// have members; to them any other group is one that they are not in.
    private Decision<GroupFact> decideClassic(GroupRequest.OfClassic request, Now now) {
        return switch (request) {
            case GroupRequest.Join q -> join(q, now);
            case GroupRequest.Sync q -> consumers(q.message().groupId())
                .map(group -> consumersClassic.sync(group, q, now))
                .orElseGet(() -> classic.sync(classic(q.message().groupId()), q, now));
            case GroupRequest.Heartbeat q -> consumers(q.message().groupId())
                .map(group -> consumersClassic.heartbeat(group, q, now))
                .orElseGet(() -> classic.heartbeat(classic(q.message().groupId()), q, now));
            case GroupRequest.Leave q -> consumers(q.message().groupId())
                .map(group -> consumersClassic.leave(group, q, now))
                .orElseGet(() -> classic.leave(classic(q.message().groupId()), q, now));
        };
    }

    private Optional<ConsumerGroup> consumers(String id) {
        return groups.get(id) instanceof ConsumerGroup group && !group.isEmpty()
            ? Optional.of(group)
            : Optional.empty();
    }

    private @Nullable ClassicGroup classic(String id) {
        return groups.get(id) instanceof ClassicGroup group ? group : null;
    }

    private Decision<GroupFact> join(GroupRequest.Join q, Now now) {
        var known = groups.get(q.message().groupId());
        if (known == null || known instanceof ClassicGroup) {
            return joins.decide((ClassicGroup) known, q, mayCreate(), now);
        }
        if (known instanceof ConsumerGroup group && !group.isEmpty()) {
            return consumersClassic.join(group, q, now);
        }
        if (!known.isEmpty()) {
            return Decision.reply(q.from(),
                ClassicAnswers.joinError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, ""));
        }
        return anew(known, GroupKind.CLASSIC, joins.decide(null, q, true, now));
    }

    private Decision<GroupFact> heartbeat(GroupRequest.ConsumerHeartbeat q, Now now) {
        var id = q.message().groupId();
        var known = groups.get(id);
        var flaw = consumers.flaw(q);
        if (flaw.isPresent()) return ConsumerDecider.refuse(q, flaw.get());
        if (known instanceof ConsumerGroup group) return consumers.heartbeat(group, q, now);
        boolean joins = q.message().memberEpoch() == 0;
        if (!joins || (known != null && !known.isEmpty() && !(known instanceof ClassicGroup))) {
            return ConsumerDecider.refuse(q, new ConsumerSeats.Refused(
                ErrorCode.GROUP_ID_NOT_FOUND, GroupReader.missing(id, known, "consumer")));
        }
        if (known instanceof ClassicGroup group && !group.isEmpty()) return upgrade(group, q, now);
        if (known == null && !mayCreate()) {
            return ConsumerDecider.refuse(q, new ConsumerSeats.Refused(
                ErrorCode.COORDINATOR_NOT_AVAILABLE, "This coordinator has too many groups."));
        }
        var next = consumers.heartbeat(new ConsumerGroup(id), q, now);
        return known == null || next.facts().isEmpty()
            ? next
            : anew(known, GroupKind.CONSUMER, next);
    }

    /// The first member of the new protocol in a living classic group.
    private Decision<GroupFact> upgrade(ClassicGroup group, GroupRequest.ConsumerHeartbeat q,
        Now now) {
        try {
            if (!migration.mayUpgrade(group)) throw new Malformed("it is not to be upgraded");
            var upgraded = migration.upgrade(group, now);
            var into = new ConsumerGroup(group.id());
            for (var fact : upgraded.facts()) {
                if (fact instanceof GroupFact.OfGroup ofGroup) into.apply(ofGroup);
            }
            var next = consumers.heartbeat(into, q, now);
            if (next.facts().isEmpty()) return next;
            var facts = new ArrayList<>(upgraded.facts());
            facts.addAll(next.facts());
            var effects = new ArrayList<>(upgraded.effects());
            effects.addAll(next.effects());
            return Decision.of(facts, effects);
        } catch (Malformed unreadable) {
            return ConsumerDecider.refuse(q,
                new ConsumerSeats.Refused(ErrorCode.GROUP_ID_NOT_FOUND,
                    "Group " + group.id() + " is not a consumer group, and cannot become one: "
                        + unreadable.getMessage() + "."));
        }
    }

    private ConsumerGroupDescribeResponse.DescribedGroup describe(ConsumerGroup group, Now now) {
        return ConsumerReader.describe(group, targets.assignorOf(new ConsumerDraft(group, now)),
            ports.topics().get());
    }

    private Decision<GroupFact> heartbeat(GroupRequest.StreamsHeartbeat q, Now now) {
        var id = q.message().groupId();
        var known = groups.get(id);
        var flaw = streams.flaw(q);
        if (flaw.isPresent()) return StreamsDecider.refuse(q, flaw.get());
        if (known instanceof StreamsGroup group) return streams.heartbeat(group, q, now);
        boolean joins = q.message().memberEpoch() == 0;
        if (!joins || (known != null && !known.isEmpty())) {
            return StreamsDecider.refuse(q, new ConsumerSeats.Refused(
                ErrorCode.GROUP_ID_NOT_FOUND, GroupReader.missing(id, known, "streams")));
        }
        if (known == null && !mayCreate()) {
            return StreamsDecider.refuse(q, new ConsumerSeats.Refused(
                ErrorCode.COORDINATOR_NOT_AVAILABLE, "This coordinator has too many groups."));
        }
        var next = streams.heartbeat(new StreamsGroup(id), q, now);
        return known == null || next.facts().isEmpty()
            ? next
            : anew(known, GroupKind.STREAMS, next);
    }

    /// The decision about a group that starts anew as one of another kind.
    private static Decision<GroupFact> anew(Group before, GroupKind kind,
        Decision<GroupFact> next) {
        var facts = new ArrayList<GroupFact>(before.removal());
        facts.add(new GroupFact.KindChosen(before.id(), kind));
        facts.addAll(next.facts());
        return Decision.of(facts, next.effects());
    }

    private Decision<GroupFact> decideShare(ShareRequest request, Now now) {
        return switch (request) {
            case ShareRequest.Beat q -> beat(q, now);
            case ShareRequest.DescribeShare q -> Decision.reply(q.from(), ShareReader
                .describe(q.group(), groups.get(q.group()), ports.topics().get()));
            case ShareRequest.Initialized q -> shares.initialized(share(q.group()), q, now);
            case ShareRequest.Forget q -> shares.forget(share(q.group()), q, now);
            case ShareRequest.Forgotten q -> shares.forgotten(share(q.group()), q, now);
            case ShareRequest.Look q ->
                Decision.reply(q.from(), ShareReader.look(groups.get(q.group())));
        };
    }

    private @Nullable ShareGroup share(String id) {
        return groups.get(id) instanceof ShareGroup group ? group : null;
    }

    private Decision<GroupFact> beat(ShareRequest.Beat q, Now now) {
        var known = groups.get(q.message().groupId());
        if (known == null || known instanceof ShareGroup) {
            return shares.beat((ShareGroup) known, q, mayCreate(), now);
        }
        boolean mayJoin = known.isEmpty() && q.message().memberEpoch() == 0;
        var decision = shares.beat(null, q, mayJoin, now);
        return mayJoin && !decision.facts().isEmpty()
            ? anew(known, GroupKind.SHARE, decision)
            : decision;
    }

    private boolean mayCreate() {
        return groups.size() < Limits.GROUPS_PER_SHARD_MAX;
    }

    private Decision<GroupFact> delete(GroupRequest.Delete q) {
        var group = groups.get(q.group());
        if (group == null) return Decision.reply(q.from(), ErrorCode.GROUP_ID_NOT_FOUND);
        if (!group.isEmpty()) return Decision.reply(q.from(), ErrorCode.NON_EMPTY_GROUP);
        // without the group nobody would know of its states any more
        if (group instanceof ShareGroup shared && shared.hasStates()) {
            return Decision.reply(q.from(), ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        var facts = new ArrayList<GroupFact>();
        offsets.topics(q.group())
            .forEach((topic, partitions) -> remove(q.group(), topic, partitions, facts));
        facts.addAll(group.removal());
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), ErrorCode.NONE)));
    }

    private Decision<GroupFact> forget(GroupRequest.TopicsDeleted q, Now now) {
        var facts = new ArrayList<GroupFact>();
        for (var group : offsets.groups()) {
            offsets.topics(group).forEach((topic, partitions) -> {
                if (q.topics().contains(topic)) remove(group, topic, partitions, facts);
            });
        }
        for (var group : groups.values()) {
            if (group instanceof ShareGroup shared) facts.addAll(shares.withoutGone(shared, now));
        }
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), true)));
    }

    /// Offsets of topics that went while nobody here could hear of it: the shard was loading, or
    /// the node was down. The topics that are seen must be all that the log may speak of.
    private List<GroupFact> withoutGone() {
        var view = ports.topics().get();
        return offsets.ofGone(topicId -> view.topic(topicId).isPresent()).stream()
            .<GroupFact>map(entry -> new GroupFact.OffsetRemoved(entry.group(), entry.topic(),
                entry.partition()))
            .distinct().toList();
    }

    private static void remove(String group, String topic, Collection<Integer> partitions,
        List<GroupFact> into) {
        for (int partition : partitions)
            into.add(new GroupFact.OffsetRemoved(group, topic, partition));
    }

    @Override public void apply(GroupFact fact, Origin origin) {
        switch (fact) {
            case GroupFact.OffsetCommitted committed -> {
                groups.computeIfAbsent(committed.group(), ClassicGroup::new);
                offsets.apply(committed, origin);
            }
            case GroupFact.OffsetRemoved removed -> {
                offsets.apply(removed);
                dropIfBlank(removed.group());
            }
            case GroupFact.Swept swept -> lastSweep = swept;
            case GroupFact.KindChosen(String id, GroupKind kind) -> groups.put(id, fresh(id, kind));
            case GroupFact.OfGroup ofGroup -> {
                if (!isForAnother(ofGroup)) group(ofGroup).apply(ofGroup);
                dropIfBlank(ofGroup.group());
            }
        }
    }

    private boolean isForAnother(GroupFact.OfGroup fact) {
        var known = groups.get(fact.group());
        return fact.isRemoval() && (known == null || known.kind() != fact.kind());
    }

    /// The group that the fact is about. The newest word about the kind of a group counts.
    private Group group(GroupFact.OfGroup fact) {
        var known = groups.get(fact.group());
        if (known != null && known.kind() == fact.kind()) return known;
        var fresh = fresh(fact.group(), fact.kind());
        groups.put(fact.group(), fresh);
        return fresh;
    }

    private static Group fresh(String id, GroupKind kind) {
        return switch (kind) {
            case CLASSIC -> new ClassicGroup(id);
            case CONSUMER -> new ConsumerGroup(id);
            case STREAMS -> new StreamsGroup(id);
            case SHARE -> new ShareGroup(id);
        };
    }

    /// There is a group as long as there is anything to know about it.
    private void dropIfBlank(String id) {
        var group = groups.get(id);
        if (group != null && group.isBlank() && !offsets.has(id)) groups.remove(id);
    }

    @Override public void applyMarker(long producerId, short producerEpoch, boolean isCommitted) {
        offsets.decide(producerId, isCommitted).forEach(this::dropIfBlank);
    }

    @Override public Decision<GroupFact> onLoaded(Now now) {
        var facts = new ArrayList<GroupFact>();
        var effects = new ArrayList<Effect>();
        for (var group : groups.values()) {
            var revived = revive(group, now);
            facts.addAll(revived.facts());
            effects.addAll(revived.effects());
        }
        facts.addAll(withoutGone());
        facts.add(new GroupFact.Swept(now.monotonicNs(), now.wallMs()));
        effects.add(nextSweep());
        return Decision.of(facts, effects);
    }

    private Decision<GroupFact> revive(Group group, Now now) {
        return switch (group) {
            case ClassicGroup known -> known.isStored()
                ? classic.revive(known, now).decision()
                : Decision.none();
            case ConsumerGroup known -> consumers.revive(known, now);
            case StreamsGroup known -> streams.revive(known, now);
            case ShareGroup known ->
                Decision.of(shares.withoutGone(known, now), shares.revive(known));
        };
    }

    private Effect nextSweep() {
        long delayNs = ports.rules().offsetsRetentionCheckIntervalMs() * Now.NS_PER_MS;
        return new Effect.StartTimer(new GroupTimer.Sweep(), delayNs);
    }

    @Override public Decision<GroupFact> onTimer(Object timer, Now now) {
        if (!(timer instanceof GroupTimer due)) return Decision.none();
        return switch (due) {
            case GroupTimer.Sweep() -> sweep(now);
            case GroupTimer.ShareSession(String id, String member) -> {
                var group = share(id);
                yield group == null ? Decision.none() : shares.sessionEnds(group, member, now);
            }
            case GroupTimer.OfClassic mine -> {
                var group = classic(mine.group());
                yield group == null ? Decision.none() : classic.onTimer(group, mine, now);
            }
            case GroupTimer.OfStreams mine -> groups.get(mine.group()) instanceof StreamsGroup group
                ? streams.onTimer(group, mine, now)
                : Decision.none();
            case GroupTimer.OfConsumers mine -> consumers(mine.group())
                .map(group -> consumers.onTimer(group, mine, now)).orElseGet(Decision::none);
        };
    }

    private Decision<GroupFact> sweep(Now now) {
        var facts = new ArrayList<GroupFact>();
        var last = lastSweep;
        if (last == null || expiry.isClockPlausible(last, now)) {
            facts.addAll(expiry.sweep(groups.values(), offsets, now));
        }
        // of a commit, too, that was decided just after its topic went
        facts.addAll(withoutGone());
        facts.add(new GroupFact.Swept(now.monotonicNs(), now.wallMs()));
        return Decision.of(facts, List.of(nextSweep()));
    }

    @Override public List<ReplyTo<?>> waiting() {
        var waiting = new ArrayList<ReplyTo<?>>();
        groups.values().forEach(group -> waiting.addAll(group.waiting()));
        return waiting;
    }

    /// All that the log knows, for comparisons in tests.
    Map<String, Object> picture() {
        var picture = new TreeMap<String, Object>(offsets.picture());
        groups.forEach((id, group) -> group.stored().ifPresent(stored -> picture.put(id, stored)));
        return picture;
    }
}
