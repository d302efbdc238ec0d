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
import dev.naru.wire.message.FindCoordinatorRequest;
import dev.naru.wire.message.ShareGroupHeartbeatRequest;
import dev.naru.wire.message.ShareGroupHeartbeatResponse;
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
    private final QueuePlan plan;
    private final List<Slot> slots;
    private ClusterView view;
    private QueueSession session;
    private String memberId = "";
    private int memberEpoch;
    private int life;
    private boolean isCalm;
    private boolean isConfigured;
    private boolean isDrained;

    QueueRole(Site site, QueuePlan plan, List<Slot> slots) {
        this.site = site;
        this.plan = plan;
        this.slots = slots;
        this.view = site.view();
        this.session = new QueueSession(site, view, memberId);
    }

    void start() {
        site.now(() -> live(view.any()));
    }

    void calm() {
        isCalm = true;
        session.calm();
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
        var group = DescribeShareGroupOffsetsRequestGroup.builder().groupId(GROUP).topics(null);
        var request = DescribeShareGroupOffsetsRequest.builder().groups(List.of(group.build()))
            .build();
        view.any().request(ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS, _ -> request, reply -> {
            if (reply instanceof Reply.Answer answer) {
                var body = (DescribeShareGroupOffsetsResponse) answer.body();
                isDrained = isDrained(body.groups().getFirst());
            }
            if (!isDrained) site.within(500, this::askLag);
        });
    }

    private boolean isDrained(DescribeShareGroupOffsetsResponseGroup group) {
        int drained = 0;
        for (var topic : group.topics()) {
            for (var each : topic.partitions())
                if (each.lag() == 0) drained++;
        }
        return drained == slots.size();
    }

    void close() {
        life++;
        session.end();
        view.close();
        site.over();
    }

    /// A new member, on a new connection.
    private void live(NodeLink link) {
        life++;
        memberId = site.tools().entropy().uuid().toString();
        memberEpoch = 0;
        session = new QueueSession(site, view, memberId);
        if (isCalm) session.calm();
        view.want(List.of(Scenario.KEPT));
        if (isConfigured) {
            look(link, life);
        } else {
            configure(link, life);
        }
        int mine = life;
        if (!isCalm) site.within(LIFE_MS, () -> endLife(link, mine));
    }

    private void endLife(NodeLink link, int mine) {
        if (mine != life || isCalm) return;
        if (site.chance().oneIn(3)) {
            site.world().trace().count("queue: members leave");
            life++;
            session.leave(link, () -> leave(link));
        } else {
            site.world().trace().count("queue: members vanish");
            session.end();
            comeBack();
        }
    }

    private void leave(NodeLink link) {
        var request = ShareGroupHeartbeatRequest.builder().groupId(GROUP).memberId(memberId)
            .memberEpoch(LEAVES).build();
        link.request(ApiKey.SHARE_GROUP_HEARTBEAT, _ -> request, _ -> comeBack());
    }

    private void comeBack() {
        view.close();
        view = site.view();
        live(view.any());
    }

    private void configure(NodeLink link, int mine) {
        GroupConfigs.set(view, GROUP, plan.settings(), error -> {
            if (mine != life) return;
            if (error == ErrorCode.INVALID_CONFIG) site.violation("queue: settings are refused");
            isConfigured = error == ErrorCode.NONE;
            site.within(100, () -> {
                if (mine != life) return;
                if (isConfigured) look(link, mine);
                else
                    configure(link, mine);
            });
        });
    }

    /// The topic that stores groups is made by whoever looks for a coordinator first.
    private void look(NodeLink link, int mine) {
        var request = FindCoordinatorRequest.builder().key(GROUP).coordinatorKeys(List.of(GROUP))
            .build();
        link.request(ApiKey.FIND_COORDINATOR, _ -> request, _ -> {
            if (mine == life) beat(link, mine);
        });
    }

    private void beat(NodeLink link, int mine) {
        var request = ShareGroupHeartbeatRequest.builder().groupId(GROUP).memberId(memberId)
            .memberEpoch(memberEpoch)
            .subscribedTopicNames(memberEpoch == 0 ? List.of(Scenario.KEPT) : null)
            .build();
        link.request(ApiKey.SHARE_GROUP_HEARTBEAT, _ -> request, reply -> {
            if (mine != life) return;
            if (reply instanceof Reply.Answer answer) {
                heard((ShareGroupHeartbeatResponse) answer.body(), link);
            }
            site.loop().after(HEARTBEAT_MS * Now.NS_PER_MS, () -> {
                if (mine == life) beat(link, mine);
            });
        });
    }

    private void heard(ShareGroupHeartbeatResponse response, NodeLink link) {
        var error = ErrorCode.of(response.errorCode());
        if (error == ErrorCode.UNKNOWN_MEMBER_ID || error == ErrorCode.FENCED_MEMBER_EPOCH
            || error == ErrorCode.GROUP_ID_NOT_FOUND) {
            memberEpoch = 0;
        }
        if (error != ErrorCode.NONE) return;
        memberEpoch = response.memberEpoch();
        var assignment = response.assignment();
        if (assignment == null) return;
        Map<Slot, Uuid> assigned = new TreeMap<>();
        for (var topic : assignment.topicPartitions()) {
            var name = view.nameOf(topic.topicId());
            // not known yet: it asks for its assignment again
            if (name.isEmpty()) memberEpoch = 0;
            for (int partition : topic.partitions())
                name.ifPresent(each -> assigned.put(new Slot(each, partition), topic.topicId()));
        }
        site.world().trace().count("queue: assignments");
        session.assign(assigned, link);
    }
}
