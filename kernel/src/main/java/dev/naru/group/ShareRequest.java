package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Uuid;
import dev.naru.shard.ReplyTo;
import dev.naru.wire.message.ShareGroupDescribeResponse.DescribedGroup;
import dev.naru.wire.message.ShareGroupHeartbeatRequest;
import dev.naru.wire.message.ShareGroupHeartbeatResponse;
import java.util.List;
import java.util.SortedMap;

/// What is asked about share groups.
public sealed interface ShareRequest extends GroupRequest.OfShare {
    /// A member lives, joins or leaves. The group may have `membersMax` members.
    record Beat(ShareGroupHeartbeatRequest message, String clientId, String clientHost,
        int membersMax, ReplyTo<Heard> from) implements ShareRequest {}

    /// The answer to a member; `toInitialize` are share partitions that need a stored state before
    /// anybody can be given them.
    record Heard(ShareGroupHeartbeatResponse response,
        SortedMap<Uuid, ShareTopic> toInitialize) {}

    record DescribeShare(String group, ReplyTo<DescribedGroup> from) implements ShareRequest {}

    /// These share partitions have a stored state now.
    record Initialized(String group, SortedMap<Uuid, ShareTopic> topics, ReplyTo<ErrorCode> from)
        implements
            ShareRequest {}

    /// The stored state of these topics is gone, or about to go.
    record Forgotten(String group, List<Uuid> topics, ReplyTo<ErrorCode> from)
        implements
            ShareRequest {}

    /// What the group has; GROUP_ID_NOT_FOUND when there is no such share group.
    record Look(String group, ReplyTo<Seen> from) implements ShareRequest {}

    record Seen(ErrorCode error, boolean isEmpty, SortedMap<Uuid, ShareTopic> initialized) {}
}
