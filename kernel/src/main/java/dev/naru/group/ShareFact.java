package dev.naru.group;

import dev.naru.base.Uuid;
import dev.naru.shard.Fact;
import java.util.List;
import java.util.SortedMap;

/// What happens to share groups (KIP-932): all of it is stored.
public sealed interface ShareFact extends GroupFact.OfGroup, Fact.Logged {
    @Override default GroupKind kind() {
        return GroupKind.SHARE;
    }

    /// The epoch of the group, and a number that stands for the topics as they were then.
    record EpochSet(String group, int epoch, long topicsHash) implements ShareFact {}

    /// There is no such group any more.
    record EpochRemoved(String group) implements ShareFact {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// Who a member is and what it reads.
    record MemberPut(String group, String memberId, ShareMember.Terms terms)
        implements
            ShareFact {}

    record MemberRemoved(String group, String memberId) implements ShareFact {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// For which epoch of the group the targets are.
    record TargetEpochSet(String group, int epoch, long atMs) implements ShareFact {}

    record TargetEpochRemoved(String group) implements ShareFact {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// What a member is to have.
    record TargetPut(String group, String memberId, SortedMap<Uuid, List<Integer>> partitions)
        implements
            ShareFact {}

    record TargetRemoved(String group, String memberId) implements ShareFact {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// What a member was told to have, and in which epoch.
    record CurrentPut(String group, String memberId, int memberEpoch, int previousEpoch,
        SortedMap<Uuid, List<Integer>> partitions) implements ShareFact {}

    record CurrentRemoved(String group, String memberId) implements ShareFact {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// The share partitions whose state is stored: all of them.
    record InitializedSet(String group, SortedMap<Uuid, ShareTopic> topics)
        implements
            ShareFact {}

    record InitializedRemoved(String group) implements ShareFact {
        @Override public boolean isRemoval() {
            return true;
        }
    }
}
