package dev.naru.metadata;

import dev.naru.metadata.ClusterRecord.ClusterFormed;
import dev.naru.metadata.ClusterRecord.ConfigRemoved;
import dev.naru.metadata.ClusterRecord.ConfigSet;
import dev.naru.metadata.ClusterRecord.DirectoryRemoved;
import dev.naru.metadata.ClusterRecord.FactorChosen;
import dev.naru.metadata.ClusterRecord.FeatureChanged;
import dev.naru.metadata.ClusterRecord.JoinTokenChanged;
import dev.naru.metadata.ClusterRecord.JoinTokenIssued;
import dev.naru.metadata.ClusterRecord.JoinTokenRemoved;
import dev.naru.metadata.ClusterRecord.JoinTokenUsed;
import dev.naru.metadata.ClusterRecord.LeaderEpochsRaised;
import dev.naru.metadata.ClusterRecord.NodeChanged;
import dev.naru.metadata.ClusterRecord.NodeFenced;
import dev.naru.metadata.ClusterRecord.NodeLeaving;
import dev.naru.metadata.ClusterRecord.NodeRegistered;
import dev.naru.metadata.ClusterRecord.NodeUnfenced;
import dev.naru.metadata.ClusterRecord.NodeUnregistered;
import dev.naru.metadata.ClusterRecord.PartitionChanged;
import dev.naru.metadata.ClusterRecord.PartitionsAdded;
import dev.naru.metadata.ClusterRecord.PartitionsChanged;
import dev.naru.metadata.ClusterRecord.ProducerIdsGranted;
import dev.naru.metadata.ClusterRecord.TopicCreated;
import dev.naru.metadata.ClusterRecord.TopicDeleted;

/// Facts as bytes. Kinds and versions are only ever added; golden bytes of each stand in the tests.
/// Equal neighbours of a list of partitions are written once with their number, and are one object
/// when read (see [PartitionCodec]).
final class FactCodec {
    private static final int CLUSTER_FORMED = 1;
    private static final int FEATURE_CHANGED = 2;
    private static final int NODE_REGISTERED = 3;
    private static final int TOPIC_CREATED = 4;
    private static final int PARTITIONS_ADDED = 5;
    private static final int PARTITION_CHANGED = 6;
    private static final int TOPIC_DELETED = 7;
    private static final int CONFIG_SET = 8;
    private static final int CONFIG_REMOVED = 9;
    private static final int LEADER_EPOCHS_RAISED = 10;
    private static final int PRODUCER_IDS_GRANTED = 11;
    private static final int NODE_FENCED = 12;
    private static final int NODE_UNFENCED = 13;
    private static final int NODE_LEAVING = 14;
    private static final int NODE_UNREGISTERED = 15;
    private static final int PARTITIONS_CHANGED = 16;
    private static final int DIRECTORY_REMOVED = 17;
    private static final int FACTOR_CHOSEN = 20;

    private FactCodec() {}

    /// Writes one fact; `scratch` is for its body.
    static void write(ClusterRecord fact, FactWriter out, FactWriter scratch) {
        scratch.clear();
        int version = version(fact);
        int kind = writeBody(fact, new PartitionCodec(version), scratch);
        out.unsigned(kind);
        out.unsigned(version);
        out.sized(scratch);
    }

    static ClusterRecord read(FactReader in) throws Undecodable {
        long kind = in.unsigned();
        long version = in.unsigned();
        var body = in.sized();
        if (version > newest(kind))
            throw new Undecodable("fact " + kind + " of version " + version);
        var fact = readBody(kind, new PartitionCodec((int) version), body);
        if (!body.isAtEnd()) throw new Undecodable("bytes after the end of fact " + kind);
        return fact;
    }

    /// The oldest version that can hold the fact: older releases read what they can.
    private static int version(ClusterRecord fact) {
        if (fact instanceof NodeRegistered(var node)) return NodeCodec.version(node);
        return PartitionCodec.of(fact).version();
    }

    private static int newest(long kind) {
        return switch ((int) Math.min(kind, Integer.MAX_VALUE)) {
            case NODE_REGISTERED -> NodeCodec.NEWEST;
            case TOPIC_CREATED, PARTITIONS_ADDED, PARTITION_CHANGED, PARTITIONS_CHANGED ->
                PartitionCodec.NEWEST;
            default -> 0;
        };
    }

