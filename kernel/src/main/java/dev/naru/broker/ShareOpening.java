package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.partition.Partition;
import dev.naru.share.Change;
import dev.naru.share.RecordState;
import dev.naru.share.SharePartition;
import dev.naru.share.ShareState;
import dev.naru.share.StateBatch;
import dev.naru.wire.message.ReadShareGroupStateResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a share partition comes to be: its state is read; if nobody has said where it starts, the
/// group's settings do, and that is stored before anything is lent. Kafka stores it with the first
/// acknowledgement, so that a group which begins at the end can lose records to a restart. On the
/// partition's loop, in the name of one leader epoch.
final class ShareOpening {
    private final Partition partition;
    private final int leaderEpoch;
    private final ShareGroupTerms terms;
    private final ShareStore store;

    /// Hears the share partition, or why there is none.
    interface Done {
        void opened(ErrorCode error, @Nullable SharePartition share);
    }

    ShareOpening(Partition partition, int leaderEpoch, ShareGroupTerms terms,
        ShareStore store) {
        this.partition = partition;
        this.leaderEpoch = leaderEpoch;
        this.terms = terms;
        this.store = store;
    }

    void begin(Done done) {
        store.read(leaderEpoch, found -> {
            var error = ErrorCode.of(found.errorCode());
            if (error == ErrorCode.NONE) error = partition.closedBecause();
            if (error != ErrorCode.NONE) {
                done.opened(error, null);
                return;
            }
            store.stateEpoch(found.stateEpoch());
            if (found.startOffset() == ShareState.UNSET) {
                start(done);
            } else {
                done.opened(ErrorCode.NONE, new SharePartition(terms.current(),
                    found.startOffset(), batches(found)));
            }
        });
    }

    private void start(Done done) {
        if (partition.isSettling()) {
            // the end is not known yet
            done.opened(ErrorCode.NOT_LEADER_OR_FOLLOWER, null);
            return;
        }
        long startOffset;
        try {
            startOffset = terms.firstOffset(partition, partition.shared().clock());
        } catch (DiskFault fault) {
            done.opened(ErrorCode.KAFKA_STORAGE_ERROR, null);
            return;
        }
        store.write(new Change(startOffset, 0, List.of()), leaderEpoch, error -> done
            .opened(error, error == ErrorCode.NONE
                ? new SharePartition(terms.current(), startOffset, List.of())
                : null));
    }

    private static List<StateBatch> batches(ReadShareGroupStateResponse.PartitionResult found) {
        var batches = new ArrayList<StateBatch>(found.stateBatches().size());
        for (var batch : found.stateBatches()) {
            batches.add(new StateBatch(batch.firstOffset(), batch.lastOffset(),
                RecordState.of(batch.deliveryState()).orElse(RecordState.AVAILABLE),
                batch.deliveryCount()));
        }
        return batches;
    }
}
