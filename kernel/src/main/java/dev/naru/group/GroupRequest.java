package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.shard.Ask;
import dev.naru.shard.BatchKind;
import dev.naru.shard.ReplyTo;
import dev.naru.wire.message.ConsumerGroupDescribeResponse;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import dev.naru.wire.message.ConsumerGroupHeartbeatResponse;
import dev.naru.wire.message.DescribeGroupsResponse.DescribedGroup;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.HeartbeatResponse;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.JoinGroupResponse;
import dev.naru.wire.message.LeaveGroupRequest;
import dev.naru.wire.message.LeaveGroupResponse;
import dev.naru.wire.message.ListGroupsResponse.ListedGroup;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetCommitResponse;
import dev.naru.wire.message.OffsetDeleteRequest;
import dev.naru.wire.message.OffsetDeleteResponse;
import dev.naru.wire.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.naru.wire.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import dev.naru.wire.message.StreamsGroupDescribeResponse;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateResponse;
import dev.naru.wire.message.SyncGroupRequest;
import dev.naru.wire.message.SyncGroupResponse;
import java.util.List;

/// What can be asked of a group shard. Messages need to be valid until the request has been
/// decided.
public sealed interface GroupRequest extends Ask {
    /// What is asked about share groups.
    sealed interface OfShare extends GroupRequest permits ShareRequest {}

    /// What members of classic groups ask.
    sealed interface OfClassic extends GroupRequest {}

    /// `version` is that of the request: the protocol's rules changed along the way.
    record Join(JoinGroupRequest message, short version, String clientId, String clientHost,
        ReplyTo<JoinGroupResponse> from) implements OfClassic {}

    record Sync(SyncGroupRequest message, ReplyTo<SyncGroupResponse> from)
        implements
            OfClassic {}

    record Heartbeat(HeartbeatRequest message, ReplyTo<HeartbeatResponse> from)
        implements
            OfClassic {}

    /// With those who leave in `members`, whatever the version.
    record Leave(LeaveGroupRequest message, ReplyTo<LeaveGroupResponse> from)
        implements
            OfClassic {}

    /// What members of consumer groups ask (KIP-848).
    record ConsumerHeartbeat(ConsumerGroupHeartbeatRequest message, short version,
        String clientId, String clientHost, ReplyTo<ConsumerGroupHeartbeatResponse> from)
        implements
            GroupRequest {}

    record DescribeConsumers(String group,
        ReplyTo<ConsumerGroupDescribeResponse.DescribedGroup> from) implements GroupRequest {}

    /// What members of streams groups ask (KIP-1071).
    record StreamsHeartbeat(StreamsGroupHeartbeatRequest message, short version, String clientId,
        String clientHost, ReplyTo<StreamsAnswer> from) implements GroupRequest {}

    /// A member describes the topology (KIP-1331).
    record DescribeTopology(StreamsGroupTopologyDescriptionUpdateRequest message,
        ReplyTo<StreamsGroupTopologyDescriptionUpdateResponse> from) implements GroupRequest {}

    /// `isFull` asks for the description of the topology, too.
    record DescribeStreams(String group, boolean isFull,
        ReplyTo<StreamsGroupDescribeResponse.DescribedGroup> from) implements GroupRequest {}

    /// With topics that exist, by name; and by id, too, when the client named them so.
    record CommitOffsets(OffsetCommitRequest message, short version,
        ReplyTo<OffsetCommitResponse> from) implements GroupRequest {}

    /// The same within a producer's transaction, which is known to hold the group's offsets: they
    /// count once it is committed. `version` is that of TxnOffsetCommit.
    record CommitOffsetsInTransaction(OffsetCommitRequest message, short version,
        BatchKind.Transactional transaction, ReplyTo<OffsetCommitResponse> from)
        implements
            GroupRequest {}

    /// With topics by name, and by id if the client named them so; null for all.
    record FetchOffsets(OffsetFetchRequestGroup message, boolean requireStable,
        ReplyTo<OffsetFetchResponseGroup> from) implements GroupRequest {}

    /// With topics that exist.
    record DeleteOffsets(OffsetDeleteRequest message, ReplyTo<OffsetDeleteResponse> from)
        implements
            GroupRequest {}

    /// Empty filters let everything through; case does not matter.
    record ListGroups(List<String> states, List<String> types,
        ReplyTo<List<ListedGroup>> from) implements GroupRequest {}

    /// Every group with its members counted and its offsets.
    record Survey(ReplyTo<List<GroupStanding>> from) implements GroupRequest {}

    record Describe(String group, ReplyTo<DescribedGroup> from) implements GroupRequest {}

    record Delete(String group, ReplyTo<ErrorCode> from) implements GroupRequest {}

    /// These topics are gone, and what was committed for them goes, too.
    record TopicsDeleted(List<String> topics, ReplyTo<Boolean> from)
        implements
            GroupRequest {}
}
