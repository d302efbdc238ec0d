package dev.naru.group;

/// What a group shard waits for.
sealed interface GroupTimer {
    /// The next look for expired offsets.
    record Sweep() implements GroupTimer {}

    /// What a classic group waits for.
    sealed interface OfClassic extends GroupTimer {
        String group();
    }

    /// A member, or an id given out, that may have fallen silent.
    record Session(String group, String memberId) implements OfClassic {}

    /// The end of waiting for members to join.
    record JoinEnds(String group) implements OfClassic {}

    /// The end of waiting for members to fetch their assignment.
    record SyncEnds(String group) implements OfClassic {}
}
