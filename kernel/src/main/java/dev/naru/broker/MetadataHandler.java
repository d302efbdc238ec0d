package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import dev.naru.metadata.TopicName;
import dev.naru.wire.message.MetadataRequest;
import dev.naru.wire.message.MetadataResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Metadata: the nodes and the topics asked for; makes a topic that is missing when both the client
/// and the setting `auto.create.topics.enable` want it, and answers when it is usable.
final class MetadataHandler {
    private static final short LISTENERS_SINCE_VERSION = 6;

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
        var view = new View(image, call.caller().listener(), call.version(), operations);
        var topics = new ArrayList<MetadataResponse.MetadataResponseTopic>();
        if (asksAll(call, request)) {
            for (var topic : image.topics())
                topics.add(view.found(topic));
        } else if (request.topics() != null) {
            for (var asked : request.topics())
                topics.add(view.one(asked, failed));
        }
        return MetadataResponse.builder()
            .brokers(view.brokers())
            .clusterId(image.clusterId())
            .controllerId(cluster.controllerId())
            .topics(topics)
            .clusterAuthorizedOperations(request.includeClusterAuthorizedOperations()
                ? AuthorizedOperations.CLUSTER
                : AuthorizedOperations.NOT_ASKED)
            .build();
    }

    /// The cluster as a client sees it that came by one listener.
    private record View(ClusterImage image, String listener, short version, int operations) {
        private List<MetadataResponse.MetadataResponseBroker> brokers() {
            var brokers = new ArrayList<MetadataResponse.MetadataResponseBroker>();
            for (var node : Leadership.nodes(image)) {
                node.endpoint(listener).ifPresent(endpoint -> brokers
                    .add(MetadataResponse.MetadataResponseBroker.builder()
                        .nodeId(node.nodeId())
                        .host(endpoint.host())
                        .port(endpoint.port())
                        .rack(Texts.orNull(node.rack()))
                        .build()));
            }
            return brokers;
        }

        private MetadataResponse.MetadataResponseTopic one(
            MetadataRequest.MetadataRequestTopic asked,
            Map<String, ClusterAnswer.CreatedTopic> failed) {
            var name = asked.name();
            if (!asked.topicId().isZero()) {
                var byId = image.topic(asked.topicId());
                if (byId.isPresent()) return found(byId.get());
                return missing(null, asked.topicId(), ErrorCode.UNKNOWN_TOPIC_ID);
            }
            if (name == null) return missing("", Uuid.ZERO, ErrorCode.INVALID_REQUEST);
            var byName = image.topic(name);
            if (byName.isPresent()) return found(byName.get());
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

        private MetadataResponse.MetadataResponseTopic found(TopicImage topic) {
            var partitions = new ArrayList<MetadataResponse.MetadataResponsePartition>();
            for (int index = 0; index < topic.partitionCount(); index++)
                partitions.add(partition(index, topic.partitions().get(index)));
            return MetadataResponse.MetadataResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.topicId())
                .isInternal(topic.isInternal())
                .partitions(partitions)
                .topicAuthorizedOperations(operations)
                .build();
        }

        private MetadataResponse.MetadataResponsePartition partition(int index,
            PartitionImage partition) {
            var error = Leadership.error(image, partition, listener);
            if (error == ErrorCode.LISTENER_NOT_FOUND && version < LISTENERS_SINCE_VERSION)
                error = ErrorCode.LEADER_NOT_AVAILABLE;
            return MetadataResponse.MetadataResponsePartition.builder()
                .errorCode(error.code())
                .partitionIndex(index)
                .leaderId(error == ErrorCode.NONE
                    ? partition.leader()
                    : PartitionImage.NO_LEADER)
                .leaderEpoch(partition.leaderEpoch())
                .replicaNodes(partition.replicas())
                .isrNodes(partition.isr())
                .offlineReplicas(Leadership.offline(image, partition, listener))
                .build();
        }
    }
}
