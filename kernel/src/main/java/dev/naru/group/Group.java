package dev.naru.group;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.shard.ReplyTo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One group, whatever its kind: what the shard, the offsets and those who ask about any group need
/// to know. Changed by facts only. Owned by the shard's loop.
sealed interface Group permits ClassicGroup, ConsumerGroup, StreamsGroup,
    ShareGroup {
    String id();

    GroupKind kind();

    /// The only mutator. Facts of other kinds of groups change nothing.
    void apply(GroupFact.OfGroup fact);

    /// Nothing is known of it, so there is no such group (its offsets are kept elsewhere).
    boolean isBlank();

    /// It has no members. It may still hold offsets.
    boolean isEmpty();

    /// How many are in it.
    int size();

    /// Where it stands, as clients spell it.
    String stateText();

    /// The protocol type that ListGroups shows; "" when it has none.
    String protocolType();

    /// Tombstones for all that the log knows of it but its offsets.
    List<GroupFact> removal();

    /// Whether this client may commit offsets now (I13).
    ErrorCode mayCommit(Committer who);

    /// Whether this client, if it may commit at all, may do so for this partition now.
    default ErrorCode mayCommit(Committer who, String topic, Uuid topicId, int partition) {
        return ErrorCode.NONE;
    }

    /// Whether one who says who it is may read the group's offsets now; most do not say.
    default ErrorCode mayFetchOffsets(@Nullable String memberId, int epoch) {
        return ErrorCode.NONE;
    }

    /// What a member's commit says about the member: that it lives. Members of the newer kinds show
    /// that by heartbeats alone.
    default List<GroupFact> heardFrom(String memberId, Now now) {
        return List.of();
    }

    /// Whether offsets may be deleted at all, subscriptions aside.
    ErrorCode mayDeleteOffsets();

    /// Whether somebody in it wants the topic.
    boolean reads(String topic);

    /// When an offset's retention begins; empty while it does not run.
    OptionalLong retentionFromMs(String topic, CommittedOffset committed);

    /// Nobody is in it or on the way to it, so that it goes when its last offset has gone.
    boolean isIdle();

    /// Those whose answers are part of its state.
    default List<ReplyTo<?>> waiting() {
        return List.of();
    }

    /// What the log knows of it but its offsets, for comparisons in tests.
    Optional<Object> stored();
}
