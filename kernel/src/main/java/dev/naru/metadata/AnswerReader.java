package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer.AlteredIsr;
import dev.naru.metadata.ClusterAnswer.AlteredResource;
import dev.naru.metadata.ClusterAnswer.BalanceDescribed;
import dev.naru.metadata.ClusterAnswer.Committed;
import dev.naru.metadata.ClusterAnswer.ConfigsAltered;
import dev.naru.metadata.ClusterAnswer.CreatedTopic;
import dev.naru.metadata.ClusterAnswer.DeletedTopic;
import dev.naru.metadata.ClusterAnswer.ElectedPartition;
import dev.naru.metadata.ClusterAnswer.Failed;
import dev.naru.metadata.ClusterAnswer.FeaturesUpdated;
import dev.naru.metadata.ClusterAnswer.Formed;
import dev.naru.metadata.ClusterAnswer.GrownTopic;
import dev.naru.metadata.ClusterAnswer.Heard;
import dev.naru.metadata.ClusterAnswer.IsrAltered;
import dev.naru.metadata.ClusterAnswer.JoinTokenGiven;
import dev.naru.metadata.ClusterAnswer.LeadersElected;
import dev.naru.metadata.ClusterAnswer.MoveStanding;
import dev.naru.metadata.ClusterAnswer.NodeAccepted;
import dev.naru.metadata.ClusterAnswer.NodeAdmitted;
import dev.naru.metadata.ClusterAnswer.NodeStanding;
import dev.naru.metadata.ClusterAnswer.PartitionsCreated;
import dev.naru.metadata.ClusterAnswer.PlannedMove;
import dev.naru.metadata.ClusterAnswer.ProducerIds;
import dev.naru.metadata.ClusterAnswer.Reassigned;
import dev.naru.metadata.ClusterAnswer.ReassignedPartition;
import dev.naru.metadata.ClusterAnswer.SizesHeard;
import dev.naru.metadata.ClusterAnswer.TopicsCreated;
import dev.naru.metadata.ClusterAnswer.TopicsDeleted;
import dev.naru.metadata.ClusterAnswer.Unregistered;
import dev.naru.metadata.ClusterAnswer.UpdatedFeature;
import dev.naru.metadata.ClusterMessages.AnswerKind;

/// Reads what [AnswerWriter] wrote.
final class AnswerReader {
    private final FactReader in;

    AnswerReader(FactReader in) {
        this.in = in;
    }

    ClusterAnswer read() throws Undecodable {
        var kind = AnswerKind.of(in.unsigned());
        long version = in.unsigned();
        if (version > AnswerWriter.VERSION)
            throw new Undecodable("answer " + kind + " of version " + version);
        return switch (kind) {
            case FAILED -> new Failed(error(), in.string());
            case TOPICS_CREATED -> new TopicsCreated(in.list(this::created));
            case TOPICS_DELETED -> new TopicsDeleted(in
                .list(() -> new DeletedTopic(in.string(), in.uuid(), error(), in.string())));
            case PARTITIONS_CREATED -> new PartitionsCreated(
                in.list(() -> new GrownTopic(in.string(), error(), in.string())));
            case CONFIGS_ALTERED -> new ConfigsAltered(in.list(
                () -> new AlteredResource(RequestReader.resource(in), error(), in.string())));
            case FORMED -> new Formed(in.string());
            case NODE_ACCEPTED -> new NodeAccepted(in.signed());
            case PRODUCER_IDS -> new ProducerIds(in.signed(), in.int32());
            case HEARD -> new Heard(in.flag(), in.flag(), in.flag());
            case SIZES_HEARD -> new SizesHeard();
            case ISR_ALTERED -> new IsrAltered(in.list(
                () -> new AlteredIsr(in.uuid(), in.int32(), error(), in.int32(), in.int32(),
                    in.int32(), in.ints())));
            case COMMITTED -> new Committed(in.signed());
            case QUORUM -> QuorumCodec.answer(in);
            case NODE_ADMITTED -> new NodeAdmitted(in.int32());
            case JOIN_TOKEN_GIVEN -> new JoinTokenGiven(in.string(), in.string(), in.signed());
            case UNREGISTERED -> new Unregistered(in.int32());
            case BALANCE_DESCRIBED -> new BalanceDescribed(in.flag(), in.int32(), in.int32(),
                in.list(this::node), in.list(this::move), in.list(this::planned));
            case LEADERS_ELECTED -> new LeadersElected(in.list(
                () -> new ElectedPartition(RequestReader.partition(in), error(), in.string())));
            case REASSIGNED -> new Reassigned(in.list(
                () -> new ReassignedPartition(RequestReader.partition(in), error(), in.string())));
            case FEATURES_UPDATED -> new FeaturesUpdated(error(), in.string(),
                in.list(() -> new UpdatedFeature(in.string(), error(), in.string())));
        };
    }

    private CreatedTopic created() throws Undecodable {
        return new CreatedTopic(in.string(), in.uuid(), error(), in.string(), in.int32(),
            in.int32(), in.texts());
    }

    private NodeStanding node() throws Undecodable {
        return new NodeStanding(in.int32(), in.string(), in.string(), in.flag(), in.signed(),
            in.int32(), in.int32(), in.int32());
    }

    private MoveStanding move() throws Undecodable {
        return new MoveStanding(RequestReader.partition(in), in.ints(), in.ints(), in.ints(),
            in.flag(), in.string());
    }

    private PlannedMove planned() throws Undecodable {
        return new PlannedMove(RequestReader.partition(in), in.ints(), in.ints(), in.string());
    }

    private ErrorCode error() throws Undecodable {
        return ErrorCode.of((short) in.int32());
    }
}
