package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ConsumerProtocolAssignment;
import dev.naru.wire.message.ConsumerProtocolSubscription;
import dev.naru.wire.message.FindCoordinatorResponse;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.HeartbeatResponse;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.LeaveGroupRequest;
import dev.naru.wire.message.SyncGroupRequest;
import dev.naru.wire.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A member of a classic group: finds the coordinator, joins, is given partitions (dealing them out
/// when it leads), beats, joins again when told to. Owned by the client's loop.
public final class GroupMember {
    private static final String PROTOCOL_TYPE = "consumer";
    private static final String PROTOCOL = "roundrobin";
    private static final short EMBEDDED_VERSION = 1;
    private static final int PATIENCE_MS = 2_000;

    private final ClusterView view;
    private final ClientTools tools;
    private final GroupMemberSettings settings;
    private final Listener listener;
    private @Nullable NodeLink coordinator;
    private Membership membership = Membership.NONE;
    /// Rises with every step, so that answers to older ones are told apart.
    private int step;
    private long answeredNs;
    private boolean isStopped;

    /// Hears what the member is given.
    public interface Listener {
        /// These partitions are its own, in this generation.
        void onAssigned(Membership membership, List<Slot> slots);

        /// It owns nothing any more.
        void onRevoked(Membership membership);
    }

    public GroupMember(ClusterView view, GroupMemberSettings settings, Listener listener) {
        this.view = view;
        this.tools = view.tools();
        this.settings = settings;
        this.listener = listener;
    }

    public void start() {
        view.want(settings.topics());
        findCoordinator();
    }

    public Membership membership() {
        return membership;
    }

    public GroupMemberSettings settings() {
        return settings;
    }

    /// The link to the coordinator, while it is known.
    public Optional<NodeLink> coordinator() {
        return Optional.ofNullable(coordinator);
    }

    /// When the last request that the coordinator has answered was sent: it knew the member after
    /// that.
    public long answeredNs() {
        return answeredNs;
    }

    /// The coordinator that was known is none any more: look for it, and join again.
    public void coordinatorLost() {
        if (!isStopped) again(this::findCoordinator);
    }

    /// Leaves the group, or, without a word, just stops (and is found dead by its silence).
    public void stop(boolean saysGoodbye) {
        if (isStopped) return;
        isStopped = true;
        revoke();
        var link = coordinator;
        if (link == null) return;
        if (!saysGoodbye || membership.memberId().isEmpty()) {
            link.close();
            return;
        }
        link.request(ApiKey.LEAVE_GROUP, this::goodbye, _ -> link.close());
    }

    private Message goodbye(short version) {
        return LeaveGroupRequest.builder()
            .groupId(settings.groupId())
            .memberId(membership.memberId())
            .members(List.of(LeaveGroupRequest.MemberIdentity.builder()
                .memberId(membership.memberId())
                .groupInstanceId(instanceId())
                .build()))
            .build();
    }

    private @Nullable String instanceId() {
        return settings.instanceId().isEmpty() ? null : settings.instanceId();
    }

    private void again(Runnable next) {
        int mine = ++step;
        tools.loop().after(view.settings().backoffMs() * Now.NS_PER_MS, () -> {
            if (step == mine && !isStopped) next.run();
        });
    }

    private void findCoordinator() {
        int mine = ++step;
        view.any().request(ApiKey.FIND_COORDINATOR,
            _ -> CoordinatorLink.question(settings.groupId(), CoordinatorLink.GROUP), reply -> {
                if (mine != step || isStopped) return;
                if (reply instanceof Reply.Answer answer) {
                    found((FindCoordinatorResponse) answer.body());
                } else {
                    again(this::findCoordinator);
                }
            });
    }

    private void found(FindCoordinatorResponse answer) {
        var there = CoordinatorLink.addressIn(answer);
        if (there.isEmpty()) {
            again(this::findCoordinator);
            return;
        }
        var address = there.get();
        var known = coordinator;
        if (known == null || !known.address().equals(address)) {
            if (known != null) known.close();
            coordinator = NodeLink.to(address, tools, view.settings(), what -> {
            });
        }
        join();
    }

    private void ask(ApiKey key, NodeLink.RequestOf request, long timeoutMs, Answered next) {
        var link = coordinator;
        int mine = ++step;
        if (link == null) {
            again(this::findCoordinator);
            return;
        }
        long sentNs = tools.clock().monotonicNs();
        link.request(key, request, timeoutMs, reply -> {
            if (mine != step || isStopped) return;
            switch (reply) {
                case Reply.Answer answer -> {
                    answeredNs = sentNs;
                    next.answered(answer);
                }
                case Reply.Lost _ -> again(this::findCoordinator);
            }
        });
    }

    private interface Answered {
        void answered(Reply.Answer answer);
    }

    private void join() {
        revoke();
        ask(ApiKey.JOIN_GROUP, _ -> joinRequest(), settings.rebalanceTimeoutMs() + PATIENCE_MS,
            answer -> joined((JoinGroupResponse) answer.body()));
    }

    private JoinGroupRequest joinRequest() {
        var subscription = ConsumerProtocolSubscription.builder()
            .topics(settings.topics())
            .build()
            .toBuffer(EMBEDDED_VERSION, EMBEDDED_VERSION);
        return JoinGroupRequest.builder()
            .groupId(settings.groupId())
            .sessionTimeoutMs(settings.sessionTimeoutMs())
            .rebalanceTimeoutMs(settings.rebalanceTimeoutMs())
            .memberId(membership.memberId())
            .groupInstanceId(instanceId())
            .protocolType(PROTOCOL_TYPE)
            .protocols(List.of(JoinGroupRequest.JoinGroupRequestProtocol.builder()
                .name(PROTOCOL)
                .metadata(subscription)
                .build()))
            .build();
    }

    private void joined(JoinGroupResponse answer) {
        var code = ErrorCode.of(answer.errorCode());
        switch (code) {
            case NONE -> sync(answer);
            case MEMBER_ID_REQUIRED -> {
                membership = membership.named(answer.memberId());
                join();
            }
            default -> failed(code);
        }
    }

    private void sync(JoinGroupResponse joined) {
        var member = new Membership(joined.memberId(), joined.generationId());
        membership = membership.named(joined.memberId());
        var assignments = new ArrayList<SyncGroupRequest.SyncGroupRequestAssignment>();
        if (joined.leader().equals(joined.memberId())) {
            for (var each : deal(joined).entrySet()) {
                assignments.add(SyncGroupRequest.SyncGroupRequestAssignment.builder()
                    .memberId(each.getKey())
                    .assignment(encode(each.getValue()))
                    .build());
            }
        }
        var request = SyncGroupRequest.builder()
            .groupId(settings.groupId())
            .generationId(joined.generationId())
            .memberId(joined.memberId())
            .groupInstanceId(instanceId())
            .protocolType(PROTOCOL_TYPE)
            .protocolName(joined.protocolName())
            .assignments(assignments)
            .build();
        ask(ApiKey.SYNC_GROUP, _ -> request, settings.rebalanceTimeoutMs() + PATIENCE_MS,
            answer -> synced(member, (SyncGroupResponse) answer.body()));
    }

    private Map<String, List<Slot>> deal(JoinGroupResponse joined) {
        var topics = new TreeMap<String, List<String>>();
        for (var member : joined.members()) {
            topics.put(member.memberId(), topicsOf(member.metadata()));
        }
        var partitions = new ArrayList<Slot>();
        for (var name : settings.topics()) {
            view.topic(name).ifPresent(topic -> {
                for (int index : topic.partitions().keySet()) {
                    partitions.add(new Slot(name, index));
                }
            });
        }
        return RoundRobin.assign(topics, partitions);
    }

    private static List<String> topicsOf(ByteBuffer metadata) {
        try {
            var in = new Reader(metadata.slice());
            short version = in.int16();
            return ConsumerProtocolSubscription.read(in, (short) Math.min(version, 3)).topics();
        } catch (Malformed foreign) {
            return List.of();
        }
    }

    private static ByteBuffer encode(List<Slot> slots) {
        var byTopic = new TreeMap<String, List<Integer>>();
        for (var slot : slots) {
            byTopic.computeIfAbsent(slot.topic(), _ -> new ArrayList<>()).add(slot.partition());
        }
        var list = new ArrayList<ConsumerProtocolAssignment.TopicPartition>();
        for (var each : byTopic.entrySet()) {
            list.add(ConsumerProtocolAssignment.TopicPartition.builder()
                .topic(each.getKey())
                .partitions(each.getValue())
                .build());
        }
        return ConsumerProtocolAssignment.builder().assignedPartitions(list).build()
            .toBuffer(EMBEDDED_VERSION, EMBEDDED_VERSION);
    }

    private void synced(Membership member, SyncGroupResponse answer) {
        var code = ErrorCode.of(answer.errorCode());
        if (code != ErrorCode.NONE) {
            failed(code);
            return;
        }
        membership = member;
        var slots = new ArrayList<Slot>();
        try {
            var in = new Reader(answer.assignment().slice());
            if (in.remaining() > 0) {
                short version = in.int16();
                var given = ConsumerProtocolAssignment.read(in, (short) Math.min(version, 3));
                for (var topic : given.assignedPartitions()) {
                    for (int index : topic.partitions())
                        slots.add(new Slot(topic.topic(), index));
                }
            }
        } catch (Malformed foreign) {
            failed(ErrorCode.UNKNOWN_SERVER_ERROR);
            return;
        }
        listener.onAssigned(membership, slots);
        beatLater();
    }

    private void beatLater() {
        int mine = ++step;
        tools.loop().after(settings.heartbeatMs() * Now.NS_PER_MS, () -> {
            if (step == mine && !isStopped) beat();
        });
    }

    private void beat() {
        var request = HeartbeatRequest.builder()
            .groupId(settings.groupId())
            .generationId(membership.generation())
            .memberId(membership.memberId())
            .groupInstanceId(instanceId())
            .build();
        ask(ApiKey.HEARTBEAT, _ -> request, settings.sessionTimeoutMs(), answer -> {
            var code = ErrorCode.of(((HeartbeatResponse) answer.body()).errorCode());
            if (code == ErrorCode.NONE) {
                beatLater();
            } else {
                failed(code);
            }
        });
    }

    private void failed(ErrorCode code) {
        switch (code) {
            case REBALANCE_IN_PROGRESS -> join();
            case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> {
                revoke();
                boolean isForgotten = code == ErrorCode.UNKNOWN_MEMBER_ID;
                membership = isForgotten
                    ? Membership.NONE
                    : membership.named(membership.memberId());
                again(this::join);
            }
            case COORDINATOR_LOAD_IN_PROGRESS -> again(this::join);
            default -> again(this::findCoordinator);
        }
    }

    private void revoke() {
        if (!membership.isMember()) return;
        var before = membership;
        membership = membership.named(before.memberId());
        listener.onRevoked(before);
    }
}
