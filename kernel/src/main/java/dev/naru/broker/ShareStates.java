package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicImage;
import dev.naru.metadata.TopicName;
import dev.naru.partition.Partition;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.ShardHost;
import dev.naru.share.ShareKey;
import dev.naru.share.ShareStateCodec;
import dev.naru.share.ShareStateFact;
import dev.naru.share.ShareStateRequest;
import dev.naru.share.ShareStateShard;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The shards of this node that store share partitions, one for each partition of
/// `__share_group_state`. They are made on the control loop when the image has the topic, and load
/// on the loops of their partitions. Any loop may ask.
final class ShareStates {
    private static final String TOPIC = TopicName.SHARE_GROUP_STATE;
    /// Fewer records than this are not worth storing everything anew for.
    private static final int RECORDS_WORTH_PRUNING = 200;

    /// One of them, and where it runs.
    record Host(Loop loop, ShardHost<ShareStateRequest, ShareStateFact> shard,
        PartitionTable table, TopicImage topic, int index) {}

    private final Cluster cluster;
    private final Partitions partitions;
    private final Clock clock;
    private final Trace trace;
    private volatile List<Host> hosts = List.of();
    private Uuid hostedTopicId = Uuid.ZERO;

    ShareStates(Cluster cluster, Partitions partitions, Clock clock, Trace trace) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.clock = clock;
        this.trace = trace;
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
        var seat = new ShardHost.Seat("share-states-" + index, loop, clock, trace);
        int updates = cluster.settings()
            .integer("share.coordinator.snapshot.update.records.per.snapshot");
        var shard = new ShardHost<ShareStateRequest, ShareStateFact>(seat,
            new PartitionShardLog(table, topic, index), new ShareStateCodec(),
            () -> new ShareStateShard(updates));
        Partitions.on(loop, shard::load);
        return new Host(loop, shard, table, topic, index);
    }

    /// Whether there is a place to store states yet.
    boolean isThere() {
        return !hosts.isEmpty();
    }

    /// Asks the shard of a share partition. The answer, or `refused` of why there is none, comes on
    /// the loop `home`.
    <A> void ask(Loop home, ShareKey key, Function<ReplyTo<A>, ShareStateRequest> request,
        ReplyTo<A> to) {
        var all = hosts;
        if (all.isEmpty()) {
            Partitions.on(home, () -> to.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE));
            return;
        }
        var host = all.get(key.statePartition(all.size()));
        var asked = request.apply(new ReplyTo<>() {
            @Override public void answer(A answer) {
                Partitions.on(home, () -> to.answer(answer));
            }

            @Override public void refuse(ErrorCode why) {
                Partitions.on(home, () -> to.refuse(why));
            }
        });
        Partitions.on(host.loop(), () -> host.shard().submit(asked));
    }

    /// Stores the states of every shard anew whose log has grown since, and lets go of what its log
    /// held before: this topic is not compacted, for an update needs the snapshot it belongs to.
    void prune() {
        for (var host : hosts)
            Partitions.on(host.loop(), () -> prune(host));
    }

    private static void prune(Host host) {
        if (!host.shard().isReady()) return;
        var found = host.table().find(host.topic(), host.index());
        if (!(found instanceof PartitionTable.Lookup.Here(Partition partition))) return;
        var log = partition.log();
        long end = log.logEndOffset();
        if (end - log.logStartOffset() < RECORDS_WORTH_PRUNING) return;
        host.shard().submit(new ShareStateRequest.StoreAll(new ReplyTo<>() {
            @Override public void answer(Integer states) {
                boolean isWorthIt = end - log.logStartOffset() >= 2L * states;
                if (isWorthIt) partition.deleteRecordsBefore(end);
            }

            @Override public void refuse(ErrorCode why) {}
        }));
    }

    /// Prunes from time to time, from the control loop.
    void pruneEvery(Loop controlLoop, long intervalMs) {
        controlLoop.after(intervalMs * Now.NS_PER_MS, () -> {
            prune();
            pruneEvery(controlLoop, intervalMs);
        });
    }
}
