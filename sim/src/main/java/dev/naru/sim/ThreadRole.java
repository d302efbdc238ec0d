package dev.naru.sim;

import dev.naru.client.ClusterView;
import dev.naru.client.CommittedOffsets;
import dev.naru.client.GroupMemberSettings;
import dev.naru.client.Membership;
import dev.naru.client.Slot;
import dev.naru.client.TaskMember;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// A thread of a streams application: has tasks, commits growing offsets for those it works on, stops
/// and starts again in the same process under another id, and at times is cut off.
final class ThreadRole implements TaskMember.Listener {
    static final String GROUP = "threads";
    static final int SESSION_MS = 2_000;
    private static final int REBALANCE_MS = 3_000;

    private final Site site;
    private final String topic;
    private final String processId;
    private final Topology topology;
    /// The tasks it works on: nobody else does.
    private final Holdings active;
    /// All its tasks: no other thread of its process has them.
    private final Holdings inProcess;
    private ClusterView view;
    private CommittedOffsets offsets;
    private TaskMember member;
    private int lives;
    private boolean isCalm;

    ThreadRole(Site site, String topic, String processId, Topology topology) {
        this.site = site;
        this.topic = topic;
        this.processId = processId;
        this.topology = topology;
        this.active = new Holdings(site, GROUP);
        this.inProcess = new Holdings(site, GROUP + " of " + processId);
        this.view = site.view();
        this.offsets = new CommittedOffsets(view, GROUP);
        this.member = member();
    }

    private TaskMember member() {
        var group = new GroupMemberSettings(GROUP, "", List.of(topic), SESSION_MS, REBALANCE_MS,
            100 + site.chance().below(300));
        return new TaskMember(view, new TaskMember.Settings(group, processId, topology),
            "t" + site.number() + "-" + lives++, this);
    }

    void start() {
        site.now(member::start);
        site.within(500, this::commitTurn);
        site.within(2_000, this::wander);
    }

    void calm() {
        isCalm = true;
    }

    SortedSet<Slot> tasks() {
        return member.active();
    }

    void close() {
        member.stop(false);
        view.close();
        site.over();
    }

    private void wander() {
        if (isCalm) return;
        var chance = site.chance();
        switch (chance.below(8)) {
            case 0, 1 -> comeBack(chance.oneIn(2));
            case 2 -> view.reconnect("impatient");
            case 3 -> member.coordinator().ifPresent(link -> link.reconnect("impatient"));
            case 4, 5 -> member.coordinator()
                .ifPresent(link -> active.commitAsBefore(link, offsets, topic));
            default -> {
            }
        }
        site.within(1_500, this::wander);
    }

    private void comeBack(boolean saysGoodbye) {
        site.world().trace().count("threads: stop");
        active.endLife();
        inProcess.endLife();
        member.stop(saysGoodbye);
        var old = view;
        if (!saysGoodbye) old.close();
        view = site.view();
        offsets = new CommittedOffsets(view, GROUP);
        member = member();
        var next = member;
        site.within(1_000, next::start);
        if (saysGoodbye) site.within(3_000, old::close);
    }

    @Override public void onTasks(Membership membership, SortedSet<Slot> tasks,
        SortedSet<Slot> copies) {
        var all = new TreeSet<>(tasks);
        all.addAll(copies);
        if (!copies.isEmpty()) site.world().trace().count("threads: keep copies");
        inProcess.settle(membership, all);
        var worked = new ArrayList<Slot>();
        for (var task : tasks)
            worked.add(Threads.isFirst(task) ? new Slot(topic, task.partition()) : task);
        active.settle(membership, worked);
        var read = worked.stream().filter(slot -> slot.topic().equals(topic)).toList();
        if (read.isEmpty()) return;
        member.coordinator().ifPresent(link -> active.readCommitted(link, offsets, read));
    }

    private void commitTurn() {
        site.within(300, this::commitTurn);
        member.coordinator()
            .ifPresent(link -> active.commit(link, offsets, topic, member.membership()));
    }
}
