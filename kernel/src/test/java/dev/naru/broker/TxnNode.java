package dev.naru.broker;

import dev.naru.base.Codecs;
import dev.naru.base.DiskFault;
import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.config.Settings;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ClusterRules;
import dev.naru.metadata.ControllerHost;
import dev.naru.metadata.Endpoint;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.NodeRules;
import dev.naru.metadata.SettingRules;
import dev.naru.metadata.TestDisk;
import dev.naru.partition.Cleaner;
import dev.naru.partition.CleanerSettings;
import dev.naru.partition.FlushPace;
import dev.naru.partition.FlushRound;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionLoop;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchInspector;
import dev.naru.shard.Decision;
import dev.naru.shard.Fact;
import dev.naru.shard.FactCodec;
import dev.naru.shard.KeyValue;
import dev.naru.shard.MemoryShardLog;
import dev.naru.shard.Origin;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.Shard;
import dev.naru.shard.ShardHost;
import dev.naru.shard.StepLoop;
import dev.naru.txn.TxnRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What a node has for transactions, on one loop that the test turns: partitions on a disk in
/// memory, a gate, the way of markers; and a coordinator that only takes down what it is asked, for
/// the test to answer.
final class TxnNode {
    final StepLoop loop = new StepLoop();
    final TestDisk disk = new TestDisk();
    final List<TxnRequest> asked = new ArrayList<>();
    final MemoryShardLog log = new MemoryShardLog();
    final ShardHost<TxnRequest, Fact> shard = new ShardHost<>(
        new ShardHost.Seat("transactions-0", loop, loop, Trace.NONE), log, new NoCodec(),
        Mute::new);
    final Cluster cluster;
    final Partitions partitions;
    final TxnGate gate;
    final MarkerWrites writes;
    /// How often somebody wanted the checkpoint files to be written soon.
    int recordings;
    TxnGate.Rules rules = new TxnGate.Rules(true, 100, 20);
    private final ControllerHost controller;

    TxnNode() throws DiskFault {
        var rulesOfCluster = new ClusterRules(new SettingRules(Settings.defaults()),
            Features.SUPPORTED, NodeRules.of(Settings.defaults()));
        controller = new ControllerHost(
            new ControllerHost.World(1, new Uuid(1, 1), loop, loop, new Counting(), Trace.NONE),
            new AgreeableLog(), rulesOfCluster);
        controller.start();
        change(new ClusterRequest.RegisterNode(1, new Uuid(1, 1), Uuid.ZERO,
            List.of(), "", true, Long.MAX_VALUE));
        cluster = new Cluster(1, Settings.defaults(), controller.image());
        partitions = new Partitions(List.of(table()));
        gate = new TxnGate(loop, loop,
            (writer, about, answers) -> TxnQuestions.askHere(asking(), loop, writer, about,
                answers),
            () -> rules);
        writes = new MarkerWrites(cluster, partitions, List.of(gate), loop, Map.of());
        shard.load();
        create("a", 3);
        create("b", 1);
    }

    private PartitionTable table() throws DiskFault {
        var codecs = new NoCodecs();
        Consumer<DiskFault> failed = fault -> {
            throw new AssertionError(fault);
        };
        var cleaning = new CleanerSettings(false, 1, 24, 0.9, 1e9, 1);
        var shared = new PartitionLoop(loop, loop, codecs, new BatchInspector(codecs),
            new FlushRound(loop, disk, failed, new FlushPace(loop)),
            new Cleaner(loop, loop, disk, codecs, () -> cleaning), failed);
        return table(shared, new LogDirectory(disk, Trace.NONE));
    }

    /// The partitions of a node that begins with what is on the disk.
    PartitionTable table(PartitionLoop shared, LogDirectory directory) {
        return new PartitionTable(shared, directory, cluster,
            new PartitionTable.Ports((wishes, outcome) -> {
            }, () -> recordings++, Trace.NONE));
    }

    private void change(ClusterRequest request) {
        controller.submit(request, _ -> {
        });
        loop.run();
    }

    /// Carried out, and seen by the node.
    void changed(ClusterRequest request) {
        change(request);
        cluster.publish(controller.image(), cluster.live());
    }

    void create(String topic, int count) {
        change(new ClusterRequest.CreateTopics(List.of(new ClusterRequest.NewTopic(topic, count, 1,
            List.of(), List.of())), 1, 1, false, true));
        cluster.publish(controller.image(), cluster.live());
    }

    void delete(String topic) {
        change(new ClusterRequest.DeleteTopics(
            List.of(new ClusterRequest.TopicRef.ByName(topic))));
        var before = cluster.image().topic(topic).orElseThrow();
        cluster.publish(controller.image(), cluster.live());
        partitions.table(0).deleted(before, List.of(0, 1, 2).subList(0, before.partitionCount()));
    }

    Asking<TxnRequest> asking() {
        return new Asking<>(new One());
    }

    Entropy entropy() {
        return new Counting();
    }

