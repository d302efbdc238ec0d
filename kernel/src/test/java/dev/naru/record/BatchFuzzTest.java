package dev.naru.record;

import static dev.naru.record.BatchInspectorTest.WALL_MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Codecs;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchFuzzTest {
    private static final int ROUNDS = 20_000;

    private final GzipCodecs codecs = new GzipCodecs();
    private final BatchInspector inspector = new BatchInspector(codecs);
    private final RecordCursor cursor = new RecordCursor(codecs, 1 << 20);
    private final BatchRules rules = new BatchRules(1 << 16, 1 << 16, 1 << 18, false, false,
        Long.MAX_VALUE, Long.MAX_VALUE, Optional.of(Codec.GZIP), Codecs.DEFAULT_LEVEL);

    private ByteBuffer some(Random random) throws Exception {
        var builder = new BatchBuilder(0);
        int records = 1 + random.nextInt(5);
        for (int index = 0; index < records; index++) {
            var key = random.nextBoolean() ? null : bytes(random, random.nextInt(10));
            var value = random.nextInt(4) == 0 ? null : bytes(random, random.nextInt(300));
            var headers = random.nextBoolean()
                ? List.<RecordHeader>of()
                : List.of(new RecordHeader("h" + index, value));
            builder.append(WALL_MS + random.nextInt(1_000) - 500, key, value, headers);
        }
        return random.nextBoolean() ? builder.build() : builder.build(codecs, Codec.GZIP, 0);
    }

    private static ByteBuffer bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer mutated(ByteBuffer batch, Random random) {
        int changes = random.nextInt(4);
        for (int change = 0; change < changes; change++) {
            int at = random.nextInt(batch.limit());
            switch (random.nextInt(4)) {
                case 0 -> batch.put(at, (byte) random.nextInt());
                case 1 -> batch.put(at, (byte) (batch.get(at) ^ (1 << random.nextInt(8))));
                case 2 -> batch.putInt(Math.min(at, batch.limit() - 4), random.nextInt());
                default -> batch.put(at, (byte) -1);
            }
        }
        if (random.nextInt(8) == 0) batch.limit(random.nextInt(batch.limit() + 1));
        boolean isSealed = random.nextInt(4) != 0 && batch.limit() > BatchLayout.RECORDS;
        if (isSealed) {
            batch.putInt(BatchLayout.BATCH_LENGTH, batch.limit() - 12);
            BatchInspectorTest.sealed(batch);
        }
        return batch;
    }

    /// Whatever is called sound must be readable, record by record; nothing may throw, hang or
    /// leak.
    @Test void mutated_batches_are_answered_and_sound_ones_can_be_read() throws Exception {
        var random = new Random(20261122);
        int sound = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var batch = mutated(some(random), random);
            var inspection = inspector.inspect(batch, rules, WALL_MS);
            if (inspection instanceof Inspection.Sound found) {
                sound++;
                readAll(found);
            }
            assertEquals(0, codecs.open);
        }
        assertTrue(sound > ROUNDS / 20 && sound < ROUNDS, "sound: " + sound);
    }

    private void readAll(Inspection.Sound found) throws Unreadable {
        var view = BatchView.over(found.batch(), 0);
        assertTrue(view.crcMatches());
        cursor.open(view);
        long maxTimestamp = -1;
        for (int index = 0; index < view.recordCount(); index++) {
            assertTrue(cursor.next());
            assertEquals(index, cursor.offset());
            assertEquals(cursor.headerCount(), cursor.headers().size());
            maxTimestamp = Math.max(maxTimestamp, cursor.timestamp());
        }
        assertEquals(maxTimestamp, view.maxTimestamp());
        cursor.close();
    }

    @Test void a_cursor_over_mutated_batches_reads_or_says_why_not() throws Exception {
        var random = new Random(7);
        int unreadable = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var batch = mutated(some(random), random);
            var framing = BatchView.framing(batch, 0, batch.limit());
            if (framing != BatchView.Framing.WHOLE) continue;
            try {
                cursor.open(BatchView.over(batch, 0));
                while (cursor.next()) {
                    cursor.headers();
                }
            } catch (Unreadable expected) {
                unreadable++;
            }
            cursor.close();
            assertEquals(0, codecs.open);
        }
        assertTrue(unreadable > 0);
    }

    @Test void random_bytes_are_answered() {
        var random = new Random(3);
        for (int round = 0; round < ROUNDS; round++) {
            var batch = bytes(random, random.nextInt(200));
            if (batch.limit() > 16) batch.put(BatchLayout.MAGIC, (byte) 2);
            assertTrue(inspector.inspect(batch, rules, WALL_MS) instanceof Inspection.Unsound);
        }
    }

    @Test void inspecting_an_uncompressed_batch_allocates_no_more_than_the_answer() {
        var builder = new BatchBuilder(0, 200_000);
        for (int index = 0; index < 1_000; index++) {
            builder.append(WALL_MS, null, ByteBuffer.allocate(100));
        }
        var batch = builder.build();
        var plain = BatchRules.defaults();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < 200; round++) {
            inspector.inspect(batch, plain, WALL_MS);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 1_000; round++) {
            inspector.inspect(batch, plain, WALL_MS);
        }
        long perBatch = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
        assertTrue(perBatch < 256, "bytes per batch: " + perBatch);
    }
}
