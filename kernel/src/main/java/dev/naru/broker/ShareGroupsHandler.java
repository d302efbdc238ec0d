package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.group.GroupRequest;
import dev.naru.group.ShareRequest;
import dev.naru.group.ShareTopic;
import dev.naru.metadata.TopicName;
import dev.naru.wire.Message;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateResponse;
import dev.naru.wire.message.ShareGroupDescribeRequest;
import dev.naru.wire.message.ShareGroupDescribeResponse;
import dev.naru.wire.message.ShareGroupDescribeResponse.DescribedGroup;
import dev.naru.wire.message.ShareGroupHeartbeatRequest;
import dev.naru.wire.message.ShareGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Membership of share groups on the wire: ShareGroupHeartbeat and ShareGroupDescribe. A heartbeat
/// that finds share partitions without a stored state has them made and goes on with the answer, so
/// that a member has its partitions with its first heartbeat.
final class ShareGroupsHandler {
    /// READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS, one bit each: all that can be
    /// done to a group.
    private static final int ALL_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

    /// What the handler needs of the node.
    record Rooms(Cluster cluster, TopicCreation creation, SharePersister persister) {}

    private final Rooms rooms;
    private final ShareClearing clearing;
    private final Asking<GroupRequest> asking;

    ShareGroupsHandler(Rooms rooms, ShareClearing clearing, Asking<GroupRequest> asking) {
        this.rooms = rooms;
        this.clearing = clearing;
        this.asking = asking;
    }

    void heartbeat(ShareGroupHeartbeatRequest q, short version, Client client,
        Consumer<Message> reply) {
        beat(q, client, heard -> {
            if (heard.isToClear()) {
                clear(q, heard, client, reply);
            } else {
                heard(q, heard, client, reply);
            }
        });
    }

    private void heard(ShareGroupHeartbeatRequest q, ShareRequest.Heard heard, Client client,
        Consumer<Message> reply) {
        if (heard.toInitialize().isEmpty()) {
            reply.accept(heard.response());
        } else {
            initialize(q, heard, client, reply);
        }
    }

    /// Somebody began to delete states and was interrupted: that is brought to its end first.
    private void clear(ShareGroupHeartbeatRequest q, ShareRequest.Heard heard, Client client,
        Consumer<Message> reply) {
        clearing.clear(q.groupId(), new ShareRequest.Which.Begun(), client,
            _ -> again(q, heard, client, after -> heard(q, after, client, reply)));
    }

    private void beat(ShareGroupHeartbeatRequest q, Client client,
        Consumer<ShareRequest.Heard> heard) {
        int membersMax = rooms.cluster().live().integer("group.share.max.size");
        asking.<ShareRequest.Heard>ask(q.groupId(), client,
            from -> new ShareRequest.Beat(q, client.id(), client.host(), membersMax, from),
            Asking.Outcome.of(answer -> answer, ShareGroupsHandler::refused, heard));
    }

    private static ShareRequest.Heard refused(ErrorCode why) {
        return new ShareRequest.Heard(
            ShareGroupHeartbeatResponse.builder().errorCode(why.code()).errorMessage(why.text())
                .build(),
            new TreeMap<>(), false);
    }

    private void initialize(ShareGroupHeartbeatRequest q, ShareRequest.Heard heard,
        Client client, Consumer<Message> reply) {
        if (rooms.cluster().image().topic(TopicName.SHARE_GROUP_STATE).isPresent()) {
            initializeNow(q, heard, client, reply);
            return;
        }
        rooms.creation().create(List.of(TopicName.SHARE_GROUP_STATE),
            _ -> Partitions.on(client.loop(), () -> initializeNow(q, heard, client, reply)));
    }

    private void initializeNow(ShareGroupHeartbeatRequest q, ShareRequest.Heard heard,
        Client client, Consumer<Message> reply) {
        rooms.persister().initialize(client.loop(), request(q.groupId(), heard.toInitialize()),
            response -> {
                var done = done(response, heard.toInitialize());
                asking.<ErrorCode>ask(q.groupId(), client,
                    from -> new ShareRequest.Initialized(q.groupId(), done, from),
                    Asking.Outcome.of(error -> error, error -> error,
                        _ -> again(q, heard, client,
                            after -> reply.accept(after.response()))));
            });
    }

    private static InitializeShareGroupStateRequest request(String group,
        SortedMap<Uuid, ShareTopic> topics) {
        var states = new ArrayList<InitializeShareGroupStateRequest.InitializeStateData>();
        topics.forEach((topicId, topic) -> states
            .add(InitializeShareGroupStateRequest.InitializeStateData.builder()
                .topicId(topicId)
                .partitions(topic.partitions().stream()
                    .map(index -> InitializeShareGroupStateRequest.PartitionData.builder()
                        .partition(index)
                        .startOffset(-1)
                        .build())
                    .toList())
                .build()));
        return InitializeShareGroupStateRequest.builder().groupId(group).topics(states).build();
    }

    /// Those that have a stored state now. One that had a newer one had it before.
    private static SortedMap<Uuid, ShareTopic> done(InitializeShareGroupStateResponse response,
        SortedMap<Uuid, ShareTopic> asked) {
        var done = new TreeMap<Uuid, ShareTopic>();
        for (var topic : response.results()) {
            var partitions = new ArrayList<Integer>();
            for (var each : topic.partitions()) {
                var error = ErrorCode.of(each.errorCode());
                boolean isThere = error == ErrorCode.NONE || error == ErrorCode.FENCED_STATE_EPOCH;
                if (isThere) partitions.add(each.partition());
            }
            var known = asked.get(topic.topicId());
            if (known == null || partitions.isEmpty()) continue;
            // a topic whose states are on several nodes is answered by each of them
            var before = done.get(topic.topicId());
            if (before != null) partitions.addAll(before.partitions());
            Collections.sort(partitions);
            done.put(topic.topicId(), new ShareTopic(known.name(), partitions));
        }
        return done;
    }

    /// The member hears what came of it; what it was told before is not lost.
    private void again(ShareGroupHeartbeatRequest q, ShareRequest.Heard heard, Client client,
        Consumer<ShareRequest.Heard> then) {
        var next = q.toBuilder().memberEpoch(heard.response().memberEpoch()).build();
        beat(next, client, after -> {
            var response = after.response();
            if (response.errorCode() != 0) {
                then.accept(new ShareRequest.Heard(heard.response(), new TreeMap<>(), false));
                return;
            }
            var told = response.assignment() == null
                ? response.toBuilder().assignment(heard.response().assignment()).build()
                : response;
            then.accept(new ShareRequest.Heard(told, after.toInitialize(), false));
        });
    }

    void describe(ShareGroupDescribeRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<DescribedGroup>(groups -> reply
            .accept(ShareGroupDescribeResponse.builder().groups(groups).build()));
        for (var group : q.groupIds()) {
            asking.<DescribedGroup>ask(group, client,
                from -> new ShareRequest.DescribeShare(group, from),
                Asking.Outcome.of(answer -> described(answer, q),
                    why -> DescribedGroup.builder().groupId(group).errorCode(why.code())
                        .errorMessage(why.text()).build(),
                    gathering.expect()));
        }
        gathering.close();
    }

    private static DescribedGroup described(DescribedGroup group, ShareGroupDescribeRequest q) {
        return q.includeAuthorizedOperations() && group.errorCode() == 0
            ? group.toBuilder().authorizedOperations(ALL_OPERATIONS).build()
            : group;
    }
}
