package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.group.GroupRequest;
import dev.naru.group.StreamsAnswer;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.StreamsGroupDescribeRequest;
import dev.naru.wire.message.StreamsGroupDescribeResponse;
import dev.naru.wire.message.StreamsGroupDescribeResponse.DescribedGroup;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupHeartbeatResponse;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Streams groups on the wire (KIP-1071). The internal topics that a group misses are created here;
/// the answer does not wait for them, the next heartbeat finds them.
final class StreamsGroupsHandler {
    private final Asking<GroupRequest> asking;
    private final Cluster cluster;
    private final ControllerLink controller;

    StreamsGroupsHandler(Coordinators<GroupRequest> coordinators, Cluster cluster,
        ControllerLink controller) {
        this.asking = new Asking<>(coordinators);
        this.cluster = cluster;
        this.controller = controller;
    }

    void heartbeat(StreamsGroupHeartbeatRequest q, short version, Client client,
        Consumer<Message> reply) {
        asking.<StreamsAnswer>ask(q.groupId(), client,
            from -> new GroupRequest.StreamsHeartbeat(q, version, client.id(), client.host(),
                from),
            Asking.Outcome.of(this::created,
                why -> StreamsGroupHeartbeatResponse.builder().errorCode(why.code())
                    .errorMessage(why.text()).memberId(q.memberId()).status(null).build(),
                reply::accept));
    }

    private StreamsGroupHeartbeatResponse created(StreamsAnswer answer) {
        var topics = new ArrayList<ClusterRequest.NewTopic>();
        for (var internal : answer.toCreate()) {
            var settings = new ArrayList<ClusterRequest.Setting>();
            internal.configs()
                .forEach((name, value) -> settings.add(new ClusterRequest.Setting(name, value)));
            int replicas = internal.replicationFactor() > 0 ? internal.replicationFactor() : -1;
            topics.add(new ClusterRequest.NewTopic(internal.name(), internal.partitions(),
                replicas, List.of(), settings));
        }
        if (!topics.isEmpty()) create(topics);
        return answer.response();
    }

    private void create(List<ClusterRequest.NewTopic> topics) {
        var settings = cluster.live();
        Consumer<ClusterAnswer> whateverComes = _ -> {
        };
        controller.submit(new ClusterRequest.CreateTopics(topics,
            settings.integer("num.partitions"), settings.integer("default.replication.factor"),
            false, false), whateverComes);
    }

    void describe(StreamsGroupDescribeRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<DescribedGroup>(groups -> reply
            .accept(StreamsGroupDescribeResponse.builder().groups(groups).build()));
        for (var group : q.groupIds()) {
            asking.<DescribedGroup>ask(group, client,
                from -> new GroupRequest.DescribeStreams(group, q.includeTopologyDescription(),
                    from),
                Asking.Outcome.of(answer -> described(answer, q), why -> failed(group, why),
                    gathering.expect()));
        }
        gathering.close();
    }

    private static DescribedGroup described(DescribedGroup group, StreamsGroupDescribeRequest q) {
        if (!q.includeAuthorizedOperations() || group.errorCode() != 0) return group;
        return group.toBuilder().authorizedOperations(GroupsHandler.ALL_OPERATIONS).build();
    }

    private static DescribedGroup failed(String group, ErrorCode why) {
        return DescribedGroup.builder().groupId(group).errorCode(why.code())
            .errorMessage(why.text()).topology(null).build();
    }

    /// A thread describes its topology, as its heartbeat asked it to (KIP-1331).
    void updateDescription(StreamsGroupTopologyDescriptionUpdateRequest q, short version,
        Client client, Consumer<Message> reply) {
        asking.<StreamsGroupTopologyDescriptionUpdateResponse>ask(q.groupId(), client,
            from -> new GroupRequest.DescribeTopology(q, from),
            Asking.Outcome.of(answer -> answer,
                why -> StreamsGroupTopologyDescriptionUpdateResponse.builder()
                    .errorCode(why.code()).errorMessage(why.text()).build(),
                reply::accept));
    }
}
