package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Patterns;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.config.GroupSettings;
import dev.naru.group.GroupCodec;
import dev.naru.group.GroupFact;
import dev.naru.group.GroupPorts;
import dev.naru.group.GroupRequest;
import dev.naru.group.GroupRules;
import dev.naru.group.GroupShard;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ConfigResource;
import dev.naru.metadata.TopicImage;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.ShardHost;
import java.util.List;
import java.util.stream.IntStream;

/// The group shards of this node, one for each partition of `__consumer_offsets`. They are made on
/// the control loop when the image has the topic, and load on the loops of their partitions. Any
/// loop may ask.
final class GroupCoordinators implements Coordinators {
    /// What shards need of the node.
    record Tools(Clock clock, Entropy entropy, Patterns patterns, Trace trace) {}

    private static final String TOPIC = dev.naru.metadata.TopicName.CONSUMER_OFFSETS;

    private final Cluster cluster;
    private final Partitions partitions;
    private final Tools tools;
    private volatile List<Host> hosts = List.of();
    private Uuid hostedTopicId = Uuid.ZERO;

    GroupCoordinators(Cluster cluster, Partitions partitions, Tools tools) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.tools = tools;
    }

    /// Follows the image; on the control loop, after it was published.
    void follow(ClusterImage image) {
        var topic = image.topic(TOPIC);
        if (topic.isEmpty()) {
            hostedTopicId = Uuid.ZERO;
            hosts = List.of();
        } else if (!topic.get().topicId().equals(hostedTopicId)) {
            hostedTopicId = topic.get().topicId();
            hosts = IntStream.range(0, topic.get().partitionCount())
                .mapToObj(index -> host(topic.get(), index))
                .toList();
        }
    }

    private Host host(TopicImage topic, int index) {
        var table = partitions.tableOf(topic.name(), index);
        var loop = table.shared().loop();
        var seat = new ShardHost.Seat("groups-" + index, loop, tools.clock(), tools.trace());
        var shard = new ShardHost<GroupRequest, GroupFact>(seat,
            new PartitionShardLog(table, topic, index), new GroupCodec(),
            () -> new GroupShard(ports()));
        Partitions.on(loop, shard::load);
        return new Host(loop, shard);
    }

    private GroupPorts ports() {
        return new GroupPorts(GroupRules.of(cluster.live()), tools.entropy(), tools.patterns(),
            () -> new ImageTopics(cluster.image()),
            group -> GroupSettings.of(cluster.image().configs(ConfigResource.group(group)),
                cluster.live()));
    }

    @Override public Lookup find(String groupId) {
        var all = hosts;
        if (all.isEmpty()) return new NotHere(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        return all.get(GroupShard.partitionOf(groupId, all.size()));
    }

    @Override public List<Host> all() {
        return hosts;
    }

    /// What was committed for topics that are gone goes, too.
    void topicsDeleted(List<String> names) {
        for (var host : hosts) {
            Partitions.on(host.loop(), () -> host.shard()
                .submit(new GroupRequest.TopicsDeleted(names, ReplyTo.nobody())));
        }
    }
}
