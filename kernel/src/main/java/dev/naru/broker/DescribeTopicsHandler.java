package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicImage;
import dev.naru.metadata.TopicName;
import dev.naru.wire.message.DescribeTopicPartitionsRequest;
import dev.naru.wire.message.DescribeTopicPartitionsResponse;
import dev.naru.wire.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition;
import dev.naru.wire.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import java.util.ArrayList;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// DescribeTopicPartitions: topics page by page, in the order of their names (KIP-966).
final class DescribeTopicsHandler {
    private final Cluster cluster;

    DescribeTopicsHandler(Cluster cluster) {
        this.cluster = cluster;
    }

    void handle(Call call) {
        var request = (DescribeTopicPartitionsRequest) call.request();
        call.reply(new Page(request, call.caller().listener()).fill());
    }

    /// One answer, until its partitions are used up.
    private final class Page {
        private final DescribeTopicPartitionsRequest request;
        private final String listener;
        private final ClusterImage image = cluster.image();
        private final ArrayList<DescribeTopicPartitionsResponseTopic> topics = new ArrayList<>();
        private int partitionsLeft;
        private DescribeTopicPartitionsResponse.@Nullable Cursor next;

        Page(DescribeTopicPartitionsRequest request, String listener) {
            this.request = request;
            this.listener = listener;
            int most = cluster.settings().integer("max.request.partition.size.limit");
            this.partitionsLeft = Math.max(1, Math.min(request.responsePartitionLimit(), most));
        }

        DescribeTopicPartitionsResponse fill() {
            var from = request.cursor() == null ? "" : request.cursor().topicName();
            if (request.topics().isEmpty()) {
                for (var topic : image.topicsFrom(from)) {
                    if (next == null) add(topic);
                }
            } else {
                var names = new TreeSet<String>();
                for (var topic : request.topics())
                    names.add(topic.name());
                for (var name : names.tailSet(from))
                    if (next == null) addNamed(name);
            }
            return DescribeTopicPartitionsResponse.builder().topics(topics).nextCursor(next)
                .build();
        }

        private void addNamed(String name) {
            var found = image.topic(name);
            if (found.isPresent()) {
                add(found.get());
                return;
            }
            var why = TopicName.problem(name).isPresent()
                ? ErrorCode.INVALID_TOPIC_EXCEPTION
                : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
            topics
                .add(DescribeTopicPartitionsResponseTopic.builder()
                    .name(name)
                    .errorCode(why.code())
                    .build());
        }

        private void add(TopicImage topic) {
            var cursor = request.cursor();
            int index = cursor != null && cursor.topicName().equals(topic.name())
                ? Math.max(0, cursor.partitionIndex())
                : 0;
            if (partitionsLeft == 0) {
                next = cursor(topic, index);
                return;
            }
            var partitions = new ArrayList<DescribeTopicPartitionsResponsePartition>();
            while (index < topic.partitionCount() && partitionsLeft > 0) {
                partitions.add(partition(topic, index++));
                partitionsLeft--;
            }
            topics
                .add(DescribeTopicPartitionsResponseTopic.builder()
                    .name(topic.name())
                    .topicId(topic.topicId())
                    .isInternal(topic.isInternal())
                    .partitions(partitions)
                    .topicAuthorizedOperations(AuthorizedOperations.TOPIC)
                    .build());
            if (index < topic.partitionCount()) next = cursor(topic, index);
        }

        private static DescribeTopicPartitionsResponse.Cursor cursor(TopicImage topic, int index) {
            return DescribeTopicPartitionsResponse.Cursor.builder()
                .topicName(topic.name())
                .partitionIndex(index)
                .build();
        }

        private DescribeTopicPartitionsResponsePartition partition(TopicImage topic, int index) {
            var partition = topic.partitions().get(index);
            var error = Leadership.error(image, partition, listener);
            return DescribeTopicPartitionsResponsePartition
                .builder()
                .errorCode(error.code())
                .partitionIndex(index)
                .leaderId(error == ErrorCode.NONE
                    ? partition.leader()
                    : PartitionImage.NO_LEADER)
                .leaderEpoch(partition.leaderEpoch())
                .replicaNodes(partition.replicas())
                .isrNodes(partition.isr())
                .eligibleLeaderReplicas(partition.elr())
                .lastKnownElr(partition.lastKnownElr())
                .offlineReplicas(Leadership.offline(image, partition, listener))
                .build();
        }
    }
}
