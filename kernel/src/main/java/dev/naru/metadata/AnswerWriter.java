package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer.AlteredIsr;
import dev.naru.metadata.ClusterAnswer.BalanceDescribed;
import dev.naru.metadata.ClusterAnswer.Committed;
import dev.naru.metadata.ClusterAnswer.ConfigsAltered;
import dev.naru.metadata.ClusterAnswer.CreatedTopic;
import dev.naru.metadata.ClusterAnswer.Failed;
import dev.naru.metadata.ClusterAnswer.FeaturesUpdated;
import dev.naru.metadata.ClusterAnswer.Formed;
import dev.naru.metadata.ClusterAnswer.Heard;
import dev.naru.metadata.ClusterAnswer.IsrAltered;
import dev.naru.metadata.ClusterAnswer.JoinTokenGiven;
import dev.naru.metadata.ClusterAnswer.LeadersElected;
import dev.naru.metadata.ClusterAnswer.NodeAccepted;
import dev.naru.metadata.ClusterAnswer.NodeAdmitted;
import dev.naru.metadata.ClusterAnswer.OfQuorum;
import dev.naru.metadata.ClusterAnswer.PartitionsCreated;
import dev.naru.metadata.ClusterAnswer.ProducerIds;
import dev.naru.metadata.ClusterAnswer.Reassigned;
import dev.naru.metadata.ClusterAnswer.SizesHeard;
import dev.naru.metadata.ClusterAnswer.ToNode;
import dev.naru.metadata.ClusterAnswer.TopicsCreated;
import dev.naru.metadata.ClusterAnswer.TopicsDeleted;
import dev.naru.metadata.ClusterAnswer.Unregistered;
import dev.naru.metadata.ClusterMessages.AnswerKind;

/// Writes an answer; [AnswerReader] is its other half.
final class AnswerWriter {
    static final int VERSION = 0;

    private final FactWriter out;

    AnswerWriter(FactWriter out) {
        this.out = out;
    }

    void write(ClusterAnswer answer) {
        switch (answer) {
            case Failed(var why, var message) -> {
                begin(AnswerKind.FAILED);
                verdict(why, message);
            }
            case TopicsCreated(var topics) -> {
                begin(AnswerKind.TOPICS_CREATED);
                out.list(topics, this::created);
            }
            case TopicsDeleted(var topics) -> {
                begin(AnswerKind.TOPICS_DELETED);
                out.list(topics, each -> {
                    out.string(each.name());
                    out.uuid(each.topicId());
                    verdict(each.error(), each.message());
                });
            }
            case PartitionsCreated(var topics) -> {
                begin(AnswerKind.PARTITIONS_CREATED);
                out.list(topics, each -> {
                    out.string(each.name());
                    verdict(each.error(), each.message());
                });
            }
            case ConfigsAltered(var resources) -> {
                begin(AnswerKind.CONFIGS_ALTERED);
                out.list(resources, each -> {
                    RequestWriter.resource(each.resource(), out);
                    verdict(each.error(), each.message());
                });
            }
            case FeaturesUpdated updated -> updated(updated);
            case LeadersElected(var partitions) -> {
                begin(AnswerKind.LEADERS_ELECTED);
                out.list(partitions, each -> {
                    RequestWriter.partition(each.partition(), out);
                    verdict(each.error(), each.message());
                });
            }
            case Reassigned(var partitions) -> {
                begin(AnswerKind.REASSIGNED);
                out.list(partitions, each -> {
                    RequestWriter.partition(each.partition(), out);
                    verdict(each.error(), each.message());
                });
            }
            case Unregistered(var nodeId) -> {
                begin(AnswerKind.UNREGISTERED);
                out.signed(nodeId);
            }
            case JoinTokenGiven given -> given(given);
            case BalanceDescribed described -> described(described);
            case OfQuorum told -> {
                begin(AnswerKind.QUORUM);
                QuorumCodec.write(told, out);
            }
            case ToNode toNode -> writeToNode(toNode);
        }
    }

    private void writeToNode(ToNode answer) {
        switch (answer) {
            case Formed(var clusterId) -> {
                begin(AnswerKind.FORMED);
                out.string(clusterId);
            }
            case NodeAdmitted(var nodeId) -> {
                begin(AnswerKind.NODE_ADMITTED);
                out.signed(nodeId);
            }
            case NodeAccepted(var brokerEpoch) -> {
                begin(AnswerKind.NODE_ACCEPTED);
                out.signed(brokerEpoch);
            }
            case ProducerIds(var first, var count) -> {
                begin(AnswerKind.PRODUCER_IDS);
                out.signed(first);
                out.signed(count);
            }
            case Heard heard -> {
                begin(AnswerKind.HEARD);
                out.flag(heard.isCaughtUp());
                out.flag(heard.isFenced());
                out.flag(heard.mayStop());
            }
            case SizesHeard() -> begin(AnswerKind.SIZES_HEARD);
            case IsrAltered(var partitions) -> {
                begin(AnswerKind.ISR_ALTERED);
                out.list(partitions, this::alteredIsr);
            }
            case Committed(var acceptedIndex) -> {
                begin(AnswerKind.COMMITTED);
                out.signed(acceptedIndex);
            }
        }
    }

    private void described(BalanceDescribed described) {
        begin(AnswerKind.BALANCE_DESCRIBED);
        out.flag(described.isEnabled());
        out.signed(described.leaderless());
        out.signed(described.underReplicated());
        out.list(described.nodes(), node -> {
            out.signed(node.nodeId());
            out.string(node.rack());
            out.string(node.state());
            out.flag(node.isDraining());
            out.signed(node.silentMs());
            out.signed(node.replicas());
            out.signed(node.leaders());
            out.signed(node.preferred());
        });
        out.list(described.moves(), move -> {
            RequestWriter.partition(move.partition(), out);
            out.ints(move.replicas());
            out.ints(move.adding());
            out.ints(move.removing());
            out.flag(move.isByCluster());
            out.string(move.why());
        });
        out.list(described.planned(), step -> {
            RequestWriter.partition(step.partition(), out);
            out.ints(step.before());
            out.ints(step.after());
            out.string(step.why());
        });
    }

    private void given(JoinTokenGiven given) {
        begin(AnswerKind.JOIN_TOKEN_GIVEN);
        out.string(given.clusterId());
        out.string(given.authority());
        out.signed(given.expiresAtMs());
    }

    private void begin(AnswerKind kind) {
        out.unsigned(kind.id());
        out.unsigned(VERSION);
    }

    private void verdict(ErrorCode error, String message) {
        out.signed(error.code());
        out.string(message);
    }

    private void created(CreatedTopic topic) {
        out.string(topic.name());
        out.uuid(topic.topicId());
        verdict(topic.error(), topic.message());
        out.signed(topic.partitions());
        out.signed(topic.replicationFactor());
        out.texts(topic.settings());
    }

    private void alteredIsr(AlteredIsr altered) {
        out.uuid(altered.topicId());
        out.signed(altered.partition());
        out.signed(altered.error().code());
        out.signed(altered.leader());
        out.signed(altered.leaderEpoch());
        out.signed(altered.partitionEpoch());
        out.ints(altered.isr());
    }

    private void updated(FeaturesUpdated updated) {
        begin(AnswerKind.FEATURES_UPDATED);
        verdict(updated.error(), updated.message());
        out.list(updated.features(), each -> {
            out.string(each.feature());
            verdict(each.error(), each.message());
        });
    }
}
