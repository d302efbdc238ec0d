package dev.naru.io;

import static dev.naru.io.CodecBytes.array;
import static dev.naru.io.CodecBytes.wordy;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Codecs;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchInspector;
import dev.naru.record.BatchRules;
import dev.naru.record.BatchView;
import dev.naru.record.Codec;
import dev.naru.record.ControlMarker;
import dev.naru.record.Inspection;
import dev.naru.record.RecordCursor;
import dev.naru.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Batches as Kafka's own library builds and reads them.
class KafkaRecordsTest {
    private static final long WALL_MS = 1_700_000_000_000L;

    private final RealCodecs codecs = new RealCodecs();

    private static SimpleRecord[] records() {
        return new SimpleRecord[]{
                new SimpleRecord(WALL_MS, "key".getBytes(UTF_8),
                    wordy(200_000)),
                new SimpleRecord(WALL_MS - 86_400_000L * 365, (byte[]) null, null,
                    headers("a", new byte[]{1}, "a", null, "한", new byte[0])),
                new SimpleRecord(WALL_MS + 5, new byte[0], new byte[0],
                    headers("h", new byte[300]))};
    }

    private static Header[] headers(@Nullable Object... keysAndValues) {
        var headers = new RecordHeaders();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            headers.add((String) keysAndValues[at], (byte[]) keysAndValues[at + 1]);
        }
        return headers.toArray();
    }

    private static BatchBuilder ours(long baseOffset) {
        var builder = new BatchBuilder(baseOffset);
        for (var record : records()) {
            var headers = new ArrayList<RecordHeader>();
            for (var header : record.headers()) {
                byte[] value = header.value();
                headers.add(
                    new RecordHeader(header.key(), value == null ? null : ByteBuffer.wrap(value)));
            }
            builder.append(record.timestamp(), record.key(), record.value(), headers);
        }
        return builder;
    }

    private static void same(MemoryRecords expected, ByteBuffer actual) {
        assertArrayEquals(array(expected.buffer()), array(actual));
    }

    @Test void our_batch_has_the_bytes_of_kafkas() {
        same(MemoryRecords.withRecords((byte) 2, 0, Compression.NONE, TimestampType.CREATE_TIME,
            records()), ours(0).leaderEpoch(-1).build());
        same(MemoryRecords.withRecords((byte) 2, 1_000, Compression.NONE, TimestampType.CREATE_TIME,
            77, (short) 3, 12, 5, true, records()),
            ours(1_000).leaderEpoch(5).producer(77, (short) 3, 12).transactional().build());
    }

    @Test void our_markers_have_the_bytes_of_kafkas() {
        for (var type : ControlMarker.Type.values()) {
            var theirs = type == ControlMarker.Type.COMMIT
                ? ControlRecordType.COMMIT
                : ControlRecordType.ABORT;
            same(MemoryRecords.withEndTransactionMarker(9, WALL_MS, -1, 42, (short) 2,
                new EndTransactionMarker(theirs, 6)),
                new ControlMarker(type, 6).batch(9, 42, (short) 2, WALL_MS));
        }
    }

    @ParameterizedTest
    @EnumSource void what_kafka_compresses_is_sound_and_reads_back(Codec codec) throws Exception {
        var theirs = MemoryRecords.withRecords(Compression.of(codec.text()).build(), records());
        var inspection = new BatchInspector(codecs).inspect(theirs.buffer(), BatchRules.defaults(),
            WALL_MS);
        var sound = assertInstanceOf(Inspection.Sound.class, inspection, inspection::toString);
        assertFalse(sound.rewritten());
        assertEquals(2, sound.offsetDeltaOfMaxTimestamp());
        assertEquals(codec.id(), BatchView.over(sound.batch(), 0).codecId());
        reads(sound.batch());
    }

    @ParameterizedTest
    @EnumSource void what_we_compress_kafka_reads(Codec codec) throws Exception {
        readsAsKafka(ours(0).build(codecs, codec, Codecs.DEFAULT_LEVEL));
        reads(ours(0).build(codecs, codec, Codecs.DEFAULT_LEVEL));
    }

    @ParameterizedTest
    @EnumSource void what_we_compress_anew_kafka_reads(Codec target) throws Exception {
        for (var from : Codec.values()) {
            var theirs = MemoryRecords.withRecords(Compression.of(from.text()).build(), records());
            var rules = new BatchRules(1 << 20, 1 << 20, 1 << 20, false, false, Long.MAX_VALUE,
                3_600_000, Optional.of(target), Codecs.DEFAULT_LEVEL);
            var inspection = new BatchInspector(codecs).inspect(theirs.buffer(), rules, WALL_MS);
            var sound = assertInstanceOf(Inspection.Sound.class, inspection, inspection::toString);
            assertEquals(from != target, sound.rewritten());
            readsAsKafka(sound.batch());
        }
    }

    private void reads(ByteBuffer batch) throws Exception {
        try (var cursor = new RecordCursor(codecs).open(BatchView.over(batch, batch.position()))) {
            for (var record : records()) {
                assertTrue(cursor.next());
                assertEquals(record.timestamp(), cursor.timestamp());
                assertEquals(record.key(), cursor.key());
                assertEquals(record.value(), cursor.value());
                assertEquals(record.headers().length, cursor.headers().size());
                for (int index = 0; index < cursor.headerCount(); index++) {
                    assertEquals(record.headers()[index].key(), cursor.headers().get(index).key());
                }
            }
            assertFalse(cursor.next());
        }
    }

    private static void readsAsKafka(ByteBuffer batch) {
        var read = MemoryRecords.readableRecords(batch.slice());
        read.batches().forEach(found -> found.ensureValid());
        int index = 0;
        for (var record : read.records()) {
            record.ensureValid();
            assertEquals(index, record.offset());
            assertEquals(records()[index], new SimpleRecord(record));
            index++;
        }
        assertEquals(records().length, index);
    }
}
