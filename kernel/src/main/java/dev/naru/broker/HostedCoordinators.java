package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicImage;
import dev.naru.shard.Ask;
import dev.naru.shard.Shard;
import dev.naru.shard.ShardHost;
import dev.naru.shard.ShardLog;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The shards of one kind on this node, one for each partition of the topic that stores them. They
/// are made on the control loop when the image has the topic, and load on the loops of their
/// partitions. Any loop may ask.
final class HostedCoordinators<Q extends Ask> implements Coordinators<Q> {
    /// What is coordinated: the topic that stores it, and how its shards are called in events.
    record Kind(String topic, String name) {}

    /// The place of a shard to be made.
    record Place(ShardHost.Seat seat, ShardLog log, int partition) {}

    /// What shards need of the node.
    record Tools(Clock clock, Trace trace) {}

    private final Kind kind;
    private final Partitions partitions;
    private final Tools tools;
    private final Function<Place, ShardHost<Q, ?>> maker;
    private volatile List<Host<Q>> hosts = List.of();
    private Uuid hostedTopicId = Uuid.ZERO;

    /// `maker` makes the host of one shard, not yet loaded.
    HostedCoordinators(Kind kind, Partitions partitions, Tools tools,
        Function<Place, ShardHost<Q, ?>> maker) {
        this.kind = kind;
        this.partitions = partitions;
        this.tools = tools;
        this.maker = maker;
    }

    /// Follows the image; on the control loop, after it was published.
    void follow(ClusterImage image) {
        var topic = image.topic(kind.topic());
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

    private Host<Q> host(TopicImage topic, int index) {
        var table = partitions.tableOf(topic.name(), index);
        var loop = table.shared().loop();
        var seat = new ShardHost.Seat(kind.name() + "-" + index, loop, tools.clock(),
            tools.trace());
        var shard = maker
            .apply(new Place(seat, new PartitionShardLog(table, topic, index), index));
        Partitions.on(loop, shard::load);
        return new Host<>(loop, shard);
    }

    @Override public Lookup<Q> find(String key) {
        var all = hosts;
        if (all.isEmpty()) return new NotHere<>(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        return all.get(Shard.partitionOf(key, all.size()));
    }

    @Override public List<Host<Q>> all() {
        return hosts;
    }

    /// Puts one request to every shard here.
    void submitToAll(Q request) {
        for (var host : hosts)
            Partitions.on(host.loop(), () -> host.shard().submit(request));
    }
}
