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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The groups whose ids belong to one partition of `__consumer_offsets`, with their committed
/// offsets. Owned by the partition's loop. Keeps I10 and I13.
public final class GroupShard implements Shard<GroupRequest, GroupFact> {
    private final GroupRules rules;
    private final SortedMap<String, Group> groups = new TreeMap<>();
    private final OffsetTable offsets = new OffsetTable();
    private final JoinDecider joins;
    private final ClassicDecider classic;
    private final OffsetDecider commits;
    private final OffsetExpiry expiry;
    private GroupFact.@Nullable Swept lastSweep;

    public GroupShard(GroupRules rules, Entropy entropy) {
        var rebalance = new Rebalance(rules);
        this.rules = rules;
        this.joins = new JoinDecider(rules, rebalance, entropy);
        this.classic = new ClassicDecider(rules, rebalance);
        this.commits = new OffsetDecider(rules, offsets);
        this.expiry = new OffsetExpiry(rules);
    }

    /// The partition of `__consumer_offsets` that a group belongs to, as Kafka computes it.
    public static int partitionOf(String groupId, int partitions) {
        int hash = groupId.hashCode();
        return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % partitions;
    }

    @Override public Decision<GroupFact> decide(GroupRequest request, Now now) {
        return switch (request) {
            case GroupRequest.Join q ->
                joins.decide(groups.get(q.message().groupId()), q, mayCreate(),
                    now);
            case GroupRequest.Sync q -> classic.sync(groups.get(q.message().groupId()), q, now);
            case GroupRequest.Heartbeat q -> classic.heartbeat(groups.get(q.message().groupId()), q,
                now);
            case GroupRequest.Leave q -> classic.leave(groups.get(q.message().groupId()), q, now);
            case GroupRequest.CommitOffsets q ->
                commits.commit(groups.get(q.message().groupId()), q,
                    mayCreate(), now);
            case GroupRequest.FetchOffsets q -> commits.fetch(q);
            case GroupRequest.DeleteOffsets q ->
                commits.delete(groups.get(q.message().groupId()), q);
            case GroupRequest.ListGroups q -> Decision.reply(q.from(),
                GroupReader.list(groups.values(), q.states(), q.types()));
            case GroupRequest.Describe q -> Decision.reply(q.from(),
                GroupReader.describe(q.group(), groups.get(q.group())));
            case GroupRequest.Delete q -> delete(q);
            case GroupRequest.TopicsDeleted q -> forget(q);
        };
    }

    private boolean mayCreate() {
        return groups.size() < Limits.GROUPS_PER_SHARD_MAX;
    }

    private Decision<GroupFact> delete(GroupRequest.Delete q) {
        var group = groups.get(q.group());
        if (group == null) return Decision.reply(q.from(), ErrorCode.GROUP_ID_NOT_FOUND);
        if (!group.is(GroupState.EMPTY)) return Decision.reply(q.from(), ErrorCode.NON_EMPTY_GROUP);
        var facts = new ArrayList<GroupFact>();
        for (var entry : offsets.of(q.group())) {
            facts.add(new GroupFact.OffsetRemoved(q.group(), entry.topic(), entry.partition()));
        }
        if (group.stored() != null) facts.add(new GroupFact.GroupRemoved(q.group()));
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), ErrorCode.NONE)));
    }

    private Decision<GroupFact> forget(GroupRequest.TopicsDeleted q) {
        var facts = new ArrayList<GroupFact>();
        for (var entry : offsets.all()) {
            if (!q.topics().contains(entry.topic())) continue;
            facts.add(new GroupFact.OffsetRemoved(entry.group(), entry.topic(), entry.partition()));
        }
        return Decision.of(facts, List.of(new Effect.Reply<>(q.from(), true)));
    }

    @Override public void apply(GroupFact fact, Origin origin) {
        switch (fact) {
            case GroupFact.OffsetCommitted committed -> {
                group(committed.group());
                offsets.apply(committed, origin);
            }
            case GroupFact.OffsetRemoved removed -> {
                offsets.apply(removed);
                dropIfBlank(removed.group());
            }
            case GroupFact.GroupStored(String group, StoredGroup stored) ->
                group(group).store(stored);
            case GroupFact.GroupRemoved(String id) -> {
                var group = groups.get(id);
                if (group != null) group.forget();
                dropIfBlank(id);
            }
            case GroupFact.Swept swept -> lastSweep = swept;
            case GroupFact.Live live -> {
                group(live.group()).apply(live);
                dropIfBlank(live.group());
            }
        }
    }

    private Group group(String id) {
        return groups.computeIfAbsent(id, Group::new);
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
            if (group.stored() == null) continue;
            var revived = classic.revive(group, now).decision();
            facts.addAll(revived.facts());
            effects.addAll(revived.effects());
        }
        facts.add(new GroupFact.Swept(now.monotonicNs(), now.wallMs()));
        effects.add(nextSweep());
        return Decision.of(facts, effects);
    }

    private Effect nextSweep() {
        long delayNs = rules.offsetsRetentionCheckIntervalMs() * Now.NS_PER_MS;
        return new Effect.StartTimer(new GroupTimer.Sweep(), delayNs);
    }

    @Override public Decision<GroupFact> onTimer(Object timer, Now now) {
        if (!(timer instanceof GroupTimer due)) return Decision.none();
        return switch (due) {
            case GroupTimer.Sweep() -> sweep(now);
            case GroupTimer.Session(String id, String memberId) -> {
                var group = groups.get(id);
                yield group == null ? Decision.none() : classic.onSessionEnds(group, memberId, now);
            }
            case GroupTimer.JoinEnds(String id) -> {
                var group = groups.get(id);
                yield group == null ? Decision.none() : classic.onJoinEnds(group, now);
            }
            case GroupTimer.SyncEnds(String id) -> {
                var group = groups.get(id);
                yield group == null ? Decision.none() : classic.onSyncEnds(group, now);
            }
        };
    }

    private Decision<GroupFact> sweep(Now now) {
        var facts = new ArrayList<GroupFact>();
        var last = lastSweep;
        if (last == null || expiry.isClockPlausible(last, now)) {
            facts.addAll(expiry.sweep(groups.values(), offsets, now));
        }
        facts.add(new GroupFact.Swept(now.monotonicNs(), now.wallMs()));
        return Decision.of(facts, List.of(nextSweep()));
    }

    @Override public List<ReplyTo<?>> waiting() {
        var waiting = new ArrayList<ReplyTo<?>>();
        for (var group : groups.values()) {
            for (var member : group.members()) {
                if (member.join() != null) waiting.add(member.join());
                if (member.sync() != null) waiting.add(member.sync());
            }
        }
        return waiting;
    }

    /// All that the log knows, for comparisons in tests.
    Map<String, Object> picture() {
        var picture = new TreeMap<String, Object>(offsets.picture());
        groups.forEach((id, group) -> {
            if (group.stored() != null) picture.put(id, group.stored());
        });
        return picture;
    }
}
