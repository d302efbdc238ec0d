package dev.naru.io;

import static dev.naru.io.CodecBytes.array;
import static dev.naru.io.CodecBytes.batchOf;
import static dev.naru.io.CodecBytes.direct;
import static dev.naru.io.CodecBytes.readAll;
import static dev.naru.io.CodecBytes.wordy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Codecs;
import dev.naru.base.ErrorCode;
import dev.naru.record.BatchInspector;
import dev.naru.record.BatchRules;
import dev.naru.record.Codec;
import dev.naru.record.Inspection;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class HostileCodecTest {
    private static final int MIB = 1 << 20;
    private static final byte[] XERIAL = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1,
            0,
            0, 0, 1};

    private final RealCodecs codecs = new RealCodecs();

    private byte[] compress(Codec codec, byte[]... parts) throws Exception {
        var buffers = Arrays.stream(parts).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
        return array(codecs.compress(codec.id(), Codecs.DEFAULT_LEVEL, buffers));
    }

    private void refused(Codec codec, byte[] bytes) {
        assertThrows(Codecs.CodecFault.class,
            () -> readAll(codecs, codec.id(), ByteBuffer.wrap(bytes), 8_192));
        assertThrows(Codecs.CodecFault.class,
            () -> readAll(codecs, codec.id(), direct(ByteBuffer.wrap(bytes)), 8_192));
    }

    private static long allocated() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }

    private static byte[] lz4Header(int flags, int sizeCode) {
        var header = ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN).putInt(0x184D2204)
            .put((byte) flags).put((byte) sizeCode);
        int hash = XXHashFactory.safeInstance().hash32().hash(header, 4, 2, 0);
        return header.put((byte) (hash >> 8)).array();
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] bigEndian(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    /// What is cut off never reads as if it were whole.
    @EachCodec void a_stream_that_is_cut_off_is_refused_or_shorter(Codec codec) throws Exception {
        byte[] whole = compress(codec, wordy(3_000));
        for (int size = 0; size < whole.length; size++) {
            byte[] cut = Arrays.copyOf(whole, size);
            try {
                byte[] read = readAll(codecs, codec.id(), ByteBuffer.wrap(cut), 512);
                assertNotEquals(3_000, read.length);
            } catch (Codecs.CodecFault expected) {
                assertTrue(size < whole.length);
            }
        }
    }

    @EachCodec void bytes_behind_the_end_are_refused(Codec codec) throws Exception {
        refused(codec, joined(compress(codec, wordy(3_000)), new byte[]{1, 2, 3, 4, 5}));
    }

    @EachCodec void mutated_streams_are_refused_or_bounded(Codec codec) throws Exception {
        byte[] whole = compress(codec, wordy(2_000), CodecBytes.random(300));
        var random = new Random(codec.id());
        for (int round = 0; round < 3_000; round++) {
            byte[] mutated = whole.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutated[random
                    .nextInt(Math.min(mutated.length, round % 2 == 0 ? 40 : 9_999))] = (byte) random
                        .nextInt();
            }
            long before = allocated();
            var outcome = new BatchInspector(codecs).inspect(batchOf(codec.id(), mutated),
                BatchRules.defaults(), 0);
            assertInstanceOf(Inspection.Unsound.class, outcome);
            assertTrue(allocated() - before < 2 * MIB);
        }
    }

    @Test void gzip_with_every_optional_part_of_the_header_is_read() throws Exception {
        byte[] plain = compress(Codec.GZIP, wordy(100));
        byte[] extra = {0x1F, (byte) 0x8B, 8, 0x1E, 0, 0, 0, 0, 0, 0, 2, 0, 9, 9, 'n', 0, 'c', 0, 7,
                7};
        byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
        assertArrayEquals(wordy(100),
            readAll(codecs, Codec.GZIP.id(), ByteBuffer.wrap(joined(extra, body)), 64));
        extra[11] = 100;
        refused(Codec.GZIP, joined(extra, body));
    }

    @Test void gzip_with_a_wrong_checksum_or_length_is_refused() throws Exception {
        for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
            byte[] bytes = compress(Codec.GZIP, wordy(100));
            bytes[bytes.length - fromEnd]++;
            refused(Codec.GZIP, bytes);
        }
    }

    @Test void snappy_blocks_with_a_size_that_cannot_be_are_refused() {
        for (int size : new int[]{0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 5}) {
            refused(Codec.SNAPPY, joined(XERIAL, bigEndian(size), new byte[]{1, 0, 0, 0}));
        }
    }

    @Test void snappy_that_declares_gigabytes_costs_nothing() {
        byte[] twoGib = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7, 0, 0};
        byte[] fiftyMib = {(byte) 0x80, (byte) 0x80, (byte) 0x80, 24, 0, 0};
        for (byte[] block : new byte[][]{twoGib, fiftyMib}) {
            long before = allocated();
            refused(Codec.SNAPPY, block);
            refused(Codec.SNAPPY, joined(XERIAL, bigEndian(block.length), block));
            assertTrue(allocated() - before < MIB);
        }
    }

    @Test void a_snappy_header_alone_is_empty() throws Exception {
        assertArrayEquals(new byte[0],
            readAll(codecs, Codec.SNAPPY.id(), ByteBuffer.wrap(XERIAL), 10));
    }

    @Test void lz4_frames_that_kafka_cannot_read_are_refused() {
        byte[] end = littleEndian(0);
        refused(Codec.LZ4, joined(lz4Header(0x40, 0x40), end)); // blocks depend on each other
        refused(Codec.LZ4, joined(lz4Header(0x61, 0x40), end)); // dictionary
        refused(Codec.LZ4, joined(lz4Header(0x62, 0x40), end)); // reserved flag
        refused(Codec.LZ4, joined(lz4Header(0xA0, 0x40), end)); // version 2
        for (int sizeCode : new int[]{0x30, 0x00, 0x80, 0x41}) {
            refused(Codec.LZ4, joined(lz4Header(0x60, sizeCode), end));
        }
        byte[] wrongChecksum = lz4Header(0x60, 0x40);
        wrongChecksum[6]++;
        refused(Codec.LZ4, joined(wrongChecksum, end));
    }

    @Test void lz4_blocks_with_a_size_that_cannot_be_are_refused() {
        byte[] header = lz4Header(0x60, 0x70);
        for (int size : new int[]{Integer.MIN_VALUE, Integer.MAX_VALUE, -1, (4 << 20) + 1, 9}) {
            refused(Codec.LZ4, joined(header, littleEndian(size), new byte[8]));
        }
    }

    @Test void an_lz4_header_alone_costs_nothing() {
        long before = allocated();
        refused(Codec.LZ4, lz4Header(0x60, 0x70));
        refused(Codec.LZ4, joined(lz4Header(0x60, 0x70), littleEndian(1), new byte[]{15}));
        assertTrue(allocated() - before < MIB);
    }

    @Test void lz4_checksums_and_content_size_are_checked() throws Exception {
        byte[] stored = {5, 6, 7};
        var hash = XXHashFactory.safeInstance().hash32();
        byte[] sum = littleEndian(hash.hash(stored, 0, 3, 0));
        byte[] size = littleEndian(3 | 0x80000000);
        byte[] good = joined(lz4Header(0x74, 0x40), size, stored, sum, littleEndian(0), sum);
        assertArrayEquals(stored, readAll(codecs, Codec.LZ4.id(), ByteBuffer.wrap(good), 10));
        for (int at : new int[]{14, 22}) {
            byte[] bad = good.clone();
            bad[at]++;
            refused(Codec.LZ4, bad);
        }
    }

    @Test void a_zstd_window_beyond_the_bound_is_refused() {
        byte[] block = {3, 64, 0, 0};
        for (int exponent : new int[]{18, 21, 31}) {
            byte[] header = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (exponent << 3)};
            refused(Codec.ZSTD, joined(header, block));
        }
    }

    /// Each expands to at least a quarter of a GiB; none may cost more than a few MiB, and all are
    /// stopped.
    @EachCodec void a_bomb_is_stopped_with_little_memory(Codec codec) throws Exception {
        var batch = batchOf(codec.id(), bomb(codec));
        var rules = new BatchRules(1 << 30, Integer.MAX_VALUE, 4 * MIB, false, false,
            Long.MAX_VALUE,
            Long.MAX_VALUE, Optional.empty(), Codecs.DEFAULT_LEVEL);
        var inspector = new BatchInspector(codecs);
        long before = allocated();
        var outcome = inspector.inspect(batch, rules, 0);
        assertTrue(allocated() - before < 6 * MIB);
        assertInstanceOf(Inspection.Unsound.class, outcome);
        assertTrue(outcome.toString().contains("decompress to more than"), outcome.toString());
    }

    @Test void a_ratio_that_no_records_have_is_refused_however_much_the_topic_takes()
        throws Exception {
        var batch = batchOf(Codec.ZSTD.id(), bomb(Codec.ZSTD));
        var rules = new BatchRules(1 << 30, Integer.MAX_VALUE, Long.MAX_VALUE, false, false,
            Long.MAX_VALUE, Long.MAX_VALUE, Optional.empty(), Codecs.DEFAULT_LEVEL);
        var unsound = assertInstanceOf(Inspection.Unsound.class,
            new BatchInspector(codecs).inspect(batch, rules, 0));
        assertEquals(ErrorCode.INVALID_RECORD, unsound.why());
        assertTrue(unsound.message().contains("decompress to more than"), unsound.message());
    }

    /// One record of which the value goes on and on.
    private byte[] bomb(Codec codec) throws Exception {
        byte[] start = ByteBuffer.allocate(MIB)
            .put(new byte[]{-2, -1, -1, -1, 15, 0, 0, 0, 1, -32, -1,
                    -1, -1, 15})
            .array();
        byte[] zeros = new byte[MIB];
        var out = new ByteArrayOutputStream();
        switch (codec) {
            case NONE -> throw new IllegalArgumentException("nothing expands");
            case GZIP -> {
                byte[][] parts = new byte[256][];
                Arrays.fill(parts, zeros);
                parts[0] = start;
                out.writeBytes(compress(codec, parts));
            }
            case SNAPPY -> {
                out.writeBytes(XERIAL);
                for (int block = 0; block < 256; block++) {
                    byte[] packed = Snappy.compress(block == 0 ? start : zeros);
                    out.writeBytes(joined(bigEndian(packed.length), packed));
                }
            }
            case LZ4 -> {
                byte[] first = compress(codec, start);
                byte[] next = compress(codec, zeros);
                out.write(first, 0, first.length - 4);
                for (int frame = 1; frame < 256; frame++) {
                    out.write(next, 7, next.length - 11);
                }
                out.writeBytes(littleEndian(0));
            }
            case ZSTD -> {
                byte[] header = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (17 << 3)};
                int stored = 14;
                out.writeBytes(joined(header, new byte[]{(byte) (stored << 3), 0, 0},
                    Arrays.copyOf(start, stored)));
                for (int block = 0; block < 8_192; block++) {
                    out.writeBytes(new byte[]{2, 0, 16, 0}); // 128 KiB of zeros
                }
                out.writeBytes(new byte[]{3, 0, 16, 0});
            }
        }
        return out.toByteArray();
    }
}
