package dev.naru.broker;

import dev.naru.base.Entropy;
import dev.naru.base.Patterns;
import dev.naru.config.GroupSettings;
import dev.naru.group.ConsumerRules;
import dev.naru.group.GroupCodec;
import dev.naru.group.GroupPorts;
import dev.naru.group.GroupRequest;
import dev.naru.group.GroupRules;
import dev.naru.group.GroupShard;
import dev.naru.group.StreamsRules;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ConfigResource;
import dev.naru.metadata.TopicName;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.ShardHost;
import java.util.List;

/// The group shards of this node, one for each partition of `__consumer_offsets`. Any loop may ask.
final class GroupCoordinators implements Coordinators<GroupRequest> {
    private final Cluster cluster;
    private final Entropy entropy;
    private final Patterns patterns;
    private final HostedCoordinators<GroupRequest> hosted;

    GroupCoordinators(Cluster cluster, Partitions partitions, HostedCoordinators.Tools tools,
        Env env) {
        this.cluster = cluster;
        this.entropy = env.entropy();
        this.patterns = env.patterns();
        var kind = new HostedCoordinators.Kind(TopicName.CONSUMER_OFFSETS, "groups");
        this.hosted = new HostedCoordinators<>(kind, partitions, tools, this::host);
    }

    private ShardHost<GroupRequest, ?> host(HostedCoordinators.Place place) {
        return new ShardHost<>(place.seat(), place.log(), new GroupCodec(),
            () -> new GroupShard(ports()));
    }

    private GroupPorts ports() {
        return new GroupPorts(GroupRules.of(cluster.live()), ConsumerRules.of(cluster.live()),
            StreamsRules.of(cluster.live()),
            entropy, patterns,
            () -> new ImageTopics(cluster.image()),
            group -> GroupSettings.of(cluster.image().configs(ConfigResource.group(group)),
                cluster.live()));
    }

    /// Follows the image; on the control loop, after it was published.
    void follow(ClusterImage image) {
        hosted.follow(image);
    }

    @Override public Lookup<GroupRequest> find(String groupId) {
        return hosted.find(groupId);
    }

    @Override public List<Host<GroupRequest>> all() {
        return hosted.all();
    }

    /// What was committed for topics that are gone goes, too.
    void topicsDeleted(List<String> names) {
        hosted.submitToAll(new GroupRequest.TopicsDeleted(names, ReplyTo.nobody()));
    }
}
