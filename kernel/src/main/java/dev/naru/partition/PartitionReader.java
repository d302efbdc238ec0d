package dev.naru.partition;

import dev.naru.base.Bytes;
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
    /// What a reader asks. `currentLeaderEpoch`, `lastFetchedEpoch` and `readerLogStart` are -1 when it
    /// does not say.
    public record Question(long fetchOffset, int maxBytes, boolean atLeastOneBatch,
        Reader reader, int currentLeaderEpoch, int lastFetchedEpoch, long readerLogStart) {
        /// One by a client, which has no log.
        public Question(long fetchOffset, int maxBytes, boolean atLeastOneBatch, Reader reader) {
            this(fetchOffset, maxBytes, atLeastOneBatch, reader, -1, -1, -1);
        }
    }

    /// Who reads: a client, or a replica, which tells with each question that it has all below the
    /// offset it asks for, and reads up to the log end.
    ///
    /// @param asksAnyReplica whether the client knows that it may be answered by a follower
    /// (KIP-392) @param replicaId -1 for a client
    public record Reader(Watch.For upTo, boolean asksAnyReplica, int replicaId, long brokerEpoch) {
        /// A client that asks the leader.
        public static Reader client(boolean onlyStable) {
            return new Reader(onlyStable ? Watch.For.STABLE : Watch.For.COMMITTED, false, -1, -1);
        }

        /// The same, of a follower as well.
        public Reader ofAnyReplica() {
            return new Reader(upTo, true, replicaId, brokerEpoch);
        }

        /// The node `nodeId` in the life that `brokerEpoch` names.
        public static Reader replica(int nodeId, long brokerEpoch) {
            return new Reader(Watch.For.WRITTEN, false, nodeId, brokerEpoch);
        }

        public boolean isReplica() {
            return replicaId >= 0;
        }

        boolean onlyStable() {
            return upTo == Watch.For.STABLE;
        }
    }

    private PartitionReader() {}

    /// Reads whole batches from `fetchOffset` up to where the reader may read.
    public static Fetched read(Partition partition, Question question) {
        var log = partition.log();
        var refusal = question.reader().asksAnyReplica()
            ? epochRefusal(partition, question.currentLeaderEpoch())
            : refusal(partition, question.currentLeaderEpoch());
        if (refusal != ErrorCode.NONE) return Fetched.refused(refusal, log.logStartOffset());
        try {
            var diverging = diverging(partition, question);
            if (diverging.isPresent()) return nothing(partition, diverging);
            long start = startFor(partition, question);
            // a follower does not have all that its leader has; a client goes back there (KIP-392)
            if (!partition.leads() && question.fetchOffset() > log.logEndOffset())
                return Fetched.refused(ErrorCode.OFFSET_NOT_AVAILABLE, start);
            if (question.fetchOffset() < start) return below(partition, question, start);
            if (question.fetchOffset() > log.logEndOffset())
                return Fetched.refused(ErrorCode.OFFSET_OUT_OF_RANGE, start);
            if (question.reader().isReplica() && !isKnown(partition, question)) {
                return Fetched.refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    log.logStartOffset());
            }
            long end = endFor(partition, question.reader().upTo());
            if (question.fetchOffset() >= end) return nothing(partition, Optional.empty());
            long from = Math.max(question.fetchOffset(), log.logStartOffset());
            return switch (log.read(from, question.maxBytes(), end, question.atLeastOneBatch())) {
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

    /// The lowest offset that may be asked for. Records may be deleted up to the midst of a batch: a
    /// replica takes that batch as a whole, so its log begins where the batch does.
    private static long startFor(Partition partition, Question question) throws DiskFault {
        var log = partition.log();
        long start = log.logStartOffset();
        if (!question.reader().isReplica() || question.fetchOffset() >= start) return start;
        if (!(log.read(start, 1, log.logEndOffset(), true) instanceof Read.Found first))
            return start;
        first.bytes().discard();
        return Math.min(start, first.baseOffset());
    }

    /// A replica begins anew at `start`: it is told in place of records what is known of producers from
    /// below, for no record tells it.
    private static Fetched below(Partition partition, Question question, long start)
        throws DiskFault {
        if (!question.reader().isReplica())
            return Fetched.refused(ErrorCode.OFFSET_OUT_OF_RANGE, start);
        var producers = new Bytes.Memory(partition.log().producersBelow(start));
        return new Fetched(ErrorCode.OFFSET_OUT_OF_RANGE, new Fetched.Ends(start, -1, -1, -1),
            List.of(producers), List.of(), false, false, Optional.empty());
    }

    /// A replica is counted with what it has before it is given more. One that is not assigned
    /// here, or asks for an older life of its node, is not.
    private static boolean isKnown(Partition partition, Question question) {
        var reader = question.reader();
        return partition.fetched(reader.replicaId(), reader.brokerEpoch(), question.fetchOffset(),
            question.readerLogStart());
    }

    /// Law I9: readers of committed data get nothing at or above the last stable offset.
    private static long endFor(Partition partition, Watch.For upTo) {
        return switch (upTo) {
            case COMMITTED -> partition.highWatermark();
            case STABLE -> partition.lastStableOffset();
            case WRITTEN -> partition.log().logEndOffset();
        };
    }

    /// Why somebody who asks the leader, and names `currentLeaderEpoch` (-1: does not), is not
    /// served here; NONE when it is.
    public static ErrorCode refusal(Partition partition, int currentLeaderEpoch) {
        var refusal = epochRefusal(partition, currentLeaderEpoch);
        boolean isElsewhere = refusal == ErrorCode.NONE && !partition.leads();
        return isElsewhere ? ErrorCode.NOT_LEADER_OR_FOLLOWER : refusal;
    }

    private static ErrorCode epochRefusal(Partition partition, int currentLeaderEpoch) {
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
        EpochEnd end = partition.endOf(question.lastFetchedEpoch());
        boolean parted = end.leaderEpoch() < question.lastFetchedEpoch()
            || end.endOffset() < question.fetchOffset();
        if (!parted) return Optional.empty();
        return Optional.of(new Fetched.Diverging(end.leaderEpoch(), end.endOffset()));
    }

    private static Fetched found(Partition partition, Read.Found found, Question question,
        long end) throws DiskFault {
        List<AbortedTransaction> aborted = List.of();
        try {
            if (question.reader().onlyStable()) aborted = partition.log().abortedIn(found, end);
        } catch (DiskFault fault) {
            found.bytes().discard();
            throw fault;
        }
        return new Fetched(ErrorCode.NONE, ends(partition), List.of(found.bytes()), aborted,
            !found.isRecentTail(), false, Optional.empty());
    }

    private static Fetched nothing(Partition partition, Optional<Fetched.Diverging> diverging) {
        return new Fetched(ErrorCode.NONE, ends(partition), List.of(), List.of(), false,
            partition.isSettling(), diverging);
    }

    private static Fetched.Ends ends(Partition partition) {
        var log = partition.log();
        return new Fetched.Ends(log.logStartOffset(), partition.lastStableOffset(),
            partition.highWatermark(), log.logEndOffset());
    }
}
