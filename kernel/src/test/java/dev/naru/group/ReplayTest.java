package dev.naru.group;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.ErrorCode;
import dev.naru.shard.BatchKind;
import dev.naru.shard.FactCodec.Decoded;
import dev.naru.shard.Heard;
import dev.naru.shard.KeyValue;
import dev.naru.shard.Origin;
import dev.naru.wire.message.ConsumerGroupDescribeResponse;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroupMember;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.LeaveGroupRequest;
import dev.naru.wire.message.LeaveGroupResponse;
import dev.naru.wire.message.StreamsGroupDescribeResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// I10: after whatever clients do, what a shard knows is the fold of its log, and of every
/// compaction of it.
final class ReplayTest {
    private static final int SEEDS = 60;
    private static final int STEPS = 400;

    private static final Map<String, String> AT_ONCE = Map.of("consumer.assignment.interval.ms",
        "0", "streams.assignment.interval.ms", "0", "streams.initial.rebalance.delay.ms", "0");

    private static final GroupRules QUICK = new GroupRules(600_000, 60_000, 4096, 3000, 6000,
        1_800_000, 4, 300_000);

    @Test void a_shard_is_the_fold_of_its_log_and_of_every_compaction_of_it() {
        var kinds = new TreeSet<String>();
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var yard = new Yard(QUICK, ConsumerRules.DEFAULT, AT_ONCE);
            yard.topics.add("t0", 3).add("t1", 2);
            for (int step = 0; step < STEPS; step++) {
                act(yard, random);
                if (random.nextInt(40) == 0) yard.reload();
            }
            var known = yard.shard().picture();
            var records = yard.log.records();
            assertEquals(known, fold(records), "seed " + seed);
            for (int cut = 0; cut <= records.size(); cut += 1 + records.size() / 7) {
                assertEquals(known, fold(compacted(records, cut, false)), "seed " + seed);
                assertEquals(known, fold(compacted(records, cut, true)), "seed " + seed);
            }
            records.forEach(bytes -> kinds.add(kind(bytes)));
            yard.log.lose();
            yard.heard.forEach(heard -> assertEquals(1, heard.count(), "told once"));
        }
        assertEquals(30, kinds.size(), "a kind of record never happened: " + kinds);
    }

    private static String kind(KeyValue bytes) {
        return bytes.key().getShort(0) + (bytes.value() == null ? " removed" : " put");
    }

    private static Map<String, Object> fold(List<KeyValue> records) {
        var shard = new GroupShard(TestPorts.of(QUICK, new Yard.Chance(0)));
        var codec = new GroupCodec();
        for (var bytes : records) {
            var fact = ((Decoded.Known<GroupFact>) codec.decode(bytes)).fact();
            shard.apply(fact, Origin.replayed(BatchKind.PLAIN));
        }
        return shard.picture();
    }

    /// Only the newest record of each key below `end`; without their tombstones if those are old.
    private static List<KeyValue> compacted(List<KeyValue> records, int end,
        boolean dropTombstones) {
        var newest = new LinkedHashMap<ByteBuffer, KeyValue>();
        for (var bytes : records.subList(0, end)) {
            newest.remove(bytes.key());
            newest.put(bytes.key(), bytes);
        }
        var compacted = new ArrayList<KeyValue>();
        for (var bytes : newest.values()) {
            if (bytes.value() != null || !dropTombstones) compacted.add(bytes);
        }
        compacted.addAll(records.subList(end, records.size()));
        return compacted;
    }

    private static void act(Yard yard, Random random) {
        var group = "g" + random.nextInt(3);
        var members = yard.describe(group).members();
        var member = members.isEmpty() ? null : members.get(random.nextInt(members.size()));
        switch (random.nextInt(20)) {
            case 15, 16, 17 -> streams(yard, random, group);
            case 18, 19 -> yard.host.submit(new GroupRequest.DescribeTopology(
                StreamsDescriptionTest.describing("k" + random.nextInt(3),
                    1 + random.nextInt(2)).groupId(group).build(),
                yard.heard()));
            case 10, 11, 12, 13, 14 -> heartbeat(yard, random, group);
            case 0, 1 -> join(yard, random, group, member);
            case 2, 3 -> sync(yard, group, members);
            case 4 -> commit(yard, random, group, member);
            case 5 -> leave(yard, random, group, member);
            case 6 -> yard.deleteLater(group);
            case 7 -> yard.loop.passMs(random.nextInt(20_000));
            case 8 -> yard.loop.passMs(random.nextInt(8) == 0 ? 400_000 : 100);
            case 9 -> disturb(yard, random);
        }
    }

    /// One of a few consumers says something near the truth.
    private static void heartbeat(Yard yard, Random random, String group) {
        var described = yard.<ConsumerGroupDescribeResponse.DescribedGroup>heard();
        yard.host.submit(new GroupRequest.DescribeConsumers(group, described));
        if (described.count() == 0) return;
        var id = "c" + random.nextInt(3);
        var known = described.answered().flatMap(it -> it.members().stream()
            .filter(member -> member.memberId().equals(id)).findFirst());
        int epoch = random.nextInt(3) == 0 || known.isEmpty() ? 0 : known.get().memberEpoch();
        if (random.nextInt(12) == 0) epoch = -1 - random.nextInt(2);
        var message = ConsumerGroupHeartbeatRequest.builder().groupId(group).memberId(id)
            .memberEpoch(epoch).rebalanceTimeoutMs(epoch == 0 ? 10_000 : -1)
            .instanceId(random.nextInt(3) == 0 || epoch == -2 ? "s" + random.nextInt(2) : null)
            .subscribedTopicNames(epoch == 0 ? List.of("t" + random.nextInt(2)) : null)
            .subscribedTopicRegex(epoch == 0 && random.nextBoolean() ? "t.*" : null)
            .topicPartitions(epoch == 0 || random.nextBoolean() ? List.of() : null);
        yard.host.submit(new GroupRequest.ConsumerHeartbeat(message.build(), (short) 1, "app",
            "/10.0.0.1", yard.heard()));
    }

    /// One of a few threads of a streams application says something near the truth.
    private static void streams(Yard yard, Random random, String group) {
        var described = yard.<StreamsGroupDescribeResponse.DescribedGroup>heard();
        yard.host.submit(new GroupRequest.DescribeStreams(group, true, described));
        var id = "k" + random.nextInt(3);
        var known = described.answered().flatMap(it -> it.members().stream()
            .filter(member -> member.memberId().equals(id)).findFirst());
        int epoch = random.nextInt(3) == 0 || known.isEmpty() ? 0 : known.get().memberEpoch();
        if (random.nextInt(8) == 0) epoch = -1;
        var message = StreamsYard.joining(id, "p" + random.nextInt(2)).groupId(group)
            .memberEpoch(epoch);
        if (epoch != 0) {
            message.topology(null).rebalanceTimeoutMs(-1);
            if (random.nextBoolean()) message.activeTasks(null);
        } else {
            message.topology(StreamsYard.topologyOver(1 + random.nextInt(2), "t0"));
        }
        yard.host.submit(new GroupRequest.StreamsHeartbeat(message.build(), (short) 1, "app",
            "/10.0.0.1", yard.heard()));
    }

    private static void join(Yard yard, Random random, String group,
        @Nullable DescribedGroupMember member) {
        var rejoining = random.nextBoolean() ? member : null;
        var protocols = random.nextBoolean()
            ? new String[]{"range"}
            : new String[]{"range", "sticky"};
        JoinGroupRequest.Builder message = Yard
            .joining(rejoining == null ? "" : rejoining.memberId(), protocols)
            .groupId(group);
        if (rejoining != null) message.groupInstanceId(rejoining.groupInstanceId());
        else if (random.nextBoolean()) message.groupInstanceId("i" + random.nextInt(3));
        yard.join(message.build(), (short) random.nextInt(10));
    }

    /// Everybody syncs, in some generation near the present one.
    private static void sync(Yard yard, String group, List<DescribedGroupMember> members) {
        for (var member : members) {
            for (int generation = 0; generation < 12; generation++) {
                var message = Yard.syncing(JoinGroupResponse.builder()
                    .memberId(member.memberId()).generationId(generation).build(),
                    member.memberId());
                yard.sync(message.toBuilder().groupId(group)
                    .groupInstanceId(member.groupInstanceId()).build());
            }
        }
    }

    private static void commit(Yard yard, Random random, String group,
        @Nullable DescribedGroupMember member) {
        var message = Yard
            .committing("t" + random.nextInt(3), random.nextInt(2), random.nextInt(100))
            .groupId(group).retentionTimeMs(random.nextInt(6) == 0 ? 300_000 : -1);
        if (member != null) {
            message.memberId(member.memberId()).generationIdOrMemberEpoch(random.nextInt(5));
        }
        yard.commitLater(message.build(), (short) 9);
    }

    private static void leave(Yard yard, Random random, String group,
        @Nullable DescribedGroupMember member) {
        if (member == null || random.nextInt(3) != 0) return;
        yard.host.submit(new GroupRequest.Leave(LeaveGroupRequest.builder()
            .groupId(group).members(List.of(Yard.leaving(member.memberId()))).build(),
            new Heard<LeaveGroupResponse>()));
    }

    private static void disturb(Yard yard, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> yard.log.refuse(ErrorCode.NOT_ENOUGH_REPLICAS);
            case 1 ->
                yard.host.submit(new GroupRequest.TopicsDeleted(List.of("t0"), new Heard<>()));
            default -> yard.log.accept();
        }
    }
}
