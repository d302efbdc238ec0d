package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicImage;
import dev.naru.metadata.TopicName;
import dev.naru.wire.message.MetadataRequest;
import dev.naru.wire.message.MetadataResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Metadata: the nodes and the topics asked for; makes a topic that is missing when both the client
/// and the setting `auto.create.topics.enable` want it, and answers when it is usable.
final class MetadataHandler {
    private final Cluster cluster;
    private final TopicCreation creation;

    MetadataHandler(Cluster cluster, TopicCreation creation) {
        this.cluster = cluster;
        this.creation = creation;
    }

    void handle(Call call) {
        var request = (MetadataRequest) call.request();
        var missing = missing(request);
        if (missing.isEmpty()) {
            call.reply(response(call, request, Map.of()));
            return;
        }
        creation.create(missing, failed -> call.reply(response(call, request, failed)));
    }

    private static boolean asksAll(Call call, MetadataRequest request) {
        var topics = request.topics();
        return topics == null || (call.version() == 0 && topics.isEmpty());
    }

    private List<String> missing(MetadataRequest request) {
        var topics = request.topics();
        if (topics == null || !request.allowAutoTopicCreation()
            || !cluster.live().flag("auto.create.topics.enable")) {
            return List.of();
        }
        var image = cluster.image();
        var missing = new LinkedHashMap<String, Boolean>();
        for (var topic : topics) {
            var name = topic.name();
            if (name == null || !topic.topicId().isZero()) continue;
            if (image.topic(name).isEmpty() && TopicName.problem(name).isEmpty()) {
                missing.put(name, true);
            }
        }
        return List.copyOf(missing.keySet());
    }

    private MetadataResponse response(Call call, MetadataRequest request,
        Map<String, ClusterAnswer.CreatedTopic> failed) {
        var image = cluster.image();
        int operations = request.includeTopicAuthorizedOperations()
            ? AuthorizedOperations.TOPIC
            : AuthorizedOperations.NOT_ASKED;
        var topics = new ArrayList<MetadataResponse.MetadataResponseTopic>();
        if (asksAll(call, request)) {
            for (var topic : image.topics())
                topics.add(found(topic, operations));
        } else if (request.topics() != null) {
            for (var asked : request.topics()) {
                topics.add(one(image, asked, failed, operations));
            }
        }
        return MetadataResponse.builder()
            .brokers(brokers(image, call.caller().listener()))
            .clusterId(image.clusterId())
            .controllerId(cluster.controllerId())
            .topics(topics)
            .clusterAuthorizedOperations(request.includeClusterAuthorizedOperations()
                ? AuthorizedOperations.CLUSTER
                : AuthorizedOperations.NOT_ASKED)
            .build();
    }

    private static List<MetadataResponse.MetadataResponseBroker> brokers(ClusterImage image,
        String listener) {
        var brokers = new ArrayList<MetadataResponse.MetadataResponseBroker>();
        for (var node : image.nodes().values()) {
            var endpoint = node.endpoint(listener);
            if (endpoint.isEmpty()) continue;
            brokers.add(MetadataResponse.MetadataResponseBroker.builder()
                .nodeId(node.nodeId())
                .host(endpoint.get().host())
                .port(endpoint.get().port())
                .rack(node.rack().isEmpty() ? null : node.rack())
                .build());
        }
        return brokers;
    }

    private static MetadataResponse.MetadataResponseTopic one(ClusterImage image,
        MetadataRequest.MetadataRequestTopic asked, Map<String, ClusterAnswer.CreatedTopic> failed,
        int operations) {
        var name = asked.name();
        if (!asked.topicId().isZero()) {
            var byId = image.topic(asked.topicId());
            if (byId.isPresent()) return found(byId.get(), operations);
            return missing(null, asked.topicId(), ErrorCode.UNKNOWN_TOPIC_ID);
        }
        if (name == null) return missing("", Uuid.ZERO, ErrorCode.INVALID_REQUEST);
        Optional<TopicImage> byName = image.topic(name);
        if (byName.isPresent()) return found(byName.get(), operations);
        if (TopicName.problem(name).isPresent()) {
            return missing(name, Uuid.ZERO, ErrorCode.INVALID_TOPIC_EXCEPTION);
        }
        var failure = failed.get(name);
        return missing(name, Uuid.ZERO,
            failure == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : failure.error());
    }

    private static MetadataResponse.MetadataResponseTopic missing(
        @Nullable String name, Uuid topicId, ErrorCode why) {
        return MetadataResponse.MetadataResponseTopic.builder()
            .errorCode(why.code())
            .name(name)
            .topicId(topicId)
            .build();
    }

    private static MetadataResponse.MetadataResponseTopic found(TopicImage topic, int operations) {
        var partitions = new ArrayList<MetadataResponse.MetadataResponsePartition>();
        for (int index = 0; index < topic.partitionCount(); index++) {
            var partition = topic.partitions().get(index);
            partitions.add(MetadataResponse.MetadataResponsePartition.builder()
                .partitionIndex(index)
                .leaderId(partition.leader())
                .leaderEpoch(partition.leaderEpoch())
                .replicaNodes(partition.replicas())
                .isrNodes(partition.isr())
                .build());
        }
        return MetadataResponse.MetadataResponseTopic.builder()
            .name(topic.name())
            .topicId(topic.topicId())
            .isInternal(topic.isInternal())
            .partitions(partitions)
            .topicAuthorizedOperations(operations)
            .build();
    }
}
