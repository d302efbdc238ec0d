package dev.naru.group;

import dev.naru.shard.Fact;
import org.jspecify.annotations.Nullable;

/// What happens to classic groups.
public sealed interface ClassicFact extends GroupFact.OfGroup {
    @Override default GroupKind kind() {
        return GroupKind.CLASSIC;
    }

    record GroupStored(String group, StoredGroup stored) implements ClassicFact, Fact.Logged {}

    /// A tombstone for a group's metadata; its offsets have their own.
    record GroupRemoved(String group) implements ClassicFact, Fact.Logged {
        @Override public boolean isRemoval() {
            return true;
        }
    }

    /// What concerns the running protocol of one group, and dies with the shard.
    sealed interface Live extends ClassicFact, Fact.Volatile {}

    /// A member joined, or changed in any respect but its id.
    record MemberPut(String group, ClassicMember member) implements Live {}

    /// A member, or an id that was given out, is gone.
    record MemberRemoved(String group, String memberId) implements Live {}

    /// A static member came back under a new id.
    record MemberRenamed(String group, String oldId, String newId) implements Live {}

    /// An id was given to a client, which is to come back with it.
    record IdGiven(String group, String memberId) implements Live {}

    record LeaderChosen(String group, String memberId) implements Live {}

    record StateEntered(String group, ClassicState state, long atMs) implements Live {}

    /// The next generation, with the protocol its members agreed on; none when it has no members.
    record GenerationBegun(String group, int generation, @Nullable String protocol, long atMs)
        implements
            Live {}

    /// A member asked for its assignment.
    record SyncReceived(String group, String memberId) implements Live {}

    /// How the first rebalance of a group is being held open for more members: the current delay,
    /// what may be added to it, and whether somebody new came meanwhile.
    record JoinHeldOpen(String group, int delayMs, int remainingMs, boolean hasNewMember)
        implements
            Live {}

    /// A stored group lives again after a load; its members' sessions start now.
    record Revived(String group, long monotonicNs) implements Live {}
}
