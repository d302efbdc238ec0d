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
    /// anybody can be given them. `isToClear` says that states are still there that somebody began
    /// to delete.
    record Heard(ShareGroupHeartbeatResponse response, SortedMap<Uuid, ShareTopic> toInitialize,
        boolean isToClear) {}

    record DescribeShare(String group, ReplyTo<DescribedGroup> from) implements ShareRequest {}

    /// These share partitions have a stored state now.
    record Initialized(String group, SortedMap<Uuid, ShareTopic> topics, ReplyTo<ErrorCode> from)
        implements
            ShareRequest {}

    /// The states of some topics are to be deleted. The group knows them no longer, and remembers
    /// what is to be deleted until it is.
    record Forget(String group, Which which, ReplyTo<ToDelete> from) implements ShareRequest {}

    /// Of which topics.
    sealed interface Which {
        /// All that the group has; it must have no members.
        record All() implements Which {}

        /// These; the group must have no members.
        record Named(List<String> names) implements Which {}

        /// Only what somebody began to delete.
        record Begun() implements Which {}
    }

    /// The share partitions whose states are to be deleted now, by whoever asked.
    record ToDelete(ErrorCode error, SortedMap<Uuid, ShareTopic> topics) {}

    /// The states of these topics are gone; nobody deletes any more.
    record Forgotten(String group, List<Uuid> topics, ReplyTo<ErrorCode> from)
        implements
            ShareRequest {}

    /// What the group has; GROUP_ID_NOT_FOUND when there is no such share group.
    record Look(String group, ReplyTo<Seen> from) implements ShareRequest {}

    record Seen(ErrorCode error, boolean isEmpty, SortedMap<Uuid, ShareTopic> initialized) {}
}