    /// A second node with a place in the cluster, which nobody has heard of since.
    void joinFenced(int nodeId, Endpoint endpoint) {
        changed(new ClusterRequest.RegisterNode(nodeId, new Uuid(nodeId, 1), Uuid.ZERO,
            List.of(endpoint), "", true, -1));
    }

    /// A topic of one partition that another node leads.
    void createElsewhere(String topic, int nodeId, Endpoint endpoint) {
        changed(new ClusterRequest.RegisterNode(nodeId, new Uuid(nodeId, 1), Uuid.ZERO,
            List.of(endpoint), "", true, Long.MAX_VALUE));
        changed(new ClusterRequest.CreateTopics(List.of(new ClusterRequest.NewTopic(topic, -1, -1,
            List.of(new ClusterRequest.Assignment(0, List.of(nodeId))), List.of())), 1, 1, false,
            true));
    }

    /// A topic of one partition that this node leads, with a replica on a node in `rack`.
    void createWithReplica(String topic, int nodeId, String rack) {
        changed(new ClusterRequest.RegisterNode(nodeId, new Uuid(nodeId, 1), Uuid.ZERO,
            List.of(), rack, true, Long.MAX_VALUE));
        changed(new ClusterRequest.CreateTopics(List.of(new ClusterRequest.NewTopic(topic, -1, -1,
            List.of(new ClusterRequest.Assignment(0, List.of(1, nodeId))), List.of())), 1, 1,
            false, true));
    }

    ProducerIds producerIds() {
        return new ProducerIds(loop, cluster, link());
    }

    /// To the controller, which is here: nothing is forwarded.
    ControllerLink link() {
        return new ControllerLink(loop, loop, controller,
            (nodeId, request, timeoutMs, outcome) -> {
                throw new AssertionError("forwarded to " + nodeId);
            }, 1);
    }

    Partition partition(String topic, int index) {
        var found = partitions.table(0).find(cluster.image().topic(topic).orElseThrow(), index);
        return ((PartitionTable.Lookup.Here) found).partition();
    }

    static ByteBuffer batch(long producerId, int epoch, int sequence) {
        return new BatchBuilder(0).producer(producerId, (short) epoch, sequence).transactional()
            .append(1_000, null, ByteBuffer.allocate(3)).build();
    }

    /// The newest question, if it is one of this kind.
    <Q extends TxnRequest> Q last(Class<Q> kind) {
        return kind.cast(asked.getLast());
    }

    private final class One implements Coordinators<TxnRequest> {
        @Override public Lookup<TxnRequest> find(String key) {
            return key.startsWith("far")
                ? new NotHere<>(ErrorCode.COORDINATOR_NOT_AVAILABLE)
                : new Host<>(loop, shard);
        }

        @Override public List<Host<TxnRequest>> all() {
            return List.of(new Host<>(loop, shard));
        }
    }

    /// Says nothing by itself.
    private final class Mute implements Shard<TxnRequest, Fact> {
        @Override public Decision<Fact> decide(TxnRequest request, Now now) {
            asked.add(request);
            return Decision.none();
        }

        @Override public void apply(Fact fact, Origin origin) {}

        @Override public void applyMarker(long producerId, short producerEpoch,
            boolean isCommitted) {}

        @Override public Decision<Fact> onLoaded(Now now) {
            return Decision.none();
        }

        @Override public Decision<Fact> onTimer(Object timer, Now now) {
            return Decision.none();
        }

        @Override public List<ReplyTo<?>> waiting() {
            return List.of();
        }
    }

    private static final class NoCodec implements FactCodec<Fact> {
        @Override public KeyValue encode(Fact fact) {
            throw new AssertionError(fact);
        }

        @Override public Decoded<Fact> decode(KeyValue bytes) {
            return new Decoded.Unknown<>("nothing is known");
        }
    }

    static final class NoCodecs implements Codecs {
        @Override public Source open(int codecId, ByteBuffer compressed) throws CodecFault {
            throw new CodecFault("no codec " + codecId);
        }

        @Override public ByteBuffer compress(int codecId, int level, ByteBuffer[] parts)
            throws CodecFault {
            throw new CodecFault("no codec " + codecId);
        }
    }

    static final class Counting implements Entropy {
        private long next;

        @Override public long nextLong() {
            return next++;
        }

        @Override public int below(int bound) {
            return (int) (next++ % bound);
        }
    }

    /// Commits whatever is proposed, in the next turn.
    private final class AgreeableLog implements MetadataLog {
        private List<Listener> listeners = Collections.emptyList();
        private long index;

        @Override public void start(Loop on, Listener listener) {
            listeners = List.of(listener);
            loop.execute(() -> listener.onLeading(1));
        }

        @Override public void propose(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome) {
            loop.execute(() -> {
                index++;
                listeners.getFirst().onCommitted(index, batch);
                outcome.accept(new Outcome.Committed(index));
            });
        }

        @Override public void close() {}
    }
}
