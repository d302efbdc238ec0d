package dev.naru.group;

import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.shard.Heard;
import dev.naru.shard.MemoryShardLog;
import dev.naru.shard.ShardHost;
import dev.naru.shard.StepLoop;
import dev.naru.wire.message.ConsumerProtocolSubscription;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroup;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.HeartbeatResponse;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupRequest.JoinGroupRequestProtocol;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.LeaveGroupRequest;
import dev.naru.wire.message.LeaveGroupRequest.MemberIdentity;
import dev.naru.wire.message.LeaveGroupResponse;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import dev.naru.wire.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import dev.naru.wire.message.OffsetCommitResponse;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import dev.naru.wire.message.SyncGroupRequest;
import dev.naru.wire.message.SyncGroupRequest.SyncGroupRequestAssignment;
import dev.naru.wire.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A group shard on a host, with clients that say what a test has them say.
final class Yard {
    static final String GROUP = "g";
    static final short V3 = 3;
    static final short V5 = 5;
    static final short V9 = 9;

    final StepLoop loop = new StepLoop();
    final MemoryShardLog log = new MemoryShardLog();
    final TestTopics topics = new TestTopics();
    private final List<GroupShard> made = new ArrayList<>();
    final ShardHost<GroupRequest, GroupFact> host;

    Yard() {
        this(GroupRules.DEFAULT);
    }

    Yard(GroupRules rules) {
        this(rules, ConsumerRules.DEFAULT, Map.of());
    }

    /// All groups have these settings.
    Yard(GroupRules rules, ConsumerRules consumers, Map<String, String> settings) {
        var seat = new ShardHost.Seat("__consumer_offsets-0", loop, loop, Trace.NONE);
        host = new ShardHost<>(seat, log, new GroupCodec(), () -> {
            made.add(new GroupShard(TestPorts.of(rules, consumers, new Chance(made.size()),
                topics, settings)));
            return made.getLast();
        });
        host.load();
    }

    /// The usual rules with a largest group.
    static GroupRules upTo(int members) {
        var usual = GroupRules.DEFAULT;
        return new GroupRules(usual.offsetsRetentionMs(), usual.offsetsRetentionCheckIntervalMs(),
            usual.offsetMetadataMaxBytes(), usual.initialRebalanceDelayMs(),
            usual.minSessionTimeoutMs(), usual.maxSessionTimeoutMs(), members,
            usual.newMemberJoinTimeoutMs());
    }

    /// Every request's ear, to see that each is told once.
    final List<Heard<?>> heard = new ArrayList<>();

    <A> Heard<A> heard() {
        var ear = new Heard<A>();
        heard.add(ear);
        return ear;
    }

    GroupShard shard() {
        return made.getLast();
    }

