package dev.naru.metadata;

import dev.naru.metadata.ClusterMessages.RequestKind;
import dev.naru.metadata.ClusterRequest.AdmitNode;
import dev.naru.metadata.ClusterRequest.AlterConfigs;
import dev.naru.metadata.ClusterRequest.AlterIsr;
import dev.naru.metadata.ClusterRequest.Alterations;
import dev.naru.metadata.ClusterRequest.CommittedIndex;
import dev.naru.metadata.ClusterRequest.CreatePartitions;
import dev.naru.metadata.ClusterRequest.CreateTopics;
import dev.naru.metadata.ClusterRequest.DeleteTopics;
import dev.naru.metadata.ClusterRequest.DescribeBalance;
import dev.naru.metadata.ClusterRequest.ElectLeaders;
import dev.naru.metadata.ClusterRequest.FormCluster;
import dev.naru.metadata.ClusterRequest.FromNode;
import dev.naru.metadata.ClusterRequest.GrantProducerIds;
import dev.naru.metadata.ClusterRequest.Growth;
import dev.naru.metadata.ClusterRequest.HandOver;
import dev.naru.metadata.ClusterRequest.Heartbeat;
import dev.naru.metadata.ClusterRequest.IncrementalAlterConfigs;
import dev.naru.metadata.ClusterRequest.IssueJoinToken;
import dev.naru.metadata.ClusterRequest.Move;
import dev.naru.metadata.ClusterRequest.NewTopic;
import dev.naru.metadata.ClusterRequest.OfQuorum;
import dev.naru.metadata.ClusterRequest.PartitionRef;
import dev.naru.metadata.ClusterRequest.Reassign;
import dev.naru.metadata.ClusterRequest.RegisterNode;
import dev.naru.metadata.ClusterRequest.Setting;
import dev.naru.metadata.ClusterRequest.TellSizes;
import dev.naru.metadata.ClusterRequest.TopicRef;
import dev.naru.metadata.ClusterRequest.UnregisterNode;
import dev.naru.metadata.ClusterRequest.UpdateFeatures;
import dev.naru.metadata.ClusterRequest.WantedIsr;
import java.util.List;

/// Writes a request; [RequestReader] is its other half. Choices go by their place in the enum: these
/// enums are only ever added to at their end.
@SuppressWarnings("EnumOrdinal")
final class RequestWriter {
    static final int VERSION = 0;
    static final int BY_NAME = 0;
    static final int BY_ID = 1;

    private final FactWriter out;

    RequestWriter(FactWriter out) {
        this.out = out;
    }

    void write(ClusterRequest request) {
        switch (request) {
            case CreateTopics create -> create(create);
            case DeleteTopics delete -> {
                begin(RequestKind.DELETE_TOPICS);
                out.list(delete.topics(), this::topicRef);
            }
            case CreatePartitions grow -> {
                begin(RequestKind.CREATE_PARTITIONS);
                out.list(grow.topics(), this::growth);
                out.flag(grow.validateOnly());
            }
            case AlterConfigs replace -> {
                begin(RequestKind.ALTER_CONFIGS);
                out.list(replace.resources(), each -> {
                    resource(each.resource(), out);
                    out.list(each.settings(), this::setting);
                });
                out.flag(replace.validateOnly());
            }
            case IncrementalAlterConfigs alter -> {
                begin(RequestKind.INCREMENTAL_ALTER_CONFIGS);
                out.list(alter.resources(), this::alterations);
                out.flag(alter.validateOnly());
            }
            case UnregisterNode(var nodeId) -> {
                begin(RequestKind.UNREGISTER_NODE);
                out.signed(nodeId);
            }
            case IssueJoinToken issue -> {
                begin(RequestKind.ISSUE_JOIN_TOKEN);
                out.string(issue.tokenId());
                out.string(issue.secretHash());
                out.signed(issue.ttlMs());
            }
            case DescribeBalance(var stepsMax) -> {
                begin(RequestKind.DESCRIBE_BALANCE);
                out.signed(stepsMax);
            }
            case OfQuorum asked -> {
                begin(RequestKind.QUORUM);
                QuorumCodec.write(asked, out);
            }
            case FromNode fromNode -> writeFromNode(fromNode);
            case UpdateFeatures update -> update(update);
            case ElectLeaders elect -> {
                begin(RequestKind.ELECT_LEADERS);
                out.flag(elect.unclean());
                var partitions = elect.partitions();
                out.flag(partitions != null);
                if (partitions != null) out.list(partitions, each -> partition(each, out));
            }
            case Reassign reassign -> {
                begin(RequestKind.REASSIGN);
                out.list(reassign.moves(), this::move);
                out.flag(reassign.mayChangeFactor());
            }
        }
    }

