package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import dev.naru.wire.message.AlterPartitionReassignmentsRequest;
import dev.naru.wire.message.AlterPartitionReassignmentsResponse;
import dev.naru.wire.message.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
import dev.naru.wire.message.AlterPartitionReassignmentsResponse.ReassignableTopicResponse;
import dev.naru.wire.message.ElectLeadersRequest;
import dev.naru.wire.message.ElectLeadersResponse;
import dev.naru.wire.message.ElectLeadersResponse.PartitionResult;
import dev.naru.wire.message.ElectLeadersResponse.ReplicaElectionResult;
import dev.naru.wire.message.ListPartitionReassignmentsRequest;
import dev.naru.wire.message.ListPartitionReassignmentsResponse;
import dev.naru.wire.message.ListPartitionReassignmentsResponse.OngoingPartitionReassignment;
import dev.naru.wire.message.ListPartitionReassignmentsResponse.OngoingTopicReassignment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// ElectLeaders, AlterPartitionReassignments, ListPartitionReassignments: who leads, and where replicas
/// stand.
final class PlacementHandler {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final Cluster cluster;
    private final ControllerLink controller;

    PlacementHandler(Cluster cluster, ControllerLink controller) {
        this.cluster = cluster;
        this.controller = controller;
    }

    void elect(Call call) {
        var request = (ElectLeadersRequest) call.request();
        byte type = call.version() == 0 ? PREFERRED : request.electionType();
        if (type != PREFERRED && type != UNCLEAN) {
            call.reply(ElectLeadersResponse.builder()
                .errorCode(ErrorCode.INVALID_REQUEST.code()).build());
            return;
        }
        controller.submit(new ClusterRequest.ElectLeaders(type == UNCLEAN, asked(request)),
            answer -> call.reply(elected(answer)));
    }

    private static @Nullable List<PartitionRef> asked(ElectLeadersRequest request) {
        var topics = request.topicPartitions();
        if (topics == null) return null;
        var asked = new ArrayList<PartitionRef>();
        for (var topic : topics) {
            for (int partition : topic.partitions())
                asked.add(new PartitionRef(topic.topic(), partition));
        }
        return asked;
    }

    private static ElectLeadersResponse elected(ClusterAnswer answer) {
        if (!(answer instanceof ClusterAnswer.LeadersElected done)) {
            return ElectLeadersResponse.builder().errorCode(Texts.failure(answer).code()).build();
        }
        Map<String, List<PartitionResult>> byTopic = new LinkedHashMap<>();
        for (var each : done.partitions()) {
            byTopic.computeIfAbsent(each.partition().topic(), _ -> new ArrayList<>())
                .add(PartitionResult.builder().partitionId(each.partition().partition())
                    .errorCode(each.error().code())
                    .errorMessage(Texts.orNull(each.message())).build());
        }
        var results = new ArrayList<ReplicaElectionResult>();
        byTopic.forEach((topic, partitions) -> results.add(ReplicaElectionResult.builder()
            .topic(topic).partitionResult(partitions).build()));
        return ElectLeadersResponse.builder().replicaElectionResults(results).build();
    }

    void reassign(Call call) {
        var request = (AlterPartitionReassignmentsRequest) call.request();
        var moves = new ArrayList<ClusterRequest.Move>();
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                moves.add(new ClusterRequest.Move(
                    new PartitionRef(topic.name(), partition.partitionIndex()),
                    partition.replicas()));
            }
        }
        controller.submit(
            new ClusterRequest.Reassign(moves, request.allowReplicationFactorChange()),
            answer -> call.reply(reassigned(request, answer)));
    }

    private static AlterPartitionReassignmentsResponse reassigned(
        AlterPartitionReassignmentsRequest request, ClusterAnswer answer) {
        var response = AlterPartitionReassignmentsResponse.builder()
            .allowReplicationFactorChange(request.allowReplicationFactorChange());
        if (!(answer instanceof ClusterAnswer.Reassigned done)) {
            return response.errorCode(Texts.failure(answer).code()).build();
        }
        Map<String, List<ReassignablePartitionResponse>> byTopic = new LinkedHashMap<>();
        for (var each : done.partitions()) {
            byTopic.computeIfAbsent(each.partition().topic(), _ -> new ArrayList<>())
                .add(ReassignablePartitionResponse.builder()
                    .partitionIndex(each.partition().partition()).errorCode(each.error().code())
                    .errorMessage(Texts.orNull(each.message())).build());
        }
        var results = new ArrayList<ReassignableTopicResponse>();
        byTopic.forEach((topic, partitions) -> results.add(ReassignableTopicResponse.builder()
            .name(topic).partitions(partitions).build()));
        return response.responses(results).build();
    }

    void list(Call call) {
        var request = (ListPartitionReassignmentsRequest) call.request();
        var asked = request.topics();
        var image = cluster.image();
        var topics = new ArrayList<OngoingTopicReassignment>();
        if (asked == null) {
            for (var topic : image.topics())
                list(topic, IntStream.range(0, topic.partitionCount()).boxed().toList(), topics);
        } else {
            for (var each : asked)
                image.topic(each.name())
                    .ifPresent(topic -> list(topic, each.partitionIndexes(), topics));
        }
        call.reply(ListPartitionReassignmentsResponse.builder().topics(topics).build());
    }

    private static void list(TopicImage topic, List<Integer> indexes,
        List<OngoingTopicReassignment> into) {
        var ongoing = new ArrayList<OngoingPartitionReassignment>();
        for (int index : indexes) {
            topic.partition(index).filter(each -> each.moving().isUnderWay())
                .ifPresent(each -> ongoing.add(ongoing(index, each)));
        }
        if (ongoing.isEmpty()) return;
        into.add(
            OngoingTopicReassignment.builder().name(topic.name()).partitions(ongoing).build());
    }

    private static OngoingPartitionReassignment ongoing(int index, PartitionImage partition) {
        return OngoingPartitionReassignment.builder().partitionIndex(index)
            .replicas(partition.replicas()).addingReplicas(partition.moving().adding())
            .removingReplicas(partition.moving().removing()).build();
    }
}
