package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.TaskIds;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A thread of a streams application (KIP-1071): heartbeats, has the tasks it is told, gives up what
/// it is not told any more before it says so, and has none once it has not been answered for most of
/// a session's time. A task is a [Slot] of its subtopology. Owned by the client's loop.
public final class TaskMember {
    private final ClusterView view;
    private final ClientTools tools;
    private final Settings settings;
    private final Listener listener;
    private final CoordinatorLink coordinator;
    private final NavigableSet<Slot> active = new TreeSet<>();
    private final NavigableSet<Slot> copies = new TreeSet<>();
    private Membership membership;
    private long hasUntilNs;
    /// Rises with every step, so that answers to older ones are told apart.
    private int step;
    private boolean saysAll = true;
    private boolean isStopped;

    /// The group and how the thread takes part in it; the process that it runs in; what the
    /// application is made of.
    public record Settings(GroupMemberSettings group, String processId,
        StreamsGroupHeartbeatRequest.Topology topology) {}

    /// Hears which tasks the thread has.
    public interface Listener {
        /// These are its tasks from now on, and no others. Copies are kept up to date, not worked on.
        void onTasks(Membership membership, SortedSet<Slot> active, SortedSet<Slot> copies);
    }

    /// `memberId` is the client's own choice.
    public TaskMember(ClusterView view, Settings settings, String memberId, Listener listener) {
        this.view = view;
        this.tools = view.tools();
        this.settings = settings;
        this.listener = listener;
        this.coordinator = new CoordinatorLink(view, settings.group().groupId(),
            CoordinatorLink.GROUP);
        this.membership = new Membership(memberId, 0);
    }

    public void start() {
        view.want(settings.group().topics());
        beat();
    }

    public Membership membership() {
        return membership;
    }

    /// The tasks it works on; a copy.
    public NavigableSet<Slot> active() {
        return new TreeSet<>(active);
    }

    /// The link to the coordinator, while it is known.
    public Optional<NodeLink> coordinator() {
        return coordinator.known();
    }

    /// Leaves the group, or, without a word, just stops (and is found dead by its silence).
    public void stop(boolean saysGoodbye) {
        if (isStopped) return;
        isStopped = true;
        dropAll();
        if (saysGoodbye) {
            coordinator.ask(ApiKey.STREAMS_GROUP_HEARTBEAT, _ -> StreamsGroupHeartbeatRequest
                .builder().groupId(settings.group().groupId()).memberId(membership.memberId())
                .memberEpoch(-1).build(), _ -> {
                });
        }
        coordinator.close();
    }

    private void again() {
        int mine = ++step;
        coordinator.later(() -> {
            if (step == mine && !isStopped) beat();
        });
    }

    private void beat() {
        int mine = ++step;
        long sentNs = tools.clock().monotonicNs();
        var request = request();
        coordinator.ask(ApiKey.STREAMS_GROUP_HEARTBEAT, _ -> request, reply -> {
            if (mine != step || isStopped) return;
            switch (reply) {
                case Reply.Answer answer ->
                    answered((StreamsGroupHeartbeatResponse) answer.body(), sentNs);
                case Reply.Lost _ -> askAgain();
            }
        });
    }

    private StreamsGroupHeartbeatRequest request() {
        boolean joins = membership.generation() == 0;
        return StreamsGroupHeartbeatRequest.builder().groupId(settings.group().groupId())
            .memberId(membership.memberId()).memberEpoch(membership.generation())
            .processId(joins ? settings.processId() : null)
            .topology(joins ? settings.topology() : null)
            .clientTags(joins ? List.of() : null)
            .rebalanceTimeoutMs(
                joins || saysAll ? settings.group().rebalanceTimeoutMs() : -1)
            .activeTasks(joins ? List.of() : ids(active))
            .standbyTasks(joins ? List.of() : ids(copies)).warmupTasks(List.of()).build();
    }

    private static List<TaskIds> ids(SortedSet<Slot> tasks) {
        var partitions = new TreeMap<String, List<Integer>>();
        for (var task : tasks) {
            partitions.computeIfAbsent(task.topic(), _ -> new ArrayList<>())
                .add(task.partition());
        }
        var ids = new ArrayList<TaskIds>();
        partitions.forEach((part, all) -> ids
            .add(TaskIds.builder().subtopologyId(part).partitions(all).build()));
        return ids;
    }

    private void answered(StreamsGroupHeartbeatResponse answer, long sentNs) {
        switch (ErrorCode.of(answer.errorCode())) {
            case NONE -> told(answer, sentNs);
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID, GROUP_ID_NOT_FOUND -> {
                dropAll();
                membership = new Membership(membership.memberId(), 0);
                again();
            }
            case COORDINATOR_LOAD_IN_PROGRESS -> again();
            default -> {
                coordinator.forget();
                askAgain();
            }
        }
    }

    /// It may have been answered what it has, and not heard it.
    private void askAgain() {
        saysAll = true;
        again();
    }

    private void told(StreamsGroupHeartbeatResponse answer, long sentNs) {
        saysAll = false;
        hasUntilNs = sentNs + settings.group().sessionTimeoutMs() * Now.NS_PER_MS * 3 / 4;
        watch(hasUntilNs);
        membership = new Membership(membership.memberId(), answer.memberEpoch());
        boolean isChanged = answer.activeTasks() != null
            && settle(slots(answer.activeTasks()), slots(answer.standbyTasks()));
        int mine = ++step;
        long pauseMs = isChanged ? 1 : settings.group().heartbeatMs();
        tools.loop().after(pauseMs * Now.NS_PER_MS, () -> {
            if (step == mine && !isStopped) beat();
        });
    }

    private static SortedSet<Slot> slots(
        @Nullable List<StreamsGroupHeartbeatResponse.TaskIds> ids) {
        var slots = new TreeSet<Slot>();
        if (ids == null) return slots;
        for (var each : ids) {
            for (int partition : each.partitions())
                slots.add(new Slot(each.subtopologyId(), partition));
        }
        return slots;
    }

    /// True if that changed what it has.
    private boolean settle(SortedSet<Slot> nowActive, SortedSet<Slot> nowCopies) {
        if (active.equals(nowActive) && copies.equals(nowCopies)) return false;
        active.clear();
        active.addAll(nowActive);
        copies.clear();
        copies.addAll(nowCopies);
        listener.onTasks(membership, new TreeSet<>(active), new TreeSet<>(copies));
        return true;
    }

    /// Nobody has answered for as long as a session: others may have it all by now.
    private void watch(long untilNs) {
        tools.loop().after(untilNs - tools.clock().monotonicNs(), () -> {
            if (hasUntilNs == untilNs && !isStopped) dropAll();
        });
    }

    private void dropAll() {
        settle(new TreeSet<>(), new TreeSet<>());
        saysAll = true;
    }
}
