package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.client.ClusterView;
import dev.naru.client.NodeLink;
import dev.naru.client.Reply;
import dev.naru.client.Slot;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.DescribeShareGroupOffsetsRequest;
import dev.naru.wire.message.DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse;
import dev.naru.wire.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup;
import dev.naru.wire.message.ShareGroupHeartbeatRequest;
import dev.naru.wire.message.ShareGroupHeartbeatResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A member of a share group, for one life after the other: at times it vanishes in the middle or
/// leaves politely, and comes back as another.
final class QueueRole {
    private static final String GROUP = QueuePlan.GROUP;
    private static final int HEARTBEAT_MS = 300;
    private static final int LIFE_MS = 4_000;
    private static final int LEAVES = -1;

    private final Site site;
    private final List<Slot> slots;
    private final GroupConfigs configs;
    private ClusterView view;
    private GroupLink group;
    /// By the node that leads.
    private final Map<NodeLink, QueueSession> sessions = new LinkedHashMap<>();
    private final Map<Slot, Uuid> assigned = new TreeMap<>();
    private String memberId = "";
    private int memberEpoch;
    private int life;
    private boolean isCalm;
    private boolean isConfigured;
    private boolean isDrained;

    QueueRole(Site site, QueuePlan plan, List<Slot> slots) {
        this.site = site;
        this.slots = slots;
        this.view = site.view();
        this.group = new GroupLink(view, GROUP);
        this.configs = new GroupConfigs(GROUP, plan.settings());
    }

    void start() {
        site.now(this::live);
    }

    void calm() {
        isCalm = true;
        sessions.values().forEach(QueueSession::calm);
    }

    /// Every record that there will be is there: from now on the group has an end to come to.
    void finish() {
        site.now(this::askLag);
    }

    /// Nothing is left to be dealt with.
    boolean isDrained() {
        return isDrained;
    }

    private void askLag() {
        var asked = DescribeShareGroupOffsetsRequestGroup.builder().groupId(GROUP).topics(null);
        var request = DescribeShareGroupOffsetsRequest.builder().groups(List.of(asked.build()))
            .build();
        var mine = group;
        mine.ask(ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS, request, reply -> {
            if (reply instanceof Reply.Answer answer) {
                var body = (DescribeShareGroupOffsetsResponse) answer.body();
                mine.heard(ErrorCode.of(body.groups().getFirst().errorCode()));
                isDrained = isDrained(body.groups().getFirst());
            }
            if (!isDrained) site.within(500, this::askLag);
        });
    }

    private boolean isDrained(DescribeShareGroupOffsetsResponseGroup described) {
        int drained = 0;
        for (var topic : described.topics()) {
            for (var each : topic.partitions())
                if (each.lag() == 0) drained++;
        }
        return drained == slots.size();
    }

    void close() {
        life++;
        endSessions();
        view.close();
        site.over();
    }

    private void endSessions() {
        sessions.values().forEach(QueueSession::end);
        sessions.clear();
    }

    /// A new member, on new connections.
    private void live() {
        life++;
        memberId = site.tools().entropy().uuid().toString();
        memberEpoch = 0;
        sessions.clear();
        assigned.clear();
        view.want(List.of(Scenario.KEPT));
        if (isConfigured) {
            beat(life);
        } else {
            configure(life);
        }
        int mine = life;
        if (!isCalm) site.within(LIFE_MS, () -> endLife(mine));
    }

    private void endLife(int mine) {
        if (mine != life || isCalm) return;
        if (site.chance().oneIn(3)) {
            site.world().trace().count("queue: members leave");
            life++;
            leaveSessions();
        } else {
            site.world().trace().count("queue: members vanish");
            endSessions();
            comeBack();
        }
    }

    private void leaveSessions() {
        if (sessions.isEmpty()) {
            leave();
            return;
        }
        var first = sessions.entrySet().iterator().next();
        sessions.remove(first.getKey());
        first.getValue().leave(first.getKey(), this::leaveSessions);
    }

    private void leave() {
        var request = ShareGroupHeartbeatRequest.builder().groupId(GROUP).memberId(memberId)
            .memberEpoch(LEAVES).build();
        group.ask(ApiKey.SHARE_GROUP_HEARTBEAT, request, _ -> comeBack());
    }

    private void comeBack() {
        view.close();
        view = site.view();
        group = new GroupLink(view, GROUP);
        live();
    }

    private void configure(int mine) {
        configs.set(view, error -> {
            if (mine != life) return;
            if (error == ErrorCode.INVALID_CONFIG) site.violation("queue: settings are refused");
            isConfigured = error == ErrorCode.NONE;
            site.within(100, () -> {
                if (mine != life) return;
                if (isConfigured) beat(mine);
                else
                    configure(mine);
            });
        });
    }

    private void beat(int mine) {
        var request = ShareGroupHeartbeatRequest.builder().groupId(GROUP).memberId(memberId)
            .memberEpoch(memberEpoch)
            .subscribedTopicNames(memberEpoch == 0 ? List.of(Scenario.KEPT) : null)
            .build();
        group.ask(ApiKey.SHARE_GROUP_HEARTBEAT, request, reply -> {
            if (mine != life) return;
            if (reply instanceof Reply.Answer answer) {
                heard((ShareGroupHeartbeatResponse) answer.body());
            }
            spread();
            site.loop().after(HEARTBEAT_MS * Now.NS_PER_MS, () -> {
                if (mine == life) beat(mine);
            });
        });
    }

    private void heard(ShareGroupHeartbeatResponse response) {
        var error = ErrorCode.of(response.errorCode());
        group.heard(error);
        if (error == ErrorCode.UNKNOWN_MEMBER_ID || error == ErrorCode.FENCED_MEMBER_EPOCH
            || error == ErrorCode.GROUP_ID_NOT_FOUND) {
            memberEpoch = 0;
        }
        if (error != ErrorCode.NONE) return;
        memberEpoch = response.memberEpoch();
        var assignment = response.assignment();
        if (assignment == null) return;
        assigned.clear();
        for (var topic : assignment.topicPartitions()) {
            var name = view.nameOf(topic.topicId());
            // not known yet: it asks for its assignment again
            if (name.isEmpty()) memberEpoch = 0;
            for (int partition : topic.partitions())
                name.ifPresent(each -> assigned.put(new Slot(each, partition), topic.topicId()));
        }
        site.world().trace().count("queue: assignments");
    }

    /// Each partition is fetched from the node that leads it, as far as that is known.
    private void spread() {
        Map<NodeLink, Map<Slot, Uuid>> byLeader = new LinkedHashMap<>();
        sessions.keySet().forEach(link -> byLeader.put(link, new TreeMap<>()));
        assigned.forEach((slot, topicId) -> {
            var leader = view.leader(slot);
            if (leader.isEmpty()) view.refresh();
            leader.ifPresent(link -> byLeader.computeIfAbsent(link, _ -> new TreeMap<>())
                .put(slot, topicId));
        });
        byLeader.forEach((link, own) -> sessions.computeIfAbsent(link, _ -> session())
            .assign(own, link));
    }

    private QueueSession session() {
        var session = new QueueSession(site, view, memberId);
        if (isCalm) session.calm();
        return session;
    }
}
