package dev.naru.partition;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.log.AbortedTransaction;
import dev.naru.log.EpochEnd;
import dev.naru.log.Read;
import java.util.List;
import java.util.Optional;

/// Reads of a partition, bounded by what is committed. Stateless; runs on the partition's loop.
/// Law: I9.
public final class PartitionReader {
    /// What a reader asks. `currentLeaderEpoch` and `lastFetchedEpoch` are -1 when it does not say.
    ///
    /// @param onlyStable whether it reads committed data only, and so up to the last stable offset
    public record Question(long fetchOffset, int maxBytes, boolean atLeastOneBatch,
        boolean onlyStable, int currentLeaderEpoch, int lastFetchedEpoch) {}

    private PartitionReader() {}

    /// Reads whole batches from `fetchOffset` up to the high watermark or the last stable offset.
    public static Fetched read(Partition partition, Question question) {
        var log = partition.log();
        var refusal = refusal(partition, question.currentLeaderEpoch());
        if (refusal != ErrorCode.NONE) return Fetched.refused(refusal, log.logStartOffset());
        try {
            var diverging = diverging(partition, question);
            if (diverging.isPresent()) return nothing(partition, diverging);
            if (question.fetchOffset() < log.logStartOffset()
                || question.fetchOffset() > log.logEndOffset()) {
                return Fetched.refused(ErrorCode.OFFSET_OUT_OF_RANGE, log.logStartOffset());
            }
            long end = endFor(partition, question.onlyStable());
            if (question.fetchOffset() >= end) return nothing(partition, Optional.empty());
            return switch (log.read(question.fetchOffset(), question.maxBytes(), end,
                question.atLeastOneBatch())) {
                case Read.Found found -> found(partition, found, question, end);
                case Read.Nothing _ -> nothing(partition, Optional.empty());
                case Read.OutOfRange _ ->
                    Fetched.refused(ErrorCode.OFFSET_OUT_OF_RANGE, log.logStartOffset());
                case Read.Damaged _ ->
                    Fetched.refused(ErrorCode.CORRUPT_MESSAGE, log.logStartOffset());
            };
        } catch (DiskFault fault) {
            return Fetched.refused(partition.failed(fault), log.logStartOffset());
        }
    }

    /// Law I9: readers of committed data get nothing at or above the last stable offset.
    private static long endFor(Partition partition, boolean onlyStable) {
        return onlyStable ? partition.lastStableOffset() : partition.highWatermark();
    }

    /// Why a client that names `currentLeaderEpoch` (-1: does not) is not served here; NONE when it
    /// is.
    public static ErrorCode refusal(Partition partition, int currentLeaderEpoch) {
        if (partition.closedBecause() != ErrorCode.NONE) return partition.closedBecause();
        if (currentLeaderEpoch < 0 || currentLeaderEpoch == partition.leaderEpoch()) {
            return ErrorCode.NONE;
        }
        return currentLeaderEpoch < partition.leaderEpoch()
            ? ErrorCode.FENCED_LEADER_EPOCH
            : ErrorCode.UNKNOWN_LEADER_EPOCH;
    }

    private static Optional<Fetched.Diverging> diverging(Partition partition, Question question)
        throws DiskFault {
        if (question.lastFetchedEpoch() < 0) return Optional.empty();
        EpochEnd end = partition.log().endOf(question.lastFetchedEpoch());
        boolean parted = end.leaderEpoch() < question.lastFetchedEpoch()
            || end.endOffset() < question.fetchOffset();
        if (!parted) return Optional.empty();
        return Optional.of(new Fetched.Diverging(end.leaderEpoch(), end.endOffset()));
    }

    private static Fetched found(Partition partition, Read.Found found, Question question,
        long end) throws DiskFault {
        List<AbortedTransaction> aborted = List.of();
        try {
            if (question.onlyStable()) aborted = partition.log().abortedIn(found, end);
        } catch (DiskFault fault) {
            found.bytes().discard();
            throw fault;
        }
        return new Fetched(ErrorCode.NONE, partition.highWatermark(), partition.lastStableOffset(),
            partition.log().logStartOffset(), List.of(found.bytes()), aborted,
            !found.isRecentTail(), false, Optional.empty());
    }

    private static Fetched nothing(Partition partition, Optional<Fetched.Diverging> diverging) {
        return new Fetched(ErrorCode.NONE, partition.highWatermark(), partition.lastStableOffset(),
            partition.log().logStartOffset(), List.of(), List.of(), false, partition.isSettling(),
            diverging);
    }
}
