package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.config.TopicSettings;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.wire.message.CreatePartitionsRequest;
import dev.naru.wire.message.CreatePartitionsResponse;
import dev.naru.wire.message.CreateTopicsRequest;
import dev.naru.wire.message.CreateTopicsResponse;
import dev.naru.wire.message.DeleteTopicsRequest;
import dev.naru.wire.message.DeleteTopicsResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CreateTopics, DeleteTopics, CreatePartitions: from the wire to the controller and back.
final class TopicsHandler {
    private static final short DELETES_BY_ID_SINCE = 6;

    private final Cluster cluster;
    private final ControllerLink controller;

    TopicsHandler(Cluster cluster, ControllerLink controller) {
        this.cluster = cluster;
        this.controller = controller;
    }

    void create(Call call) {
        var request = (CreateTopicsRequest) call.request();
        var topics = new ArrayList<ClusterRequest.NewTopic>();
        for (var topic : request.topics())
            topics.add(newTopic(topic));
        var settings = cluster.live();
        controller.submit(
            new ClusterRequest.CreateTopics(topics, settings.integer("num.partitions"),
                settings.integer("default.replication.factor"), request.validateOnly(), false),
            answer -> call.reply(created(request, answer)));
    }

    private static ClusterRequest.NewTopic newTopic(CreateTopicsRequest.CreatableTopic topic) {
        var assignments = new ArrayList<ClusterRequest.Assignment>();
        for (var each : topic.assignments()) {
            assignments.add(new ClusterRequest.Assignment(each.partitionIndex(), each.brokerIds()));
        }
        var settings = new ArrayList<ClusterRequest.Setting>();
        for (var each : topic.configs()) {
            settings.add(new ClusterRequest.Setting(each.name(), each.value()));
        }
        return new ClusterRequest.NewTopic(topic.name(), topic.numPartitions(),
            topic.replicationFactor(), assignments, settings);
    }

    private CreateTopicsResponse created(CreateTopicsRequest request, ClusterAnswer answer) {
        var results = new ArrayList<CreateTopicsResponse.CreatableTopicResult>();
        if (answer instanceof ClusterAnswer.TopicsCreated done) {
            for (var topic : done.topics())
                results.add(created(topic));
        } else {
            for (var topic : request.topics()) {
                results.add(CreateTopicsResponse.CreatableTopicResult.builder()
                    .name(topic.name())
                    .errorCode(Texts.failure(answer).code())
                    .build());
            }
        }
        return CreateTopicsResponse.builder().topics(results).build();
    }

    private CreateTopicsResponse.CreatableTopicResult created(ClusterAnswer.CreatedTopic topic) {
        var result = CreateTopicsResponse.CreatableTopicResult.builder()
            .name(topic.name())
            .topicId(topic.topicId())
            .errorCode(topic.error().code())
            .errorMessage(Texts.orNull(topic.message()));
        if (topic.error() != ErrorCode.NONE) return result.build();
        var configs = new ArrayList<CreateTopicsResponse.CreatableTopicConfigs>();
        for (var entry : TopicSettings.of(topic.settings(), cluster.live()).entries()) {
            configs.add(CreateTopicsResponse.CreatableTopicConfigs.builder()
                .name(entry.name())
                .value(entry.value().orElse(null))
                .readOnly(entry.isReadOnly())
                .configSource(entry.source().id())
                .isSensitive(entry.isSensitive())
                .build());
        }
        return result.numPartitions(topic.partitions())
            .replicationFactor((short) topic.replicationFactor())
            .configs(configs)
            .build();
    }

    void delete(Call call) {
        var request = (DeleteTopicsRequest) call.request();
        var topics = new ArrayList<ClusterRequest.TopicRef>();
        if (call.version() < DELETES_BY_ID_SINCE) {
            for (var name : request.topicNames())
                topics.add(new ClusterRequest.TopicRef.ByName(name));
        } else {
            for (var topic : request.topics())
                topics.add(ref(topic));
        }
        if (!cluster.live().flag("delete.topic.enable")) {
            call.reply(undeleted(topics, ErrorCode.TOPIC_DELETION_DISABLED));
            return;
        }
        controller.submit(new ClusterRequest.DeleteTopics(topics),
            answer -> call.reply(deleted(topics, answer)));
    }

    private static ClusterRequest.TopicRef ref(DeleteTopicsRequest.DeleteTopicState topic) {
        @Nullable
        String name = topic.name();
        return name == null
            ? new ClusterRequest.TopicRef.ById(topic.topicId())
            : new ClusterRequest.TopicRef.ByName(name);
    }

    private static DeleteTopicsResponse deleted(List<ClusterRequest.TopicRef> topics,
        ClusterAnswer answer) {
        if (!(answer instanceof ClusterAnswer.TopicsDeleted done)) {
            return undeleted(topics, Texts.failure(answer));
        }
        var results = new ArrayList<DeleteTopicsResponse.DeletableTopicResult>();
        for (var topic : done.topics()) {
            results.add(DeleteTopicsResponse.DeletableTopicResult.builder()
                .name(Texts.orNull(topic.name()))
                .topicId(topic.topicId())
                .errorCode(topic.error().code())
                .errorMessage(Texts.orNull(topic.message()))
                .build());
        }
        return DeleteTopicsResponse.builder().responses(results).build();
    }

    private static DeleteTopicsResponse undeleted(List<ClusterRequest.TopicRef> topics,
        ErrorCode why) {
        var results = new ArrayList<DeleteTopicsResponse.DeletableTopicResult>();
        for (var topic : topics) {
            var result = DeleteTopicsResponse.DeletableTopicResult.builder().errorCode(why.code());
            switch (topic) {
                case ClusterRequest.TopicRef.ByName named -> result.name(named.name());
                case ClusterRequest.TopicRef.ById numbered ->
                    result.name(null).topicId(numbered.topicId());
            }
            results.add(result.build());
        }
        return DeleteTopicsResponse.builder().responses(results).build();
    }

    void grow(Call call) {
        var request = (CreatePartitionsRequest) call.request();
        var topics = new ArrayList<ClusterRequest.Growth>();
        for (var topic : request.topics()) {
            var assignments = topic.assignments();
            topics.add(new ClusterRequest.Growth(topic.name(), topic.count(), assignments == null
                ? null
                : assignments.stream()
                    .map(CreatePartitionsRequest.CreatePartitionsAssignment::brokerIds)
                    .toList()));
        }
        controller.submit(new ClusterRequest.CreatePartitions(topics, request.validateOnly()),
            answer -> call.reply(grown(request, answer)));
    }

    private static CreatePartitionsResponse grown(CreatePartitionsRequest request,
        ClusterAnswer answer) {
        var results = new ArrayList<CreatePartitionsResponse.CreatePartitionsTopicResult>();
        if (answer instanceof ClusterAnswer.PartitionsCreated done) {
            for (var topic : done.topics()) {
                results.add(grown(topic.name(), topic.error(), topic.message()));
            }
        } else {
            for (var topic : request.topics()) {
                results.add(grown(topic.name(), Texts.failure(answer), ""));
            }
        }
        return CreatePartitionsResponse.builder().results(results).build();
    }

    private static CreatePartitionsResponse.CreatePartitionsTopicResult grown(String name,
        ErrorCode error, String message) {
        return CreatePartitionsResponse.CreatePartitionsTopicResult.builder()
            .name(name)
            .errorCode(error.code())
            .errorMessage(Texts.orNull(message))
            .build();
    }
}