    private void writeFromNode(FromNode request) {
        switch (request) {
            case FormCluster form -> form(form);
            case RegisterNode register -> register(register);
            case AdmitNode admit -> {
                begin(admit.token().isEmpty()
                    ? RequestKind.ADMIT_NODE
                    : RequestKind.ADMIT_WITH_TOKEN);
                admit(admit);
            }
            case GrantProducerIds grant -> {
                begin(RequestKind.GRANT_PRODUCER_IDS);
                out.signed(grant.nodeId());
                out.signed(grant.brokerEpoch());
                out.signed(grant.count());
            }
            case Heartbeat beat -> {
                begin(RequestKind.HEARTBEAT);
                out.signed(beat.nodeId());
                out.signed(beat.brokerEpoch());
                out.signed(beat.appliedIndex());
                out.flag(beat.wantsToLeave());
            }
            case HandOver over -> {
                begin(RequestKind.HAND_OVER);
                out.signed(over.nodeId());
                out.signed(over.brokerEpoch());
            }
            case AlterIsr alter -> {
                begin(RequestKind.ALTER_ISR);
                out.signed(alter.nodeId());
                out.signed(alter.brokerEpoch());
                out.list(alter.partitions(), this::wantedIsr);
            }
            case TellSizes told -> {
                begin(RequestKind.TELL_SIZES);
                out.signed(told.nodeId());
                out.signed(told.brokerEpoch());
                out.signed(told.from());
                out.list(told.sizes(), each -> {
                    out.uuid(each.topicId());
                    out.signed(each.partition());
                    out.signed(each.bytes());
                });
                out.flag(told.isLast());
            }
            case CommittedIndex _ -> begin(RequestKind.COMMITTED_INDEX);
        }
    }

    private void admit(AdmitNode admit) {
        out.signed(admit.nodeId());
        out.uuid(admit.directoryId());
        out.list(admit.endpoints(), each -> NodeCodec.write(each, out));
        out.string(admit.rack());
        admit.token().ifPresent(token -> {
            out.string(token.tokenId());
            out.string(token.secretHash());
        });
    }

    private void begin(RequestKind kind) {
        out.unsigned(kind.id());
        out.unsigned(VERSION);
    }

    private void create(CreateTopics create) {
        begin(RequestKind.CREATE_TOPICS);
        out.list(create.topics(), this::newTopic);
        out.signed(create.defaultPartitions());
        out.signed(create.defaultReplicationFactor());
        out.flag(create.validateOnly());
        out.flag(create.internal());
    }

    private void newTopic(NewTopic topic) {
        out.string(topic.name());
        out.signed(topic.partitions());
        out.signed(topic.replicationFactor());
        out.list(topic.assignments(), each -> {
            out.signed(each.partition());
            out.ints(each.nodeIds());
        });
        out.list(topic.settings(), this::setting);
    }

    private void setting(Setting setting) {
        out.string(setting.name());
        out.stringOrNone(setting.value());
    }

    private void topicRef(TopicRef ref) {
        switch (ref) {
            case TopicRef.ByName(var name) -> {
                out.int8(BY_NAME);
                out.string(name);
            }
            case TopicRef.ById(var topicId) -> {
                out.int8(BY_ID);
                out.uuid(topicId);
            }
        }
    }

    private void growth(Growth growth) {
        out.string(growth.name());
        out.signed(growth.totalPartitions());
        List<List<Integer>> assignments = growth.assignments();
        out.flag(assignments != null);
        if (assignments != null) out.list(assignments, out::ints);
    }

    private void alterations(Alterations alterations) {
        resource(alterations.resource(), out);
        out.list(alterations.alterations(), each -> {
            out.string(each.name());
            out.int8(each.operation().ordinal());
            out.stringOrNone(each.value());
        });
    }

    private void form(FormCluster form) {
        begin(RequestKind.FORM_CLUSTER);
        out.string(form.clusterId());
        out.list(form.features().entrySet(), each -> {
            out.string(each.getKey());
            out.signed(each.getValue());
        });
    }

    private void register(RegisterNode register) {
        begin(RequestKind.REGISTER_NODE);
        out.signed(register.nodeId());
        out.uuid(register.directoryId());
        out.uuid(register.incarnationId());
        out.list(register.endpoints(), each -> NodeCodec.write(each, out));
        out.string(register.rack());
        out.flag(register.cleanStop());
        out.signed(register.appliedIndex());
    }

    private void wantedIsr(WantedIsr wanted) {
        out.uuid(wanted.topicId());
        out.signed(wanted.partition());
        out.signed(wanted.leaderEpoch());
        out.signed(wanted.partitionEpoch());
        out.ints(wanted.isr());
        out.list(wanted.brokerEpochs(), out::signed);
    }

    private void update(UpdateFeatures update) {
        begin(RequestKind.UPDATE_FEATURES);
        out.list(update.updates(), each -> {
            out.string(each.feature());
            out.signed(each.level());
            out.int8(each.direction().ordinal());
        });
        out.flag(update.validateOnly());
    }

    private void move(Move move) {
        partition(move.partition(), out);
        var nodeIds = move.nodeIds();
        out.flag(nodeIds != null);
        if (nodeIds != null) out.ints(nodeIds);
    }

    static void partition(PartitionRef partition, FactWriter out) {
        out.string(partition.topic());
        out.signed(partition.partition());
    }

    static void resource(ConfigResource resource, FactWriter out) {
        out.int8(resource.type().id());
        out.string(resource.name());
    }
}
