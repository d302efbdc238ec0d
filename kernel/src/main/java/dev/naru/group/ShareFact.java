package dev.naru.group;

import dev.naru.base.Uuid;
import dev.naru.shard.Fact;
import java.util.List;
import java.util.SortedMap;

/// What happens to share groups (KIP-932).
public sealed interface ShareFact extends GroupFact.OfGroup {
    @Override default GroupKind kind() {
        return GroupKind.SHARE;
    }

    /// What is stored.
    sealed interface Stored extends ShareFact, Fact.Logged {}

    /// Somebody is deleting states of the group, and has time until then.
    record Clearing(String group, long untilNs) implements ShareFact, Fact.Volatile {}

    /// As the topics were at `version`, nothing was to be done: members, targets and stored states
    /// agreed with them. Dies with the shard.
    record TopicsSeen(String group, long version) implements ShareFact, Fact.Volatile {}

    /// The epoch of the group, and a number that stands for the topics as they were then.
    record EpochSet(String group, int epoch, long topicsHash) implements Stored {}

    /// There is no such group any more.
    record EpochRemoved(String group) implements Stored {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// Who a member is and what it reads.
    record MemberPut(String group, String memberId, ShareMember.Terms terms)
        implements
            Stored {}

    record MemberRemoved(String group, String memberId) implements Stored {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// For which epoch of the group the targets are.
    record TargetEpochSet(String group, int epoch, long atMs) implements Stored {}

    record TargetEpochRemoved(String group) implements Stored {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// What a member is to have.
    record TargetPut(String group, String memberId, SortedMap<Uuid, List<Integer>> partitions)
        implements
            Stored {}

    record TargetRemoved(String group, String memberId) implements Stored {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// What a member was told to have, and in which epoch.
    record CurrentPut(String group, String memberId, int memberEpoch, int previousEpoch,
        SortedMap<Uuid, List<Integer>> partitions) implements Stored {}

    record CurrentRemoved(String group, String memberId) implements Stored {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// The share partitions whose state is stored: all of them. `deleting` are topics, by id with
    /// their names, whose states are being deleted: some may be gone, some not.
    record InitializedSet(String group, SortedMap<Uuid, ShareTopic> topics,
        SortedMap<Uuid, String> deleting) implements Stored {}

    record InitializedRemoved(String group) implements Stored {
        @Override public boolean isRemoval() {
            return true;
        }
    }
}
