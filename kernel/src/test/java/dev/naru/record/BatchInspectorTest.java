package dev.naru.record;

import static dev.naru.record.BatchBuilderTest.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Codecs;
import dev.naru.base.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class BatchInspectorTest {
    static final long WALL_MS = 1_700_000_000_000L;

    private final GzipCodecs codecs = new GzipCodecs();
    private final BatchInspector inspector = new BatchInspector(codecs);

    static BatchBuilder three() {
        return new BatchBuilder(0).append(WALL_MS - 5, text("a"), text("1"))
            .append(WALL_MS - 1, text("b"), null)
            .append(WALL_MS - 9, null, text("3"), List.of(new RecordHeader("h", null)));
    }

    private static BatchRules rules(int maxMessageBytes, long maxDecompressed,
        Optional<Codec> codec) {
        return new BatchRules(maxMessageBytes, Integer.MAX_VALUE, maxDecompressed, false, false,
            Long.MAX_VALUE, 3_600_000, codec, Codecs.DEFAULT_LEVEL);
    }

    private static BatchRules compacted() {
        return new BatchRules(1 << 20, Integer.MAX_VALUE, 1 << 20, true, false, 1_000, 1_000,
            Optional.empty(), Codecs.DEFAULT_LEVEL);
    }

    private static BatchRules appendTime() {
        return new BatchRules(1 << 20, Integer.MAX_VALUE, 1 << 20, false, true, 0, 0,
            Optional.empty(), Codecs.DEFAULT_LEVEL);
    }

    private Inspection.Sound sound(ByteBuffer batch, BatchRules rules) {
        var sound = assertInstanceOf(Inspection.Sound.class,
            inspector.inspect(batch, rules, WALL_MS),
            () -> inspector.inspect(batch, rules, WALL_MS).toString());
        assertTrue(BatchView.over(sound.batch(), sound.batch().position()).crcMatches());
        assertEquals(0, codecs.open);
        return sound;
    }

    private void refused(ErrorCode why, ByteBuffer batch, BatchRules rules) {
        var unsound = assertInstanceOf(Inspection.Unsound.class,
            inspector.inspect(batch, rules, WALL_MS));
        assertEquals(why, unsound.why(), unsound.message());
        assertEquals(0, codecs.open);
    }

    private void refused(ErrorCode why, ByteBuffer batch) {
        refused(why, batch, BatchRules.defaults());
    }

    /// Makes the checksum right again.
    static ByteBuffer sealed(ByteBuffer batch) {
        var crc = new CRC32C();
        crc.update(batch.slice(BatchLayout.ATTRIBUTES, batch.limit() - BatchLayout.ATTRIBUTES));
        return batch.putInt(BatchLayout.CRC, (int) crc.getValue());
    }

    /// A batch of one record with these bytes.
    private static ByteBuffer raw(int count, byte... records) {
        var batch = ByteBuffer.allocate(BatchLayout.RECORDS + records.length);
        batch.put(0, new BatchBuilder(0).build(), 0, BatchLayout.RECORDS);
        batch.put(BatchLayout.RECORDS, records);
        batch.putInt(BatchLayout.BATCH_LENGTH, batch.limit() - 12);
        batch.putInt(BatchLayout.LAST_OFFSET_DELTA, count - 1);
        batch.putInt(BatchLayout.RECORD_COUNT, count);
        return sealed(batch);
    }

    @Test void a_sound_batch_is_left_where_it_is() {
        var batch = three().build();
        var sound = sound(batch, BatchRules.defaults());
        assertSame(batch, sound.batch());
        assertFalse(sound.rewritten());
        assertEquals(WALL_MS - 1, sound.maxTimestamp());
        assertEquals(1, sound.offsetDeltaOfMaxTimestamp());
    }

    @Test void a_sound_batch_may_lie_anywhere_in_a_direct_buffer() {
        var batch = three().build();
        var direct = ByteBuffer.allocateDirect(batch.remaining() + 20);
        direct.position(10).put(batch.duplicate()).flip().position(10);
        assertEquals(10, sound(direct, BatchRules.defaults()).batch().position());
    }

    @Test void a_compressed_batch_is_looked_into() throws Exception {
        var sound = sound(three().build(codecs, Codec.ZSTD, 0), BatchRules.defaults());
        assertEquals(WALL_MS - 1, sound.maxTimestamp());
        assertEquals(1, sound.offsetDeltaOfMaxTimestamp());
    }

    @Test void nothing_at_all_is_refused() {
        refused(ErrorCode.INVALID_RECORD, ByteBuffer.allocate(0));
        refused(ErrorCode.INVALID_RECORD, ByteBuffer.allocate(16));
    }

    @Test void a_batch_that_is_cut_off_is_refused() {
        var batch = three().build();
        refused(ErrorCode.INVALID_RECORD, batch.limit(batch.limit() - 1));
    }

    @Test void two_batches_are_refused() {
        var batch = three().build();
        var two = ByteBuffer.allocate(batch.remaining() * 2).put(batch.duplicate()).put(batch)
            .flip();
        refused(ErrorCode.INVALID_RECORD, two);
    }

    @Test void a_length_that_no_batch_can_have_is_refused() {
        for (int length : new int[]{48, 0, -1, Integer.MIN_VALUE}) {
            refused(ErrorCode.CORRUPT_MESSAGE,
                three().build().putInt(BatchLayout.BATCH_LENGTH, length));
        }
        refused(ErrorCode.MESSAGE_TOO_LARGE,
            three().build().putInt(BatchLayout.BATCH_LENGTH, Integer.MAX_VALUE));
    }

    @Test void old_formats_are_refused() {
        refused(ErrorCode.INVALID_RECORD, three().build().put(BatchLayout.MAGIC, (byte) 0));
        refused(ErrorCode.INVALID_RECORD, three().build().put(BatchLayout.MAGIC, (byte) 1));
    }

    @Test void formats_that_do_not_exist_are_refused() {
        refused(ErrorCode.CORRUPT_MESSAGE, three().build().put(BatchLayout.MAGIC, (byte) 3));
        refused(ErrorCode.CORRUPT_MESSAGE, three().build().put(BatchLayout.MAGIC, (byte) -1));
    }

    @Test void a_wrong_checksum_is_refused() {
        var batch = three().build();
        refused(ErrorCode.CORRUPT_MESSAGE,
            batch.put(batch.limit() - 1, (byte) (batch.get(batch.limit() - 1) + 1)));
    }

    @Test void a_batch_over_max_message_bytes_is_refused_and_one_at_it_is_not() {
        int size = three().build().remaining();
        sound(three().build(), rules(size, 1 << 20, Optional.empty()));
        refused(ErrorCode.MESSAGE_TOO_LARGE, three().build(),
            rules(size - 1, 1 << 20, Optional.empty()));
    }

    @Test void a_base_offset_other_than_zero_is_refused() {
        refused(ErrorCode.INVALID_RECORD, new BatchBuilder(1).append(1, null, text("v")).build());
    }

    @Test void counts_that_do_not_agree_are_refused() {
        for (int count : new int[]{0, -1, 2, 4, Integer.MAX_VALUE}) {
            refused(ErrorCode.INVALID_RECORD,
                sealed(three().build().putInt(BatchLayout.RECORD_COUNT, count)));
            refused(ErrorCode.INVALID_RECORD,
                sealed(three().build().putInt(BatchLayout.LAST_OFFSET_DELTA, count ^ 1)));
            refused(ErrorCode.INVALID_RECORD,
                sealed(three().build().putInt(BatchLayout.LAST_OFFSET_DELTA, count - 1)
                    .putInt(BatchLayout.RECORD_COUNT, count)));
        }
    }

    @Test void a_control_batch_is_refused() {
        refused(ErrorCode.INVALID_RECORD, three().control().build());
    }

    @Test void unused_attribute_bits_are_refused() {
        for (int bit = 6; bit < 16; bit++) {
            refused(ErrorCode.INVALID_RECORD,
                sealed(three().build().putShort(BatchLayout.ATTRIBUTES, (short) (1 << bit))));
        }
    }

    @Test void a_producer_may_not_set_log_append_time() {
        refused(ErrorCode.INVALID_TIMESTAMP, three().logAppendTime(5).build());
        refused(ErrorCode.INVALID_TIMESTAMP, three().logAppendTime(5).build(), appendTime());
    }

    @Test void codecs_that_do_not_exist_are_refused() {
        for (int codec = 5; codec <= 7; codec++) {
            refused(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                sealed(three().build().putShort(BatchLayout.ATTRIBUTES, (short) codec)));
        }
    }

    @Test void a_producer_id_without_epoch_or_sequence_is_refused() {
        refused(ErrorCode.INVALID_RECORD, three().producer(1, (short) 0, -1).build());
        refused(ErrorCode.INVALID_RECORD, three().producer(1, (short) -1, 0).build());
        refused(ErrorCode.INVALID_RECORD, three().transactional().build());
        sound(three().producer(1, (short) 0, 0).transactional().build(), BatchRules.defaults());
    }

    @Test void a_record_that_does_not_fit_its_length_is_refused() {
        // length, attributes, timestamp delta, offset delta, key -1, value -1, headers 0
        sound(raw(1, (byte) 12, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 1, (byte) 0),
            BatchRules.defaults());
        byte[][] broken = {
                {10, 0, 0, 0, 1, 1, 0}, {14, 0, 0, 0, 1, 1, 0}, {-1, 0, 0, 0, 1, 1, 0},
                {11, 0, 0, 0, 1, 1, 0}, {12, 0, 0, 0, 3, 1, 0}, {12, 0, 0, 0, 1, 3, 0},
                {12, 0, 0, 0, 2, 1, 0}, {12, 0, 0, 0, 1, 2, 0}, {12, 0, 0, 0, 1, 1, 1},
                {12, 0, 0, 0, 1, 1, 2}, {12, 0, 0, 2, 1, 1, 0}, {12, 0, 0, 0, 1, 1, 0, 0}, {12}, {},
                {16, 0, 0, 0, 1, 1, 2, 1, 1}, {-1, -1, -1, -1, 127, 0, 0}
        };
        for (byte[] records : broken) {
            refused(ErrorCode.INVALID_RECORD, raw(1, records));
        }
    }

    @Test void varints_that_are_too_long_are_refused() {
        refused(ErrorCode.INVALID_RECORD,
            raw(1, (byte) 22, (byte) 0, (byte) 0, (byte) -128, (byte) -128, (byte) -128,
                (byte) -128,
                (byte) -128, (byte) 0, (byte) 1, (byte) 1, (byte) 0));
        refused(ErrorCode.INVALID_RECORD,
            raw(1, (byte) 20, (byte) 0, (byte) 0, (byte) -128, (byte) -128, (byte) -128,
                (byte) -128,
                (byte) 16, (byte) 1, (byte) 1, (byte) 0));
    }

    @Test void offsets_that_do_not_count_up_are_refused() {
        var gap = new BatchBuilder(0).append(0, WALL_MS, null, text("a"), List.of())
            .append(2, WALL_MS, null, text("b"), List.of()).build();
        refused(ErrorCode.INVALID_RECORD, sealed(gap.putInt(BatchLayout.LAST_OFFSET_DELTA, 1)));
    }

    @Test void keyless_records_are_refused_by_a_compacted_topic() throws Exception {
        for (var batch : List.of(three().build(), three().build(codecs, Codec.LZ4, 0))) {
            var unsound = assertInstanceOf(Inspection.Unsound.class,
                inspector.inspect(batch, compacted(), WALL_MS));
            assertEquals(ErrorCode.INVALID_RECORD, unsound.why());
            assertEquals(List.of(2), unsound.recordIndexes());
        }
        sound(new BatchBuilder(0).append(WALL_MS, text(""), null).build(), compacted());
    }

    @Test void timestamps_beyond_the_bounds_are_refused_and_those_at_them_are_not() {
        for (long offMs : new long[]{-1_000, 1_000}) {
            sound(new BatchBuilder(0).append(WALL_MS + offMs, text("k"), null).build(),
                compacted());
        }
        for (long bad : new long[]{WALL_MS - 1_001, WALL_MS + 1_001, Long.MAX_VALUE, Long.MIN_VALUE,
                -2}) {
            var unsound = assertInstanceOf(Inspection.Unsound.class,
                inspector.inspect(new BatchBuilder(0).append(WALL_MS, text("k"), null)
                    .append(bad, text("k"), null).build(), compacted(), WALL_MS));
            assertEquals(ErrorCode.INVALID_TIMESTAMP, unsound.why());
            assertEquals(List.of(1), unsound.recordIndexes());
        }
    }

    @Test void no_timestamp_is_always_welcome() {
        var sound = sound(new BatchBuilder(0).append(-1, text("k"), null).build(), compacted());
        assertEquals(-1, sound.maxTimestamp());
    }

    @Test void at_most_a_hundred_faulty_records_are_listed() {
        var builder = new BatchBuilder(0);
        for (int record = 0; record < 500; record++) {
            builder.append(WALL_MS, null, text("v"));
        }
        var unsound = assertInstanceOf(Inspection.Unsound.class,
            inspector.inspect(builder.build(), compacted(), WALL_MS));
        assertEquals(BatchInspector.INDEXES_MAX, unsound.recordIndexes().size());
    }

    @Test void a_wrong_largest_timestamp_is_put_right() {
        var sound = sound(sealed(three().build().putLong(BatchLayout.MAX_TIMESTAMP, 5)),
            BatchRules.defaults());
        assertEquals(WALL_MS - 1, BatchView.over(sound.batch(), 0).maxTimestamp());
    }

    @Test void log_append_time_is_stamped_in_place() throws Exception {
        for (var batch : List.of(three().build(), three().build(codecs, Codec.SNAPPY, 0))) {
            var sound = sound(batch, appendTime());
            assertSame(batch, sound.batch());
            assertEquals(WALL_MS, sound.maxTimestamp());
            assertEquals(0, sound.offsetDeltaOfMaxTimestamp());
            var view = BatchView.over(batch, 0);
            assertTrue(view.isLogAppendTime());
            assertEquals(WALL_MS, view.maxTimestamp());
        }
    }

    @Test void a_topic_with_a_codec_of_its_own_compresses_anew() throws Exception {
        var given = three().producer(9, (short) 1, 7);
        var forms = List.of(given.build(), given.build(codecs, Codec.GZIP, 0));
        for (var batch : forms) {
            for (var target : Codec.values()) {
                var sound = sound(batch.duplicate(), rules(1 << 20, 1 << 20, Optional.of(target)));
                var view = BatchView.over(sound.batch(), 0);
                assertEquals(target.id(), view.codecId());
                assertEquals(BatchView.over(batch, 0).codecId() != target.id(), sound.rewritten());
                assertEquals(9, view.producerId());
                assertEquals(7, view.baseSequence());
                assertEquals(WALL_MS - 1, view.maxTimestamp());
                sameRecords(given.build(), sound.batch());
            }
        }
    }

    @Test void a_batch_that_grows_beyond_max_message_bytes_when_stored_is_refused()
        throws Exception {
        var big = new BatchBuilder(0).append(WALL_MS, null, ByteBuffer.allocate(100_000));
        var packed = big.build(codecs, Codec.GZIP, 0);
        sound(packed, rules(10_000, 1 << 20, Optional.empty()));
        refused(ErrorCode.MESSAGE_TOO_LARGE, packed,
            rules(10_000, 1 << 20, Optional.of(Codec.NONE)));
    }

    @Test void garbage_behind_a_codec_is_refused() {
        var batch = sealed(three().build().putShort(BatchLayout.ATTRIBUTES, (short) 1));
        refused(ErrorCode.INVALID_RECORD, batch);
    }

    @Test void a_bomb_is_stopped_at_the_bound() throws Exception {
        var bomb = new BatchBuilder(0).append(WALL_MS, null, ByteBuffer.allocate(32 << 20))
            .build(codecs, Codec.GZIP, 0);
        codecs.bytesRead = 0;
        refused(ErrorCode.MESSAGE_TOO_LARGE, bomb, rules(1 << 20, 1 << 20, Optional.empty()));
        assertTrue(codecs.bytesRead <= (1 << 20) + 64 * 1024);
    }

    @Test void a_record_over_the_decompressed_bound_is_refused() throws Exception {
        var batch = new BatchBuilder(0).append(WALL_MS, null, ByteBuffer.allocate(5_000))
            .build(codecs, Codec.GZIP, 0);
        var bounded = new BatchRules(1 << 20, 4_000, 1 << 20, false, false, Long.MAX_VALUE,
            Long.MAX_VALUE, Optional.empty(), Codecs.DEFAULT_LEVEL);
        refused(ErrorCode.INVALID_RECORD, batch, bounded);
    }

    private void sameRecords(ByteBuffer expected, ByteBuffer actual) throws Unreadable {
        var left = new RecordCursor(codecs).open(BatchView.over(expected, 0));
        try (var right = new RecordCursor(codecs).open(BatchView.over(actual, 0))) {
            while (left.next()) {
                assertTrue(right.next());
                assertEquals(left.timestamp(), right.timestamp());
                assertEquals(left.key(), right.key());
                assertEquals(left.value(), right.value());
                assertEquals(left.headers(), right.headers());
            }
            assertFalse(right.next());
        }
    }
}
