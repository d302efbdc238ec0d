package dev.naru.log;

import dev.naru.record.ControlMarker;
import java.nio.ByteBuffer;

/// The end of a producer's transaction, as its coordinator tells a partition.
///
/// @param coordinatorEpoch leader epoch of the partition that the coordinator lives on: a marker of an
/// earlier coordinator is refused
/// @param transactionVersion from 2 on, a marker has an epoch above that of the data (KIP-890), so that
/// a late one is known; 0 when it is not said
public record TransactionMarker(long producerId, short producerEpoch, int coordinatorEpoch,
    boolean isCommitted, int transactionVersion) {
    private static final int EPOCH_RAISED_SINCE = 2;

    boolean hasRaisedEpoch() {
        return transactionVersion >= EPOCH_RAISED_SINCE;
    }

    /// The batch that is written.
    public ByteBuffer batch(long wallMs) {
        var type = isCommitted ? ControlMarker.Type.COMMIT : ControlMarker.Type.ABORT;
        return new ControlMarker(type, coordinatorEpoch).batch(0, producerId, producerEpoch,
            wallMs);
    }
}
