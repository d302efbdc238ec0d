package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import dev.naru.wire.message.ConsumerGroupHeartbeatResponse;
import dev.naru.wire.message.FindCoordinatorResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A member of a consumer group (KIP-848): heartbeats, owns what it is told, gives up what it is not
/// told any more before it says so, and owns nothing once it has not been answered for most of a
/// session's time. Owned by the client's loop.
public final class EpochMember {
    private final ClusterView view;
    private final ClientTools tools;
    private final GroupMemberSettings settings;
    private final Listener listener;
    /// What it owns, with the epoch in which it got each.
    private final NavigableMap<Slot, Integer> owned = new TreeMap<>();
    private @Nullable NodeLink coordinator;
    private Membership membership;
    private long ownsUntilNs;
    /// Rises with every step, so that answers to older ones are told apart.
    private int step;
    private boolean saysAll = true;
    private boolean isStopped;

    /// Hears what the member owns.
    public interface Listener {
        /// These are its own from now on, given in this epoch.
        void onGained(Membership membership, List<Slot> slots);

        /// These are not its own any more.
        void onLost(Membership membership, List<Slot> slots);
    }

    /// `memberId` is the client's own choice.
    public EpochMember(ClusterView view, GroupMemberSettings settings, String memberId,
        Listener listener) {
        this.view = view;
        this.tools = view.tools();
        this.settings = settings;
        this.listener = listener;
        this.membership = new Membership(memberId, 0);
    }

    public void start() {
        view.want(settings.topics());
        findCoordinator();
    }

    public Membership membership() {
        return membership;
    }

    /// What it owns, with the epoch in which it got each; a copy.
    public NavigableMap<Slot, Integer> owned() {
        return new TreeMap<>(owned);
    }

    /// The link to the coordinator, while it is known.
    public Optional<NodeLink> coordinator() {
        return Optional.ofNullable(coordinator);
    }

    /// Leaves the group, or, without a word, just stops (and is found dead by its silence).
    public void stop(boolean saysGoodbye) {
        if (isStopped) return;
        isStopped = true;
        loseAll();
        var link = coordinator;
        if (link == null) return;
        if (!saysGoodbye) {
            link.close();
            return;
        }
        link.request(ApiKey.CONSUMER_GROUP_HEARTBEAT, _ -> goodbye(), _ -> link.close());
    }

    private Message goodbye() {
        return ConsumerGroupHeartbeatRequest.builder().groupId(settings.groupId())
            .memberId(membership.memberId()).memberEpoch(-1).build();
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
            coordinator = NodeLink.to(address, tools, view.settings(), _ -> {
            });
        }
        saysAll = true;
        beat();
    }

    private void beat() {
        var link = coordinator;
        if (link == null) {
            again(this::findCoordinator);
            return;
        }
        int mine = ++step;
        long sentNs = tools.clock().monotonicNs();
        var request = request();
        link.request(ApiKey.CONSUMER_GROUP_HEARTBEAT, _ -> request,
            settings.sessionTimeoutMs() / 2, reply -> {
                if (mine != step || isStopped) return;
                switch (reply) {
                    case Reply.Answer answer ->
                        answered((ConsumerGroupHeartbeatResponse) answer.body(), sentNs);
                    case Reply.Lost _ -> again(this::findCoordinator);
                }
            });
    }

    private ConsumerGroupHeartbeatRequest request() {
        boolean joins = membership.generation() == 0;
        boolean isFull = joins || saysAll;
        return ConsumerGroupHeartbeatRequest.builder().groupId(settings.groupId())
            .memberId(membership.memberId()).memberEpoch(membership.generation())
            .rebalanceTimeoutMs(isFull ? settings.rebalanceTimeoutMs() : -1)
            .subscribedTopicNames(isFull ? settings.topics() : null)
            .topicPartitions(joins ? List.of() : reported()).build();
    }

    private List<ConsumerGroupHeartbeatRequest.TopicPartitions> reported() {
        var indexes = new TreeMap<String, List<Integer>>();
        for (var slot : owned.keySet()) {
            indexes.computeIfAbsent(slot.topic(), _ -> new ArrayList<>()).add(slot.partition());
        }
        var topics = new ArrayList<ConsumerGroupHeartbeatRequest.TopicPartitions>();
        indexes.forEach((name, all) -> view.topic(name).ifPresent(topic -> topics
            .add(ConsumerGroupHeartbeatRequest.TopicPartitions.builder()
                .topicId(topic.topicId()).partitions(all).build())));
        return topics;
    }

    private void answered(ConsumerGroupHeartbeatResponse answer, long sentNs) {
        switch (ErrorCode.of(answer.errorCode())) {
            case NONE -> told(answer, sentNs);
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID, GROUP_ID_NOT_FOUND -> {
                loseAll();
                membership = new Membership(membership.memberId(), 0);
                again(this::beat);
            }
            case COORDINATOR_LOAD_IN_PROGRESS -> again(this::beat);
            default -> again(this::findCoordinator);
        }
    }

    private void told(ConsumerGroupHeartbeatResponse answer, long sentNs) {
        saysAll = false;
        ownsUntilNs = sentNs + settings.sessionTimeoutMs() * Now.NS_PER_MS * 3 / 4;
        watch(ownsUntilNs);
        membership = new Membership(membership.memberId(), answer.memberEpoch());
        var assignment = answer.assignment();
        boolean isChanged = assignment != null && settle(assignment);
        int mine = ++step;
        long usualMs = settings.heartbeatMs() > 0
            ? settings.heartbeatMs()
            : answer.heartbeatIntervalMs();
        long pauseMs = isChanged ? 1 : usualMs;
        tools.loop().after(pauseMs * Now.NS_PER_MS, () -> {
            if (step == mine && !isStopped) beat();
        });
    }

    /// True if that changed what it owns.
    private boolean settle(ConsumerGroupHeartbeatResponse.Assignment assignment) {
        var told = new ArrayList<Slot>();
        for (var topic : assignment.topicPartitions()) {
            var name = view.nameOf(topic.topicId()).orElse("");
            if (name.isEmpty()) {
                // asked for everything again, it will be told again
                saysAll = true;
                continue;
            }
            for (int index : topic.partitions())
                told.add(new Slot(name, index));
        }
        var lost = new ArrayList<>(owned.keySet());
        lost.removeAll(told);
        lose(lost);
        var gained = new ArrayList<>(told);
        gained.removeAll(owned.keySet());
        for (var slot : gained)
            owned.put(slot, membership.generation());
        if (!gained.isEmpty()) listener.onGained(membership, gained);
        return !lost.isEmpty() || !gained.isEmpty();
    }

    /// Nobody has answered for as long as a session: others may own it all by now.
    private void watch(long untilNs) {
        tools.loop().after(untilNs - tools.clock().monotonicNs(), () -> {
            if (ownsUntilNs == untilNs && !isStopped) loseAll();
        });
    }

    private void loseAll() {
        lose(new ArrayList<>(owned.keySet()));
        saysAll = true;
    }

    private void lose(List<Slot> slots) {
        if (slots.isEmpty()) return;
        slots.forEach(owned::remove);
        listener.onLost(membership, slots);
    }
}
