package dev.naru.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchBuilderTest {
    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return HexFormat.of().formatHex(copy);
    }

    @Test void a_batch_reads_back_what_it_was_built_with() {
        var batch = new BatchBuilder(1_000).leaderEpoch(7).producer(42, (short) 3, 100)
            .transactional().append(5_000, text("k"), text("v"))
            .append(4_000, null, text("w"), List.of(new RecordHeader("h", null))).build();
        var view = BatchView.over(batch, 0);
        assertEquals(BatchView.Framing.WHOLE, BatchView.framing(batch, 0, batch.limit()));
        assertTrue(view.crcMatches());
        assertEquals(batch.remaining(), view.sizeBytes());
        assertEquals(1_000, view.baseOffset());
        assertEquals(1_001, view.lastOffset());
        assertEquals(1_002, view.nextOffset());
        assertEquals(7, view.leaderEpoch());
        assertEquals(42, view.producerId());
        assertEquals(3, view.producerEpoch());
        assertEquals(100, view.baseSequence());
        assertEquals(101, view.lastSequence());
        assertEquals(2, view.recordCount());
        assertEquals(5_000, view.baseTimestamp());
        assertEquals(5_000, view.maxTimestamp());
        assertTrue(view.isTransactional());
        assertFalse(view.isControl());
        assertFalse(view.isLogAppendTime());
    }

    @Test void offsets_and_epochs_are_patched_without_harming_the_checksum() {
        var batch = new BatchBuilder(0).append(1, null, text("v")).build();
        var view = BatchView.over(batch, 0);
        view.setBaseOffset(77);
        view.setLeaderEpoch(9);
        assertEquals(77, view.baseOffset());
        assertEquals(9, view.leaderEpoch());
        assertTrue(view.crcMatches());
    }

    @Test void sequences_go_round_after_two_to_the_thirty_first() {
        var batch = new BatchBuilder(0).producer(1, (short) 0, Integer.MAX_VALUE)
            .append(1, null, text("a")).append(1, null, text("b")).build();
        assertEquals(0, BatchView.over(batch, 0).lastSequence());
    }

    @Test void a_batch_in_a_direct_buffer_reads_alike() {
        var batch = new BatchBuilder(0).append(1, null, text("v")).build();
        var direct = ByteBuffer.allocateDirect(batch.remaining() + 10).position(10);
        direct.put(batch.duplicate());
        assertTrue(BatchView.over(direct, 10).crcMatches());
        direct.put(direct.limit() - 1, (byte) 99);
        assertFalse(BatchView.over(direct, 10).crcMatches());
    }

    @Test void framing_tells_cut_from_broken() {
        var batch = new BatchBuilder(0).append(1, null, text("v")).build();
        for (int limit = 0; limit < batch.limit(); limit++) {
            assertEquals(BatchView.Framing.CUT, BatchView.framing(batch, 0, limit));
        }
        for (int broken : new int[]{-1, 0, 48, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            var copy = ByteBuffer.allocate(batch.limit()).put(batch.duplicate()).flip();
            copy.putInt(BatchLayout.BATCH_LENGTH, broken);
            assertEquals(BatchView.Framing.BROKEN, BatchView.framing(copy, 0, copy.limit()));
        }
        batch.put(BatchLayout.MAGIC, (byte) 1);
        assertEquals(BatchView.Framing.BROKEN, BatchView.framing(batch, 0, batch.limit()));
    }

    @Test void a_marker_reads_back() {
        var marker = new ControlMarker(ControlMarker.Type.COMMIT, 12);
        assertEquals("00000001", hex(marker.key()));
        assertEquals("00000000000c", hex(marker.value()));
        assertEquals(Optional.of(marker), ControlMarker.read(marker.key(), marker.value()));
        assertEquals(Optional.empty(), ControlMarker.read(text("ab"), marker.value()));
        assertEquals(Optional.empty(), ControlMarker.read(marker.key(), null));
        var view = BatchView.over(marker.batch(5, 42, (short) 1, 99), 0);
        assertTrue(view.isControl() && view.isTransactional() && view.crcMatches());
        assertEquals(-1, view.lastSequence());
    }
}
