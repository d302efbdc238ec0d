package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.metadata.ClusterRequest;
import dev.naru.partition.Appended;
import dev.naru.partition.Partition;
import dev.naru.record.BatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private Partition withOneRecord() {
        var partition = node.partition("a", 0);
        append(partition);
        node.loop.run();
        partition.upkeep().checkpoint();
        node.loop.run();
        write();
        assertEquals(1, partition.log().recordedAtMost());
        return partition;
    }

    private Appended append(Partition partition) {
        var batch = new BatchBuilder(0).append(1_000, null, ByteBuffer.allocate(3)).build();
        return partition.append(batch, node.loop.now());
    }

    @Test void a_log_takes_nothing_while_the_checkpoint_files_speak_of_another_of_its_name() {
        withOneRecord();
        node.delete("a");
        node.create("a", 3);

        var next = node.partition("a", 0);

        assertInstanceOf(Appended.Refused.class, append(next));
        assertEquals(2, node.recordings);
        write();
        assertInstanceOf(Appended.Written.class, append(next));
    }

    @Test void what_was_being_written_of_the_log_before_is_not_told_to_the_one_that_has_its_name() {
        withOneRecord();
        var told = new ArrayList<Boolean>();
        var gathered = node.partitions.table(0).progress(node.partitions, 0, false);
        moveAway();
        moveBack();
        var next = node.partition("a", 0);

        node.partitions.table(0).pointsRecorded(gathered);
        assertInstanceOf(Appended.Refused.class, append(next));

        checkpoints.write(told::add);
        node.loop.run();
        assertEquals(List.of(true), told);
        assertEquals(0, next.log().recordedAtMost());
        assertInstanceOf(Appended.Written.class, append(next));
    }

    @Test void a_log_that_comes_back_knows_nothing_of_what_the_last_life_left() throws DiskFault {
        withOneRecord();
        var table = inTheNextLife();
        moveAway(table);
        moveBack(table);

        var next = found(table);

        assertEquals(0, next.log().logEndOffset());
        assertEquals(0, next.log().logStartOffset());
    }

    @Test void a_partition_that_nobody_opened_leaves_no_files_when_it_moves_away()
        throws DiskFault {
        withOneRecord();
        var table = inTheNextLife();

        moveAway(table);

        assertFalse(node.disk.exists("a-0"));
    }

    @Test void a_name_of_which_only_the_checkpoint_files_know_is_not_taken_at_once()
        throws DiskFault {
        withOneRecord();
        node.delete("a");
        node.create("a", 3);
        node.recordings = 0;
        var table = inTheNextLife();

        assertInstanceOf(Appended.Refused.class, append(found(table)));
        assertEquals(1, node.recordings);
    }

    @Test void a_clean_stop_does_not_vouch_for_a_log_whose_name_is_still_in_use()
        throws DiskFault {
        withOneRecord();
        node.delete("a");
        node.create("a", 3);
        assertTrue(node.partition("a", 0).upkeep().isNameInUse());

        assertTrue(found(inTheNextLife()).upkeep().isNameInUse());
    }

    private PartitionTable inTheNextLife() throws DiskFault {
        var directory = new LogDirectory(node.disk, Trace.NONE);
        var left = node.partitions.table(0).progress(node.partitions, 0, true);
        directory.takeStock(Optional.of(left), node.cluster.image(), 1);
        return node.table(node.partitions.table(0).shared(), directory);
    }

    private Partition found(PartitionTable table) {
        var found = table.find(node.cluster.image().topic("a").orElseThrow(), 0);
        return ((PartitionTable.Lookup.Here) found).partition();
    }

    private void moveAway() {
        moveAway(node.partitions.table(0));
    }

    private void moveAway(PartitionTable table) {
        node.changed(new ClusterRequest.RegisterNode(2, new Uuid(2, 1), Uuid.ZERO, List.of(), "",
            true, Long.MAX_VALUE));
        move(table, 2);
    }

    private void moveBack() {
        moveBack(node.partitions.table(0));
    }

    private void moveBack(PartitionTable table) {
        move(table, 1);
    }

    /// Who gets the replica catches up.
    private void move(PartitionTable table, int nodeId) {
        node.changed(new ClusterRequest.Reassign(List.of(new ClusterRequest.Move(
            new ClusterRequest.PartitionRef("a", 0), List.of(nodeId))), true));
        var topic = node.cluster.image().topic("a").orElseThrow();
        var image = topic.partitions().get(0);
        long brokerEpoch = node.cluster.image().node(image.leader()).orElseThrow().brokerEpoch();
        node.changed(new ClusterRequest.AlterIsr(image.leader(), brokerEpoch,
            List.of(new ClusterRequest.WantedIsr(topic.topicId(), 0, image.leaderEpoch(),
                image.partitionEpoch(), List.of(1, 2), List.of(-1L, -1L)))));
        var moved = node.cluster.image().topic("a").orElseThrow();
        assertEquals(List.of(nodeId), moved.partitions().get(0).replicas());
        table.changed(moved, List.of(0));
    }
}
