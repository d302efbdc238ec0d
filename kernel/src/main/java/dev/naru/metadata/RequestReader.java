package dev.naru.metadata;

import dev.naru.metadata.ClusterMessages.RequestKind;
import dev.naru.metadata.ClusterRequest.AdmitNode;
import dev.naru.metadata.ClusterRequest.AlterConfigs;
import dev.naru.metadata.ClusterRequest.AlterIsr;
import dev.naru.metadata.ClusterRequest.Alteration;
import dev.naru.metadata.ClusterRequest.Alterations;
import dev.naru.metadata.ClusterRequest.Assignment;
import dev.naru.metadata.ClusterRequest.CommittedIndex;
import dev.naru.metadata.ClusterRequest.CreatePartitions;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.DeleteTopics;
import dev.naru.metadata.ClusterRequest.DescribeBalance;
import dev.naru.metadata.ClusterRequest.Direction;
import dev.naru.metadata.ClusterRequest.ElectLeaders;
import dev.naru.metadata.ClusterRequest.FeatureUpdate;
import dev.naru.metadata.ClusterRequest.FormCluster;
import dev.naru.metadata.ClusterRequest.GrantProducerIds;
import dev.naru.metadata.ClusterRequest.Growth;
import dev.naru.metadata.ClusterRequest.HandOver;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.IncrementalAlterConfigs;
import dev.naru.metadata.ClusterRequest.IssueJoinToken;
import dev.naru.metadata.ClusterRequest.Move;
import dev.naru.metadata.ClusterRequest.NewTopic;
import dev.naru.metadata.ClusterRequest.Operation;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import dev.naru.metadata.ClusterRequest.PartitionSize;
import dev.naru.metadata.ClusterRequest.Reassign;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.Replacement;
import dev.naru.metadata.ClusterRequest.Setting;
import dev.naru.metadata.ClusterRequest.TellSizes;
import dev.naru.metadata.ClusterRequest.TopicRef;
import dev.naru.metadata.ClusterRequest.UnregisterNode;
import dev.naru.metadata.ClusterRequest.UpdateFeatures;
import dev.naru.metadata.ClusterRequest.WantedIsr;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads what [RequestWriter] wrote.
final class RequestReader {
    private final FactReader in;

    RequestReader(FactReader in) {
        this.in = in;
    }

    ClusterRequest read() throws Undecodable {
        var kind = RequestKind.of(in.unsigned());
        long version = in.unsigned();
        if (version > RequestWriter.VERSION)
            throw new Undecodable("request " + kind + " of version " + version);
        return switch (kind) {
            case CREATE_TOPICS -> new CreateTopics(in.list(this::newTopic), in.int32(), in.int32(),
                in.flag(), in.flag());
            case DELETE_TOPICS -> new DeleteTopics(in.list(this::topicRef));
            case CREATE_PARTITIONS -> new CreatePartitions(in.list(this::growth), in.flag());
            case ALTER_CONFIGS -> new AlterConfigs(
                in.list(() -> new Replacement(resource(in), in.list(this::setting))), in.flag());
            case INCREMENTAL_ALTER_CONFIGS -> new IncrementalAlterConfigs(
                in.list(() -> new Alterations(resource(in), in.list(this::alteration))),
                in.flag());
            case FORM_CLUSTER -> new FormCluster(in.string(), features());
            case REGISTER_NODE -> new RegisterNode(in.int32(), in.uuid(), in.uuid(),
                in.list(() -> NodeCodec.endpoint(in)), in.string(), in.flag(), in.signed());
            case GRANT_PRODUCER_IDS -> new GrantProducerIds(in.int32(), in.signed(), in.int32());
            case UPDATE_FEATURES -> new UpdateFeatures(in.list(this::featureUpdate), in.flag());
            case ELECT_LEADERS -> new ElectLeaders(in.flag(),
                in.flag() ? in.list(() -> partition(in)) : null);
            case REASSIGN -> new Reassign(in.list(this::move), in.flag());
            case HEARTBEAT -> new Heartbeat(in.int32(), in.signed(), in.signed(), in.flag());
            case HAND_OVER -> new HandOver(in.int32(), in.signed());
            case ALTER_ISR -> new AlterIsr(in.int32(), in.signed(), in.list(this::wantedIsr));
            case TELL_SIZES -> new TellSizes(in.int32(), in.signed(), in.int32(), in.list(
                () -> new PartitionSize(in.uuid(), in.int32(), in.signed())), in.flag());
            case COMMITTED_INDEX -> new CommittedIndex();
            case UNREGISTER_NODE -> new UnregisterNode(in.int32());
            case DESCRIBE_BALANCE -> new DescribeBalance(in.int32());
            case QUORUM -> QuorumCodec.request(in);
            case ADMIT_NODE -> new AdmitNode(in.int32(), in.uuid(),
                in.list(() -> NodeCodec.endpoint(in)), in.string(), Optional.empty());
            case ADMIT_WITH_TOKEN -> new AdmitNode(in.int32(), in.uuid(),
                in.list(() -> NodeCodec.endpoint(in)), in.string(),
                Optional.of(new JoinToken.Proof(in.string(), in.string())));
            case ISSUE_JOIN_TOKEN -> new IssueJoinToken(in.string(), in.string(), in.signed());
        };
    }

