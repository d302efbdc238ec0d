package dev.naru.partition;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.record.BatchView;
import java.nio.ByteBuffer;

/// A client's batch that was refused for now before it came to its partition. Stateless; runs on the
/// partition's loop.
public final class RefusedBatch {
    private RefusedBatch() {}

    /// Should it be a new producer's first, what was sent behind it is out of order until it comes
    /// again.
    public static void note(Partition partition, ByteBuffer records) {
        if (partition.closedBecause() != ErrorCode.NONE) return;
        int position = records.position();
        if (BatchView.framing(records, position, records.limit()) != BatchView.Framing.WHOLE)
            return;
        try {
            partition.log().refused(BatchView.over(records, position));
        } catch (DiskFault fault) {
            partition.failed(fault);
        }
    }
}
