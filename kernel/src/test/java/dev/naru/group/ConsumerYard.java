package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.shard.Heard;
import dev.naru.wire.message.ConsumerGroupDescribeResponse;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import dev.naru.wire.message.ConsumerGroupHeartbeatResponse;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Members of the consumer protocol in a [Yard], each of which does what a well-behaved client does:
/// heartbeats, gives up what it is not given any more, and says so.
final class ConsumerYard {
    static final short V1 = 1;
    static final Map<String, String> AT_ONCE = Map.of("consumer.assignment.interval.ms", "0");

    final Yard yard;
    final Map<String, Member> members = new LinkedHashMap<>();

    ConsumerYard() {
        this(ConsumerRules.DEFAULT, AT_ONCE);
    }

    ConsumerYard(ConsumerRules rules, Map<String, String> settings) {
        yard = new Yard(GroupRules.DEFAULT, rules, settings);
    }

    static ConsumerGroupHeartbeatRequest.Builder joining(String memberId, String... topics) {
        return ConsumerGroupHeartbeatRequest.builder().groupId(Yard.GROUP).memberId(memberId)
            .memberEpoch(0).rebalanceTimeoutMs(60_000).subscribedTopicNames(List.of(topics))
            .topicPartitions(List.of());
    }

    ConsumerGroupHeartbeatResponse send(ConsumerGroupHeartbeatRequest message) {
        return later(message).answer();
    }

    Heard<ConsumerGroupHeartbeatResponse> later(ConsumerGroupHeartbeatRequest message) {
        var heard = yard.<ConsumerGroupHeartbeatResponse>heard();
        yard.host.submit(
            new GroupRequest.ConsumerHeartbeat(message, V1, "app", "/10.0.0.1", heard));
        return heard;
    }

    ErrorCode error(ConsumerGroupHeartbeatRequest message) {
        return ErrorCode.of(send(message).errorCode());
    }

    Member join(String memberId, String... topics) {
        return join(joining(memberId, topics).build());
    }

    Member join(ConsumerGroupHeartbeatRequest message) {
        var member = new Member(message.memberId(), message.instanceId());
        members.put(message.memberId(), member);
        member.told(send(message));
        return member;
    }

    /// Everybody heartbeats until nothing changes any more.
    void settle() {
        for (int round = 0; round < 20; round++) {
            yard.loop.passMs(100);
            boolean isQuiet = true;
            for (var member : members.values()) {
                var before = member.epoch + " " + member.owned;
                member.beat();
                isQuiet &= before.equals(member.epoch + " " + member.owned);
            }
            if (isQuiet && round > 1) return;
        }
        throw new AssertionError("the group does not settle: " + members.values());
    }

    Member member(String id) {
        var member = members.get(id);
        if (member == null) throw new AssertionError("no member " + id);
        return member;
    }

    ConsumerGroupDescribeResponse.DescribedGroup describe() {
        var heard = yard.<ConsumerGroupDescribeResponse.DescribedGroup>heard();
        yard.host.submit(new GroupRequest.DescribeConsumers(Yard.GROUP, heard));
        return heard.answer();
    }

    /// The protocol's own classic member in a consumer group: joins and syncs.
    JoinGroupResponse classicJoin(String memberId, String... topics) {
        return yard.join(Yard.joining(memberId).protocols(List.of(
            Yard.subscribed("range", topics))).build(), Yard.V3).answer();
    }

    SyncGroupResponse classicSync(JoinGroupResponse joined) {
        return yard.sync(Yard.syncing(joined)).answer();
    }

    final class Member {
        final String id;
        private final @Nullable String instanceId;
        int epoch;
        SortedSet<String> owned = new TreeSet<>();
        ErrorCode error = ErrorCode.NONE;

        private Member(String id, @Nullable String instanceId) {
            this.id = id;
            this.instanceId = instanceId;
        }

        private void told(ConsumerGroupHeartbeatResponse answer) {
            error = ErrorCode.of(answer.errorCode());
            if (error != ErrorCode.NONE) return;
            epoch = answer.memberEpoch();
            var given = answer.assignment();
            if (given == null) return;
            owned.clear();
            for (var topic : given.topicPartitions()) {
                var name = yard.topics.view().topic(topic.topicId()).orElseThrow().name();
                topic.partitions().forEach(index -> owned.add(name + "-" + index));
            }
        }

        ConsumerGroupHeartbeatRequest.Builder beating() {
            return ConsumerGroupHeartbeatRequest.builder().groupId(Yard.GROUP).memberId(id)
                .instanceId(instanceId).memberEpoch(epoch).rebalanceTimeoutMs(-1)
                .subscribedTopicNames(null).topicPartitions(reported());
        }

        private List<TopicPartitions> reported() {
            var byTopic = new LinkedHashMap<String, List<Integer>>();
            for (var each : owned) {
                int dash = each.lastIndexOf('-');
                byTopic.computeIfAbsent(each.substring(0, dash), _ -> new ArrayList<>())
                    .add(Integer.parseInt(each.substring(dash + 1)));
            }
            var topics = new ArrayList<TopicPartitions>();
            byTopic.forEach((name, indexes) -> yard.topics.view().topic(name)
                .ifPresent(topic -> topics.add(TopicPartitions.builder()
                    .topicId(topic.topicId()).partitions(indexes).build())));
            return topics;
        }

        ConsumerGroupHeartbeatResponse beat() {
            var answer = send(beating().build());
            told(answer);
            return answer;
        }

        void say(ConsumerGroupHeartbeatRequest.Builder message) {
            told(send(message.build()));
        }

        ConsumerGroupHeartbeatResponse leave(int how) {
            members.remove(id);
            return send(beating().memberEpoch(how).build());
        }

        @Override public String toString() {
            return id + " in " + epoch + " owns " + owned + " " + error;
        }
    }
}
