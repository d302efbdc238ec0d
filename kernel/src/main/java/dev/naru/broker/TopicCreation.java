package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.config.BrokerNames;
import dev.naru.config.Settings;
import dev.naru.config.TopicDefinitions;
import dev.naru.config.TopicNames;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.TopicName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Topics that nobody created by hand: those a client just uses, and the broker's own.
final class TopicCreation {
    private final Cluster cluster;
    private final ControllerLink controller;

    TopicCreation(Cluster cluster, ControllerLink controller) {
        this.cluster = cluster;
        this.controller = controller;
    }

    /// Creates those of `names` that are missing, with the broker's defaults. `done` hears of each
    /// that could not be created, on the control loop.
    void create(List<String> names, Consumer<Map<String, ClusterAnswer.CreatedTopic>> done) {
        var ordinary = new ArrayList<ClusterRequest.NewTopic>();
        var internal = new ArrayList<ClusterRequest.NewTopic>();
        for (var name : names) {
            if (TopicName.isInternal(name)) {
                internal.add(internalTopic(name));
            } else {
                ordinary.add(new ClusterRequest.NewTopic(name, -1, -1, List.of(), List.of()));
            }
        }
        var failed = new LinkedHashMap<String, ClusterAnswer.CreatedTopic>();
        submit(internal, true, failed, () -> submit(ordinary, false, failed,
            () -> done.accept(failed)));
    }

    private void submit(List<ClusterRequest.NewTopic> topics, boolean isInternal,
        Map<String, ClusterAnswer.CreatedTopic> failed, Runnable next) {
        if (topics.isEmpty()) {
            next.run();
            return;
        }
        var settings = cluster.live();
        var request = new ClusterRequest.CreateTopics(topics, settings.integer("num.partitions"),
            settings.integer("default.replication.factor"), false, isInternal);
        controller.submit(request, answer -> {
            collect(topics, answer, failed);
            next.run();
        });
    }

    private static void collect(List<ClusterRequest.NewTopic> topics, ClusterAnswer answer,
        Map<String, ClusterAnswer.CreatedTopic> failed) {
        if (answer instanceof ClusterAnswer.TopicsCreated created) {
            for (var topic : created.topics()) {
                boolean isThere = topic.error() == ErrorCode.NONE
                    || topic.error() == ErrorCode.TOPIC_ALREADY_EXISTS;
                if (!isThere) failed.put(topic.name(), topic);
            }
            return;
        }
        var why = answer instanceof ClusterAnswer.Failed failure
            ? failure.why()
            : ErrorCode.UNKNOWN_SERVER_ERROR;
        for (var topic : topics) {
            failed.put(topic.name(), new ClusterAnswer.CreatedTopic(topic.name(), Uuid.ZERO, why,
                "", -1, -1, new TreeMap<>()));
        }
    }

    /// The broker's own topics have settings of their own, named in the broker's settings.
    private ClusterRequest.NewTopic internalTopic(String name) {
        return switch (name) {
            case TopicName.TRANSACTION_STATE -> transactionState();
            case TopicName.SHARE_GROUP_STATE -> shareState(cluster.settings());
            default -> groupState(name);
        };
    }

    private ClusterRequest.NewTopic groupState(String name) {
        var settings = cluster.settings();
        var own = List.of(new ClusterRequest.Setting(TopicNames.CLEANUP_POLICY, "compact"),
            segment(settings, BrokerNames.OFFSETS_TOPIC_SEGMENT_BYTES),
            new ClusterRequest.Setting(TopicNames.COMPRESSION_TYPE, "producer"));
        return new ClusterRequest.NewTopic(name,
            settings.integer(BrokerNames.OFFSETS_TOPIC_NUM_PARTITIONS),
            settings.integer(BrokerNames.OFFSETS_TOPIC_REPLICATION_FACTOR), List.of(), own);
    }

    private ClusterRequest.NewTopic transactionState() {
        var settings = cluster.settings();
        var own = List.of(new ClusterRequest.Setting(TopicNames.CLEANUP_POLICY, "compact"),
            segment(settings, BrokerNames.TRANSACTION_STATE_LOG_SEGMENT_BYTES),
            new ClusterRequest.Setting(TopicNames.COMPRESSION_TYPE, "uncompressed"),
            new ClusterRequest.Setting(TopicNames.MIN_INSYNC_REPLICAS,
                settings.text(BrokerNames.TRANSACTION_STATE_LOG_MIN_ISR)),
            new ClusterRequest.Setting(TopicNames.UNCLEAN_LEADER_ELECTION_ENABLE, "false"));
        return new ClusterRequest.NewTopic(TopicName.TRANSACTION_STATE,
            settings.integer(BrokerNames.TRANSACTION_STATE_LOG_NUM_PARTITIONS),
            settings.integer(BrokerNames.TRANSACTION_STATE_LOG_REPLICATION_FACTOR), List.of(),
            own);
    }

    private static ClusterRequest.Setting segment(Settings settings, String setting) {
        return new ClusterRequest.Setting(segmentSetting(settings, setting),
            settings.text(setting));
    }

    /// Not compacted: an update needs the snapshot before it. What is no longer needed is deleted
    /// by the coordinator.
    private static ClusterRequest.NewTopic shareState(Settings settings) {
        var prefix = "share.coordinator.state.topic.";
        var bytes = settings.text(prefix + "segment.bytes");
        boolean isSmall = TopicDefinitions.problem(TopicNames.SEGMENT_BYTES, bytes).isPresent();
        var own = List.of(new ClusterRequest.Setting("cleanup.policy", "delete"),
            new ClusterRequest.Setting("retention.ms", "-1"),
            new ClusterRequest.Setting("retention.bytes", "-1"),
            new ClusterRequest.Setting("compression.type", "producer"),
            new ClusterRequest.Setting(
                isSmall ? TopicNames.INTERNAL_SEGMENT_BYTES : TopicNames.SEGMENT_BYTES, bytes));
        return new ClusterRequest.NewTopic(TopicName.SHARE_GROUP_STATE,
            settings.integer(prefix + "num.partitions"),
            settings.integer(prefix + "replication.factor"), List.of(), own);
    }

    /// A segment below the size that topics may ask for goes by the setting that allows it.
    private static String segmentSetting(Settings settings, String setting) {
        boolean isSmall = TopicDefinitions.problem(TopicNames.SEGMENT_BYTES,
            settings.text(setting)).isPresent();
        return isSmall ? TopicNames.INTERNAL_SEGMENT_BYTES : TopicNames.SEGMENT_BYTES;
    }
}
