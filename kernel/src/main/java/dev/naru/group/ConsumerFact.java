package dev.naru.group;

import dev.naru.shard.Fact;
import java.util.List;

/// What happens to consumer groups: Kafka's records.
public sealed interface ConsumerFact extends GroupFact.OfGroup {
    @Override default GroupKind kind() {
        return GroupKind.CONSUMER;
    }

    /// It takes away.
    sealed interface Removal extends ConsumerFact, Fact.Logged {
        @Override default boolean isRemoval() {
            return true;
        }
    }

    /// Something that an assignment depends on has changed. `metadataHash` stands for the topics
    /// that members subscribe to.
    record EpochRaised(String group, int groupEpoch, long metadataHash)
        implements
            ConsumerFact,
            Fact.Logged {}

    record GroupRemoved(String group) implements Removal {}

    /// The topics of old groups, which nobody reads any more.
    record TopicsNoted(String group) implements Removal {}

    record MemberStored(String group, ConsumerMember.Subscription said)
        implements
            ConsumerFact,
            Fact.Logged {}

    record MemberRemoved(String group, String memberId) implements Removal {}

    /// There is a target assignment for this epoch of the group.
    record Targeted(String group, int targetEpoch, long atMs)
        implements
            ConsumerFact,
            Fact.Logged {}

    record TargetsRemoved(String group) implements Removal {}

    record TargetStored(String group, String memberId, Partitions target)
        implements
            ConsumerFact,
            Fact.Logged {}

    record TargetRemoved(String group, String memberId) implements Removal {}

    record CurrentStored(String group, String memberId, ConsumerMember.Current current)
        implements
            ConsumerFact,
            Fact.Logged {}

    record CurrentRemoved(String group, String memberId) implements Removal {}

    /// What a pattern matched when the topics were at `version`.
    record PatternResolved(String group, String pattern, Resolved resolved)
        implements
            ConsumerFact,
            Fact.Logged {}

    record PatternRemoved(String group, String pattern) implements Removal {}

    /// The topics were looked at as they were at `version`. Dies with the shard.
    record TopicsSeen(String group, long version) implements ConsumerFact, Fact.Volatile {}

    /// A classic member was told to join again, or has done so. Dies with the shard.
    record AskedToJoin(String group, String memberId, boolean isAsked)
        implements
            ConsumerFact,
            Fact.Volatile {}

    /// The topics that a pattern matched, sorted.
    record Resolved(List<String> topics, long version, long atMs) {}
}