    private static int writeBody(ClusterRecord fact, PartitionCodec partitions, FactWriter out) {
        return switch (fact) {
            case ClusterFormed formed -> {
                out.string(formed.clusterId());
                yield CLUSTER_FORMED;
            }
            case FeatureChanged changed -> writeFeature(changed, out);
            case NodeRegistered registered -> {
                NodeCodec.write(registered.node(), out);
                yield NODE_REGISTERED;
            }
            case NodeChanged changed -> writeNodeChange(changed, out);
            case DirectoryRemoved removed -> writeRemoved(removed, out);
            case JoinTokenChanged changed -> JoinTokenCodec.write(changed, out);
            case TopicCreated created -> {
                out.string(created.name());
                out.uuid(created.topicId());
                partitions.writeAll(created.partitions(), out);
                yield TOPIC_CREATED;
            }
            case PartitionsAdded added -> {
                out.uuid(added.topicId());
                partitions.writeAll(added.partitions(), out);
                yield PARTITIONS_ADDED;
            }
            case PartitionChanged changed -> {
                out.uuid(changed.topicId());
                out.unsigned(changed.partition());
                partitions.write(changed.state(), out);
                yield PARTITION_CHANGED;
            }
            case PartitionsChanged changed -> {
                out.uuid(changed.topicId());
                partitions.writeChanged(changed.partitions(), out);
                yield PARTITIONS_CHANGED;
            }
            case FactorChosen chosen -> writeFactor(chosen, out);
            case TopicDeleted deleted -> {
                out.uuid(deleted.topicId());
                yield TOPIC_DELETED;
            }
            case ConfigSet set -> {
                writeSetting(set.resource(), set.setting(), out);
                out.string(set.value());
                yield CONFIG_SET;
            }
            case ConfigRemoved removed -> {
                writeSetting(removed.resource(), removed.setting(), out);
                yield CONFIG_REMOVED;
            }
            case LeaderEpochsRaised raised -> {
                out.signed(raised.nodeId());
                yield LEADER_EPOCHS_RAISED;
            }
            case ProducerIdsGranted granted -> writeGrant(granted, out);
        };
    }

    private static ClusterRecord readBody(long kind, PartitionCodec partitions, FactReader in)
        throws Undecodable {
        return switch ((int) Math.min(kind, Integer.MAX_VALUE)) {
            case CLUSTER_FORMED -> new ClusterFormed(in.string());
            case FEATURE_CHANGED -> new FeatureChanged(in.string(), (short) in.int32());
            case NODE_REGISTERED -> new NodeRegistered(NodeCodec.read(partitions.version(), in));
            case TOPIC_CREATED -> new TopicCreated(in.string(), in.uuid(), partitions.readAll(in));
            case PARTITIONS_ADDED -> new PartitionsAdded(in.uuid(), partitions.readAll(in));
            case PARTITION_CHANGED -> new PartitionChanged(in.uuid(), in.count(Integer.MAX_VALUE),
                partitions.read(in));
            case PARTITIONS_CHANGED -> new PartitionsChanged(in.uuid(),
                partitions.readChanged(in));
            case NODE_FENCED -> new NodeFenced(in.int32());
            case NODE_UNFENCED -> new NodeUnfenced(in.int32());
            case NODE_LEAVING -> new NodeLeaving(in.int32());
            case NODE_UNREGISTERED -> new NodeUnregistered(in.int32());
            case DIRECTORY_REMOVED -> new DirectoryRemoved(in.uuid(), in.int32());
            case FACTOR_CHOSEN -> new FactorChosen(in.uuid(), in.flag());
            case JoinTokenCodec.ISSUED ->
                new JoinTokenIssued(in.string(), in.string(), in.signed());
            case JoinTokenCodec.USED -> new JoinTokenUsed(in.string(), in.uuid());
            case JoinTokenCodec.REMOVED -> new JoinTokenRemoved(in.string());
            case TOPIC_DELETED -> new TopicDeleted(in.uuid());
            case CONFIG_SET -> new ConfigSet(RequestReader.resource(in), in.string(), in.string());
            case CONFIG_REMOVED -> new ConfigRemoved(RequestReader.resource(in), in.string());
            case LEADER_EPOCHS_RAISED -> new LeaderEpochsRaised(in.int32());
            case PRODUCER_IDS_GRANTED -> new ProducerIdsGranted(in.int32(), in.unsigned(),
                in.count(Integer.MAX_VALUE));
            default -> throw new Undecodable("a fact of unknown kind " + kind);
        };
    }

    private static int writeFeature(FeatureChanged changed, FactWriter out) {
        out.string(changed.feature());
        out.signed(changed.level());
        return FEATURE_CHANGED;
    }

    private static int writeRemoved(DirectoryRemoved removed, FactWriter out) {
        out.uuid(removed.directoryId());
        out.signed(removed.nodeId());
        return DIRECTORY_REMOVED;
    }

    private static int writeFactor(FactorChosen chosen, FactWriter out) {
        out.uuid(chosen.topicId());
        out.flag(chosen.isByCluster());
        return FACTOR_CHOSEN;
    }

    private static int writeGrant(ProducerIdsGranted granted, FactWriter out) {
        out.signed(granted.nodeId());
        out.unsigned(granted.firstProducerId());
        out.unsigned(granted.count());
        return PRODUCER_IDS_GRANTED;
    }

    private static int writeNodeChange(NodeChanged changed, FactWriter out) {
        out.signed(changed.nodeId());
        return switch (changed) {
            case NodeFenced _ -> NODE_FENCED;
            case NodeUnfenced _ -> NODE_UNFENCED;
            case NodeLeaving _ -> NODE_LEAVING;
            case NodeUnregistered _ -> NODE_UNREGISTERED;
        };
    }

    private static void writeSetting(ConfigResource resource, String setting, FactWriter out) {
        RequestWriter.resource(resource, out);
        out.string(setting);
    }
}
