package dev.naru.group;

import dev.naru.shard.Fact;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.StreamsGroupTopologyValue;

/// What happens to streams groups: Kafka's records.
public sealed interface StreamsFact extends GroupFact.OfGroup {
    @Override default GroupKind kind() {
        return GroupKind.STREAMS;
    }

    /// It takes away.
    sealed interface Removal extends StreamsFact, Fact.Logged {
        @Override default boolean isRemoval() {
            return true;
        }
    }

    /// Something that an assignment depends on has changed. `metadataHash` stands for the topics of
    /// the application; `validatedTopologyEpoch` is that of the topology they are right for, or -1.
    record EpochRaised(String group, int groupEpoch, long metadataHash,
        int validatedTopologyEpoch) implements StreamsFact, Fact.Logged {}

    record GroupRemoved(String group) implements Removal {}

    record MemberStored(String group, StreamsMember.Said said)
        implements
            StreamsFact,
            Fact.Logged {}

    record MemberRemoved(String group, String memberId) implements Removal {}

    /// There is a target assignment for this epoch of the group.
    record Targeted(String group, int targetEpoch, long atMs)
        implements
            StreamsFact,
            Fact.Logged {}

    record TargetsRemoved(String group) implements Removal {}

    record TargetStored(String group, String memberId, Tasks target)
        implements
            StreamsFact,
            Fact.Logged {}

    record TargetRemoved(String group, String memberId) implements Removal {}

    record CurrentStored(String group, String memberId, StreamsMember.Current current)
        implements
            StreamsFact,
            Fact.Logged {}

    record CurrentRemoved(String group, String memberId) implements Removal {}

    record TopologyStored(String group, StreamsGroupTopologyValue topology)
        implements
            StreamsFact,
            Fact.Logged {}

    record TopologyRemoved(String group) implements Removal {}

    /// A member has described the whole graph of the topology (KIP-1331). Naru's own record.
    record Described(String group, StreamsGroupTopologyDescriptionUpdateRequest description)
        implements
            StreamsFact,
            Fact.Logged {}

    record DescriptionRemoved(String group) implements Removal {}

    /// What dies with the shard.
    sealed interface Live extends StreamsFact, Fact.Volatile {}

    /// The topics were looked at as they were at `version`.
    record TopicsSeen(String group, long version) implements Live {}

    /// The first assignment waits for more members until then.
    record HeldUntil(String group, long untilNs) implements Live {}

    /// A member wants the whole application to stop.
    record ShutdownAsked(String group, String memberId) implements Live {}

    /// How far a member is with restoring its tasks, and how far it has to go.
    record OffsetsSaid(String group, String memberId, StreamsOffsets offsets) implements Live {}

    /// Members were asked to describe the topology of this epoch, so many times by now, and are not
    /// asked again until then.
    record DescriptionAsked(String group, int topologyEpoch, int times, long untilNs)
        implements
            Live {}

    /// The description of the topology of this epoch cannot be kept.
    record DescriptionRefused(String group, int topologyEpoch) implements Live {}
}
