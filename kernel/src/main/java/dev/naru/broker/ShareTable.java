package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.share.ShareKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The share partitions of one loop that somebody uses. Owned by the loop.
final class ShareTable {
    /// What a look-up found.
    sealed interface Lookup {
        record Here(SharePartitionHost host) implements Lookup {}

        record Not(ErrorCode why) implements Lookup {}
    }

    private final PartitionTable table;
    private final SharePartitionHost.Rooms rooms;
    private final Map<ShareKey, SharePartitionHost> hosts = new TreeMap<>();
    private final Set<Partition> followed = new LinkedHashSet<>();

    ShareTable(PartitionTable table, Cluster cluster, SharePersister persister,
        dev.naru.base.Disk disk, DeadLetters deadLetters) {
        this.table = table;
        this.rooms = new SharePartitionHost.Rooms(cluster, persister, disk, deadLetters,
            this::dropped);
    }

    dev.naru.base.Loop loop() {
        return table.shared().loop();
    }

    /// The share partition, opened if need be.
    Lookup find(String group, TopicImage topic, int index) {
        return switch (table.find(topic, index)) {
            case PartitionTable.Lookup.Not not -> new Lookup.Not(not.why());
            case PartitionTable.Lookup.Here(Partition partition) -> partition.leads()
                ? new Lookup.Here(host(new ShareKey(group, topic.topicId(), index), partition))
                : new Lookup.Not(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        };
    }

    private SharePartitionHost host(ShareKey key, Partition partition) {
        var known = hosts.get(key);
        if (known != null && known.isOf(partition)) return known;
        if (known != null) known.drop(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        follow(partition);
        var host = new SharePartitionHost(rooms, key, partition);
        hosts.put(key, host);
        host.open();
        return host;
    }

    /// Share partitions end with the term of the node that leads their partition.
    private void follow(Partition partition) {
        if (!followed.add(partition)) return;
        partition.follow(new Partition.Follower() {
            @Override public void highWatermarkAt(long offset) {}

            @Override public void closed(ErrorCode why) {
                followed.remove(partition);
                // amid a change of the partition: only posts
                loop().execute(() -> left(partition, why));
            }
        });
    }

    private void left(Partition partition, ErrorCode why) {
        for (var host : all()) {
            if (host.partition() == partition && !host.isOf(partition)) host.drop(why);
        }
    }

    /// The share partition if it is in use.
    @Nullable SharePartitionHost opened(ShareKey key) {
        return hosts.get(key);
    }

    private void dropped(SharePartitionHost host) {
        hosts.remove(host.key(), host);
    }

    /// The group's offsets were set from outside, or the group is gone: what is known here is not
    /// so any more.
    void dropGroup(String group) {
        for (var host : all()) {
            if (host.key().group().equals(group)) host.drop(ErrorCode.FENCED_STATE_EPOCH);
        }
    }

    /// The state of one share partition was deleted or begun anew.
    void drop(ShareKey key) {
        var host = hosts.get(key);
        if (host != null) host.drop(ErrorCode.FENCED_STATE_EPOCH);
    }

    List<SharePartitionHost> all() {
        return new ArrayList<>(hosts.values());
    }
}
