package dev.naru.record;

import static dev.naru.record.BatchBuilderTest.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Codecs;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordCursorTest {
    private final GzipCodecs codecs = new GzipCodecs();
    private final RecordCursor cursor = new RecordCursor(codecs);

    private static BatchBuilder strange() {
        return new BatchBuilder(1L << 40)
            .append(1_000, text("key"), text("value"),
                List.of(new RecordHeader("a", text("1")), new RecordHeader("a", null),
                    new RecordHeader("", text(""))))
            .append(-5_000_000_000_000L, null, null)
            .append(Long.MAX_VALUE - 2_000, text(""), text(""))
            .append(3_000_000, 999, text("k"), ByteBuffer.allocate(200_000), List.of());
    }

    private void readStrange(ByteBuffer batch) throws Unreadable {
        cursor.open(BatchView.over(batch, 0));
        assertTrue(cursor.next());
        assertEquals(1L << 40, cursor.offset());
        assertEquals(1_000, cursor.timestamp());
        assertEquals(text("key"), cursor.key());
        assertEquals(text("value"), cursor.value());
        assertEquals(3, cursor.headerCount());
        assertEquals(List.of(new RecordHeader("a", text("1")), new RecordHeader("a", null),
            new RecordHeader("", text(""))), cursor.headers());
        assertTrue(cursor.next());
        assertEquals((1L << 40) + 1, cursor.offset());
        assertEquals(-5_000_000_000_000L, cursor.timestamp());
        assertNull(cursor.key());
        assertNull(cursor.value());
        assertTrue(cursor.isTombstone());
        assertFalse(cursor.hasKey());
        assertEquals(List.of(), cursor.headers());
        assertTrue(cursor.next());
        assertEquals(Long.MAX_VALUE - 2_000, cursor.timestamp());
        assertEquals(text(""), cursor.key());
        assertEquals(text(""), cursor.value());
        assertTrue(cursor.next());
        assertEquals((1L << 40) + 3_000_000, cursor.offset());
        assertEquals(ByteBuffer.allocate(200_000), cursor.value());
        assertTrue(cursor.sizeBytes() > 200_000 && cursor.sizeBytes() < 200_030);
        assertFalse(cursor.next());
        cursor.close();
        assertEquals(0, codecs.open);
    }

    @Test void records_come_back_as_they_were_appended() throws Exception {
        readStrange(strange().build());
    }

    @Test void records_come_back_through_a_codec() throws Exception {
        readStrange(strange().build(codecs, Codec.GZIP, Codecs.DEFAULT_LEVEL));
    }

    @Test void a_batch_in_the_middle_of_a_direct_buffer_is_read() throws Exception {
        var batch = strange().build();
        var direct = ByteBuffer.allocateDirect(batch.remaining() + 33);
        direct.put(33, batch, 0, batch.remaining());
        cursor.open(BatchView.over(direct, 33));
        assertTrue(cursor.next());
        assertEquals(text("key"), cursor.key());
        assertEquals(3, cursor.headers().size());
    }

    @Test void log_append_time_counts_for_every_record() throws Exception {
        var batch = new BatchBuilder(0).logAppendTime(777).append(1, null, text("a"))
            .append(2, null, text("b")).build();
        cursor.open(BatchView.over(batch, 0));
        assertTrue(cursor.next());
        assertEquals(777, cursor.timestamp());
        assertTrue(cursor.next());
        assertEquals(777, cursor.timestamp());
    }

    @Test void a_delete_horizon_does_not_change_timestamps() throws Exception {
        var batch = new BatchBuilder(0).deleteHorizon(90_000).append(12, text("k"), null).build();
        assertTrue(BatchView.over(batch, 0).hasDeleteHorizon());
        assertEquals(90_000, BatchView.over(batch, 0).baseTimestamp());
        cursor.open(BatchView.over(batch, 0));
        assertTrue(cursor.next());
        assertEquals(12, cursor.timestamp());
    }

    @Test void an_empty_batch_that_still_covers_offsets_has_no_records() throws Exception {
        var batch = new BatchBuilder(10).reachesTo(5).build();
        assertEquals(15, BatchView.over(batch, 0).lastOffset());
        assertFalse(cursor.open(BatchView.over(batch, 0)).next());
    }

    @Test void a_record_beyond_the_bound_is_not_read() throws Exception {
        var batch = strange().build(codecs, Codec.GZIP, Codecs.DEFAULT_LEVEL);
        var small = new RecordCursor(codecs, 1_000).open(BatchView.over(batch, 0));
        for (int record = 0; record < 3; record++) {
            assertTrue(small.next());
        }
        assertThrows(Unreadable.class, small::next);
        assertFalse(small.next());
        small.close();
        assertEquals(0, codecs.open);
    }

    @Test void records_that_are_cut_off_cannot_be_read() throws Exception {
        var batch = new BatchBuilder(0).append(1, text("k"), text("v")).build();
        batch.putInt(BatchLayout.RECORD_COUNT, 2);
        cursor.open(BatchView.over(batch, 0));
        assertTrue(cursor.next());
        assertThrows(Unreadable.class, cursor::next);
    }
}
