package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.base.Uuid;
import dev.naru.client.Address;
import dev.naru.client.ClientTools;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.NodeImage;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.replica.CopyBudget;
import dev.naru.replica.ReplicaPorts;
import dev.naru.replica.ReplicaSettings;
import dev.naru.replica.Replication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// The replication of every loop, put together and told of every image. Made on the control loop,
/// which also calls it.
final class ReplicaRooms {
    private final Env env;
    private final Cluster cluster;
    private final Partitions partitions;
    private final Checkpoints checkpoints;
    private final Throttles throttles;
    private final List<Replication> byLoop = new ArrayList<>();

    ReplicaRooms(Env env, Cluster cluster, Partitions partitions, Checkpoints checkpoints,
        Throttles throttles) {
        this.env = env;
        this.cluster = cluster;
        this.partitions = partitions;
        this.checkpoints = checkpoints;
        this.throttles = throttles;
        for (var table : partitions.all())
            byLoop.add(new Replication(ports(table)));
    }

    private ReplicaPorts ports(PartitionTable table) {
        var loop = table.shared().loop();
        var tools = new ClientTools(env.peers(), loop, env.clock(), env.entropy(), env.codecs());
        return new ReplicaPorts(tools, env.clock(), env.trace(), new View(table, loop),
            this::settings);
    }

    private ReplicaSettings settings() {
        var live = cluster.live();
        return new ReplicaSettings(live.integer("replica.fetch.wait.max.ms"),
            live.integer("replica.fetch.max.bytes"),
            live.integer("replica.fetch.response.max.bytes"),
            live.number("replica.fetch.backoff.ms"), live.number("replica.socket.timeout.ms"));
    }

    /// Follows all that there is, on each loop one topic after the other as the image has them by
    /// then: nobody whom the loop serves meanwhile waits for all of them.
    void begin(ClusterImage image) {
        var topicIds = new ArrayList<Uuid>(image.topicCount());
        for (var topic : image.topics())
            if (isReplicated(topic)) topicIds.add(topic.topicId());
        for (int loop = 0; loop < byLoop.size(); loop++)
            beginNext(loop, topicIds.iterator());
    }

    private void beginNext(int index, Iterator<Uuid> left) {
        if (!left.hasNext()) return;
        loop(index).execute(() -> {
            cluster.image().topic(left.next()).ifPresent(topic -> byLoop.get(index)
                .changed(topic, partitions.indexesOn(index, topic)));
            beginNext(index, left);
        });
    }

    /// Topics that are new or have changed; the partitions here have taken the change already.
    void changed(Iterable<TopicPart> parts) {
        var held = new ArrayList<TopicPart>();
        for (var part : parts)
            if (isReplicated(part.topic())) held.add(part);
        if (held.isEmpty()) return;
        for (int loop = 0; loop < byLoop.size(); loop++) {
            int index = loop;
            Partitions.on(loop(loop), () -> {
                for (var part : held)
                    byLoop.get(index).changed(part.topic(), part.indexesOn(index, partitions));
            });
        }
    }

    private static boolean isReplicated(TopicImage topic) {
        return topic.partitions().stream().anyMatch(each -> each.replicas().size() > 1);
    }

    void deleted(Collection<TopicImage> topics) {
        for (int loop = 0; loop < byLoop.size(); loop++) {
            int index = loop;
            Partitions.on(loop(loop), () -> {
                for (var topic : topics)
                    byLoop.get(index).deleted(topic, partitions.indexesOn(index, topic));
            });
        }
    }

    /// Nodes came, went or moved.
    void nodesChanged() {
        for (int loop = 0; loop < byLoop.size(); loop++)
            Partitions.on(loop(loop), byLoop.get(loop)::nodesChanged);
    }

    void close() {
        for (int loop = 0; loop < byLoop.size(); loop++)
            Partitions.on(loop(loop), byLoop.get(loop)::close);
    }

    private Loop loop(int index) {
        return partitions.table(index).shared().loop();
    }

    private final class View implements ReplicaPorts.NodeView {
        private final PartitionTable table;
        private final Loop loop;

        View(PartitionTable table, Loop loop) {
            this.table = table;
            this.loop = loop;
        }

        @Override public int nodeId() {
            return cluster.nodeId();
        }

        @Override public long brokerEpoch() {
            return cluster.image().node(cluster.nodeId()).map(NodeImage::brokerEpoch).orElse(-1L);
        }

        @Override public Optional<Address> addressOf(int nodeId) {
            return cluster.peerAddress(nodeId);
        }

        @Override public Optional<Partition> open(TopicImage topic, int index) {
            return table.find(topic, index) instanceof PartitionTable.Lookup.Here(var partition)
                ? Optional.of(partition)
                : Optional.empty();
        }

        @Override public Optional<CopyBudget> budgetOf(TopicImage topic, int index) {
            return throttles.ofFollower(topic, index);
        }

        @Override public void recordRecoveryPoints(Runnable done) {
            checkpoints.write(_ -> Partitions.on(loop, done));
        }
    }
}
