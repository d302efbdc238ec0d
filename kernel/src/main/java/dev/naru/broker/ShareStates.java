package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicName;
import dev.naru.partition.Partition;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.ShardHost;
import dev.naru.share.ShareStateCodec;
import dev.naru.share.ShareStateRequest;
import dev.naru.share.ShareStateShard;

/// The shards of this node that store share partitions, one for each partition of
/// `__share_group_state` that it leads, and the upkeep of their logs. Any loop may ask.
final class ShareStates {
    /// Fewer records than this are not worth storing everything anew for.
    private static final int RECORDS_WORTH_PRUNING = 200;
    private static final long LOADING_PAUSE_MS = 200;

    private final Cluster cluster;
    private final Partitions partitions;
    private final HostedCoordinators<ShareStateRequest> hosted;

    ShareStates(Cluster cluster, Partitions partitions, HostedCoordinators.Tools tools) {
        this.cluster = cluster;
        this.partitions = partitions;
        var kind = new HostedCoordinators.Kind(TopicName.SHARE_GROUP_STATE, "share-states");
        this.hosted = new HostedCoordinators<>(kind, partitions, tools, this::host);
    }

    private ShardHost<ShareStateRequest, ?> host(HostedCoordinators.Place place) {
        int updates = cluster.settings()
            .integer("share.coordinator.snapshot.update.records.per.snapshot");
        return new ShardHost<>(place.seat(), place.log(), new ShareStateCodec(),
            () -> new ShareStateShard(updates));
    }

    /// Follows the image; on the control loop, after it was published.
    void follow(ClusterImage image) {
        hosted.follow(image);
    }

    /// The way to the shard of a share partition, by the partition's name as a coordinator key.
    Asking<ShareStateRequest> asking() {
        return new Asking<>(hosted);
    }

    /// Stores the states of every shard anew whose log has grown since, and lets go of what its log
    /// held before: this topic is not compacted, for an update needs the snapshot it belongs to.
    void prune() {
        hosted.byPartition().forEach(
            (index, host) -> Partitions.on(host.loop(), () -> prune(host, index)));
    }

    private void prune(Coordinators.Host<ShareStateRequest> host, int index) {
        if (!host.shard().isReady()) return;
        var topic = cluster.image().topic(TopicName.SHARE_GROUP_STATE);
        if (topic.isEmpty()) return;
        var found = partitions.tableOf(topic.get().name(), index).find(topic.get(), index);
        if (!(found instanceof PartitionTable.Lookup.Here(Partition partition))) return;
        if (!partition.leads()) return;
        var log = partition.log();
        long end = log.logEndOffset();
        if (end - log.logStartOffset() < RECORDS_WORTH_PRUNING) return;
        host.shard().submit(new ShareStateRequest.StoreAll(new ReplyTo<>() {
            @Override public void answer(Integer states) {
                boolean isWorthIt = end - log.logStartOffset() >= 2L * states;
                if (isWorthIt) partition.upkeep().deleteRecordsBefore(end);
            }

            @Override public void refuse(ErrorCode why) {}
        }));
    }

    /// Drops the states of share partitions whose topics are gone. Asked for when a topic is
    /// deleted, when a node starts (it may have stopped in between), and with every pruning.
    void dropGone() {
        for (var host : hosted.all())
            Partitions.on(host.loop(), () -> dropGone(host));
    }

    private void dropGone(Coordinators.Host<ShareStateRequest> host) {
        host.shard().submit(new ShareStateRequest.DropGone(
            topicId -> cluster.image().topic(topicId).isPresent(), new ReplyTo<>() {
                @Override public void answer(Integer dropped) {}

                @Override public void refuse(ErrorCode why) {
                    if (why != ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) return;
                    host.loop().after(LOADING_PAUSE_MS * Now.NS_PER_MS, () -> dropGone(host));
                }
            }));
    }

    /// Prunes from time to time, from the control loop.
    void pruneEvery(Loop controlLoop, long intervalMs) {
        controlLoop.after(intervalMs * Now.NS_PER_MS, () -> {
            dropGone();
            prune();
            pruneEvery(controlLoop, intervalMs);
        });
    }
}
