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
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// The shards of one kind on this node, one for each partition that this node leads of the topic
/// that stores them. They are made on the control loop when the image says so, and load on the
/// loops of their partitions; where another node leads, they are dropped. Any loop may ask.
final class HostedCoordinators<Q extends Ask> implements Coordinators<Q> {
    /// What is coordinated: the topic that stores it, and how its shards are called in events.
    record Kind(String topic, String name) {}

    /// The place of a shard to be made.
    record Place(ShardHost.Seat seat, ShardLog log, int partition) {}

    /// What shards need of the node.
    record Tools(int nodeId, Clock clock, Trace trace) {}

    private final Kind kind;
    private final int nodeId;
    private final Partitions partitions;
    private final Tools tools;
    private final Function<Place, ShardHost<Q, ?>> maker;
    /// By partition.
    private volatile List<Lookup<Q>> places = List.of();
    private Uuid hostedTopicId = Uuid.ZERO;

    /// `maker` makes the host of one shard, not yet loaded.
    HostedCoordinators(Kind kind, Partitions partitions, Tools tools,
        Function<Place, ShardHost<Q, ?>> maker) {
        this.kind = kind;
        this.nodeId = tools.nodeId();
        this.partitions = partitions;
        this.tools = tools;
        this.maker = maker;
    }

    /// Follows the image; on the control loop, after it was published and told to the partitions.
    void follow(ClusterImage image) {
        var topic = image.topic(kind.topic()).orElse(null);
        var topicId = topic == null ? Uuid.ZERO : topic.topicId();
        var before = topicId.equals(hostedTopicId) ? places : List.<Lookup<Q>>of();
        if (!topicId.equals(hostedTopicId)) places.forEach(this::drop);
        hostedTopicId = topicId;
        places = topic == null ? List.of() : placesOf(topic, before);
    }

    private List<Lookup<Q>> placesOf(TopicImage topic, List<Lookup<Q>> before) {
        var next = new ArrayList<Lookup<Q>>(topic.partitionCount());
        for (int index = 0; index < topic.partitionCount(); index++) {
            var known = index < before.size() ? before.get(index) : elsewhere();
            boolean isLed = topic.partitions().get(index).leader() == nodeId;
            if (isLed) {
                next.add(known instanceof Host<Q> ? known : host(topic, index));
            } else {
                drop(known);
                next.add(elsewhere());
            }
        }
        return List.copyOf(next);
    }

    private NotHere<Q> elsewhere() {
        return new NotHere<>(ErrorCode.NOT_COORDINATOR);
    }

    private void drop(Lookup<Q> place) {
        if (place instanceof Host<Q>(var loop, var shard)) {
            Partitions.on(loop, () -> shard.drop(ErrorCode.NOT_COORDINATOR));
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
        var all = places;
        if (all.isEmpty()) return new NotHere<>(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        return all.get(Shard.partitionOf(key, all.size()));
    }

    @Override public List<Host<Q>> all() {
        var hosts = new ArrayList<Host<Q>>();
        for (var place : places) {
            if (place instanceof Host<Q> host) hosts.add(host);
        }
        return hosts;
    }

    /// Every shard that this node hosts, by its partition.
    SortedMap<Integer, Host<Q>> byPartition() {
        var all = places;
        var hosts = new TreeMap<Integer, Host<Q>>();
        for (int index = 0; index < all.size(); index++) {
            if (all.get(index) instanceof Host<Q> host) hosts.put(index, host);
        }
        return hosts;
    }

    /// Puts one request to every shard here.
    void submitToAll(Q request) {
        for (var host : all())
            Partitions.on(host.loop(), () -> host.shard().submit(request));
    }
}