    void reload() {
        log.lose();
        host.load();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    static ErrorCode error(short code) {
        return ErrorCode.of(code);
    }

    /// A consumer of `topics` that knows `protocols`.
    static JoinGroupRequest.Builder joining(String memberId, String... protocols) {
        return JoinGroupRequest.builder().groupId(GROUP).memberId(memberId)
            .sessionTimeoutMs(10_000).rebalanceTimeoutMs(60_000).protocolType("consumer")
            .protocols(
                List.of(protocols).stream().map(name -> protocol(name, "of " + name)).toList());
    }

    static JoinGroupRequest joiningAs(String instanceId, String memberId, String... protocols) {
        return joining(memberId, protocols).groupInstanceId(instanceId).build();
    }

    static JoinGroupRequestProtocol protocol(String name, String metadata) {
        return JoinGroupRequestProtocol.builder().name(name).metadata(bytes(metadata)).build();
    }

    static JoinGroupRequestProtocol subscribed(String name, String... topics) {
        short version = 1;
        var metadata = ConsumerProtocolSubscription.builder().topics(List.of(topics)).build()
            .toBuffer(version, version);
        return JoinGroupRequestProtocol.builder().name(name).metadata(metadata).build();
    }

    Heard<JoinGroupResponse> join(JoinGroupRequest message, short version) {
        var heard = this.<JoinGroupResponse>heard();
        host.submit(new GroupRequest.Join(message, version, "app", "/10.0.0.1", heard));
        return heard;
    }

    /// Joins a member that needs no id first.
    Heard<JoinGroupResponse> join(String memberId, String... protocols) {
        return join(joining(memberId, protocols).build(), V3);
    }

    Heard<SyncGroupResponse> sync(SyncGroupRequest message) {
        var heard = this.<SyncGroupResponse>heard();
        host.submit(new GroupRequest.Sync(message, heard));
        return heard;
    }

    /// Gives each of the members "of" its id.
    static SyncGroupRequest syncing(JoinGroupResponse joined, String... assigned) {
        return SyncGroupRequest.builder().groupId(GROUP).memberId(joined.memberId())
            .generationId(joined.generationId())
            .assignments(List.of(assigned).stream().map(id -> SyncGroupRequestAssignment.builder()
                .memberId(id).assignment(bytes("for " + id)).build()).toList())
            .build();
    }

    ErrorCode heartbeat(String memberId, int generation) {
        return heartbeat(HeartbeatRequest.builder().groupId(GROUP).memberId(memberId)
            .generationId(generation).build());
    }

    ErrorCode heartbeat(HeartbeatRequest message) {
        var heard = this.<HeartbeatResponse>heard();
        host.submit(new GroupRequest.Heartbeat(message, heard));
        return error(heard.answer().errorCode());
    }

    /// Heartbeats every second.
    void passBeating(long durationMs, JoinGroupResponse... members) {
        for (long passed = 0; passed < durationMs; passed += 1000) {
            loop.passMs(Math.min(1000, durationMs - passed));
            for (var member : members) {
                heartbeat(member.memberId(), member.generationId());
            }
        }
    }

    LeaveGroupResponse leave(MemberIdentity... members) {
        var heard = this.<LeaveGroupResponse>heard();
        var message = LeaveGroupRequest.builder().groupId(GROUP).members(List.of(members)).build();
        host.submit(new GroupRequest.Leave(message, heard));
        return heard.answer();
    }

    static MemberIdentity leaving(String memberId) {
        return MemberIdentity.builder().memberId(memberId).build();
    }

    DescribedGroup describe(String group) {
        var heard = this.<DescribedGroup>heard();
        host.submit(new GroupRequest.Describe(group, heard));
        return heard.answer();
    }

    /// The generation of the stored classic group.
    int generation() {
        var stored = shard().picture().get(GROUP);
        return stored instanceof StoredGroup group ? group.generation() : -1;
    }

    String state() {
        return describe(GROUP).groupState();
    }

    /// A stable group of one; its leader's join.
    JoinGroupResponse stableGroupOfOne(JoinGroupRequest message, short version) {
        var join = join(message, version);
        loop.passMs(3000);
        var joined = join.answer();
        sync(syncing(joined, joined.memberId()).toBuilder()
            .groupInstanceId(message.groupInstanceId()).build()).answer();
        return joined;
    }

    JoinGroupResponse stableGroupOfOne() {
        return stableGroupOfOne(joining("", "range").build(), V3);
    }

    /// A stable group of two; the leader's join comes first.
    List<JoinGroupResponse> stableGroupOfTwo(JoinGroupRequest first, JoinGroupRequest second,
        short version) {
        var one = join(first, version);
        var two = join(second, version);
        loop.passMs(6000);
        var a = one.answer();
        var b = two.answer();
        sync(syncing(a, a.memberId(), b.memberId()).toBuilder()
            .groupInstanceId(first.groupInstanceId()).build()).answer();
        sync(syncing(b).toBuilder().groupInstanceId(second.groupInstanceId()).build()).answer();
        return List.of(a, b);
    }

    List<JoinGroupResponse> stableGroupOfTwo() {
        var message = joining("", "range").build();
        return stableGroupOfTwo(message, message, V3);
    }

    static OffsetCommitRequest.Builder committing(String topic, int partition, long offset) {
        return committing(topic, OffsetCommitRequestPartition.builder().partitionIndex(partition)
            .committedOffset(offset).committedMetadata("").build());
    }

    static OffsetCommitRequest.Builder committing(String topic, OffsetCommitRequestPartition what) {
        return OffsetCommitRequest.builder().groupId(GROUP).generationIdOrMemberEpoch(-1)
            .topics(List.of(OffsetCommitRequestTopic.builder().name(topic).partitions(List.of(what))
                .build()));
    }

    Heard<OffsetCommitResponse> commitLater(OffsetCommitRequest message, short version) {
        var heard = this.<OffsetCommitResponse>heard();
        host.submit(new GroupRequest.CommitOffsets(message, version, heard));
        return heard;
    }

    ErrorCode commit(OffsetCommitRequest message, short version) {
        var answer = commitLater(message, version).answer();
        return error(answer.topics().getFirst().partitions().getFirst().errorCode());
    }

    ErrorCode commit(String topic, int partition, long offset) {
        return commit(committing(topic, partition, offset).build(), V9);
    }

    OffsetFetchResponseGroup fetch(OffsetFetchRequestGroup message, boolean requireStable) {
        var heard = this.<OffsetFetchResponseGroup>heard();
        host.submit(new GroupRequest.FetchOffsets(message, requireStable, heard));
        return heard.answer();
    }

    long fetch(String topic, int partition) {
        var message = OffsetFetchRequestGroup.builder().groupId(GROUP).topics(List.of(
            OffsetFetchRequestTopics.builder().name(topic).partitionIndexes(List.of(partition))
                .build()))
            .build();
        return fetch(message, true).topics().getFirst().partitions().getFirst().committedOffset();
    }

    Heard<ErrorCode> deleteLater(String group) {
        var heard = this.<ErrorCode>heard();
        host.submit(new GroupRequest.Delete(group, heard));
        return heard;
    }

    ErrorCode delete(String group) {
        return deleteLater(group).answer();
    }

    static Uuid id(long number) {
        return new Uuid(7, number);
    }

    /// Repeatable chance.
    static final class Chance implements Entropy {
        private final Random random;

        Chance(long seed) {
            this.random = new Random(seed);
        }

        @Override public long nextLong() {
            return random.nextLong();
        }

        @Override public int below(int bound) {
            return random.nextInt(bound);
        }
    }
}
