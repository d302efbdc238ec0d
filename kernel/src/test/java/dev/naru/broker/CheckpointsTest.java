package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.record.BatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class CheckpointsTest {
    private static final int BYTES_MAX = 2_000;

    private final TxnNode node = new TxnNode();
    private final Checkpoints checkpoints = new Checkpoints(node.loop, node.partitions, node.disk,
        fault -> {
            throw new AssertionError(fault);
        });

    CheckpointsTest() throws DiskFault {}

    private boolean write() {
        var told = new ArrayList<Boolean>();
        checkpoints.write(told::add);
        node.loop.run();
        return told.getFirst();
    }

    @Test void a_log_start_that_is_told_to_be_on_disk_counts_however_little_room_there_is() {
        var partition = node.partition("a", 0);
        partition.append(new BatchBuilder(0).append(1_000, null, ByteBuffer.allocate(3)).build(),
            node.loop.now());
        node.loop.run();
        assertEquals(ErrorCode.NONE, partition.upkeep().deleteRecordsBefore(1));
        for (int bytes = 0; bytes < BYTES_MAX; bytes++) {
            node.disk.capacityBytes = bytes;
            boolean isThere = write();
            assertEquals(isThere ? 1 : 0, partition.log().recordedStart(), bytes + " bytes");
            if (isThere) return;
        }
        throw new AssertionError("never any room");
    }
}