    private NewTopic newTopic() throws Undecodable {
        return new NewTopic(in.string(), in.int32(), in.int32(),
            in.list(() -> new Assignment(in.int32(), in.ints())), in.list(this::setting));
    }

    private Setting setting() throws Undecodable {
        return new Setting(in.string(), in.stringOrNone());
    }

    private TopicRef topicRef() throws Undecodable {
        byte kind = in.int8();
        return switch (kind) {
            case RequestWriter.BY_NAME -> new TopicRef.ByName(in.string());
            case RequestWriter.BY_ID -> new TopicRef.ById(in.uuid());
            default -> throw new Undecodable("a topic named in an unknown way: " + kind);
        };
    }

    private Growth growth() throws Undecodable {
        return new Growth(in.string(), in.int32(), in.flag() ? in.list(in::ints) : null);
    }

    private Alteration alteration() throws Undecodable {
        return new Alteration(in.string(), choice(Operation.values()), in.stringOrNone());
    }

    private SortedMap<String, Short> features() throws Undecodable {
        var features = new TreeMap<String, Short>();
        for (var one : in.list(() -> new FeatureUpdate(in.string(), (short) in.int32(),
            Direction.UPGRADE))) {
            features.put(one.feature(), one.level());
        }
        return Collections.unmodifiableSortedMap(features);
    }

    private WantedIsr wantedIsr() throws Undecodable {
        return new WantedIsr(in.uuid(), in.int32(), in.int32(), in.int32(), in.ints(),
            in.list(in::signed));
    }

    private FeatureUpdate featureUpdate() throws Undecodable {
        return new FeatureUpdate(in.string(), (short) in.int32(), choice(Direction.values()));
    }

    private Move move() throws Undecodable {
        return new Move(partition(in), in.flag() ? in.ints() : null);
    }

    private <E> E choice(E[] values) throws Undecodable {
        int ordinal = in.int8();
        if (ordinal < 0 || ordinal >= values.length)
            throw new Undecodable("an unknown choice: " + ordinal);
        return values[ordinal];
    }

    static PartitionRef partition(FactReader in) throws Undecodable {
        return new PartitionRef(in.string(), in.int32());
    }

    static ConfigResource resource(FactReader in) throws Undecodable {
        byte id = in.int8();
        var type = ConfigResource.Type.of(id);
        if (type.isEmpty()) throw new Undecodable("settings of unknown resource type " + id);
        return new ConfigResource(type.get(), in.string());
    }
}
