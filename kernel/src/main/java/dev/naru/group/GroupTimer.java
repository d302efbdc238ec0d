package dev.naru.group;

/// What a group shard waits for.
sealed interface GroupTimer {
    /// The next look for expired offsets.
    record Sweep() implements GroupTimer {}

    /// What a classic group waits for.
    sealed interface OfClassic extends GroupTimer {
        String group();
    }

    /// A member of a share group that may have fallen silent.
    record ShareSession(String group, String memberId) implements GroupTimer {}

    /// A member, or an id given out, that may have fallen silent.
    record Session(String group, String memberId) implements OfClassic {}

    /// The end of waiting for members to join.
    record JoinEnds(String group) implements OfClassic {}

    /// The end of waiting for members to fetch their assignment.
    record SyncEnds(String group) implements OfClassic {}

    /// What a consumer group waits for.
    sealed interface OfConsumers extends GroupTimer {
        String group();
    }

    /// The next assignment, which would have come too soon after the last.
    record ConsumerAssignment(String group) implements OfConsumers {}

    /// A member that may have fallen silent.
    record ConsumerSession(String group, String memberId) implements OfConsumers {}

    /// A member that was told, in this epoch, to give up partitions.
    record ConsumerRevocation(String group, String memberId, int memberEpoch)
        implements
            OfConsumers {}

    /// A classic member that was told to join again.
    record ConsumerJoin(String group, String memberId) implements OfConsumers {}

    /// A classic member that has joined and is to fetch its assignment.
    record ConsumerSync(String group, String memberId) implements OfConsumers {}

    /// What a streams group waits for.
    sealed interface OfStreams extends GroupTimer {
        String group();
    }

    /// The next assignment of tasks, which would have come too soon.
    record StreamsAssignment(String group) implements OfStreams {}

    /// The look at a group that has just been loaded.
    record StreamsRevival(String group) implements OfStreams {}

    /// A member that may have fallen silent.
    record StreamsSession(String group, String memberId) implements OfStreams {}

    /// A member that was told, in this epoch, to give up tasks.
    record StreamsRevocation(String group, String memberId, int memberEpoch)
        implements
            OfStreams {}
}
