package dev.naru.io;

import static dev.naru.io.CodecBytes.direct;
import static dev.naru.io.CodecBytes.random;
import static dev.naru.io.CodecBytes.readAll;
import static dev.naru.io.CodecBytes.wordy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Codecs;
import dev.naru.record.Codec;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class RealCodecsTest {
    private static final int[] SIZES = {0, 1, 100, 32_768, 65_535, 65_536, 65_537, 700_000};

    private final RealCodecs codecs = new RealCodecs();

    private ByteBuffer compress(Codec codec, byte[] bytes) throws Exception {
        return codecs.compress(codec.id(), Codecs.DEFAULT_LEVEL,
            new ByteBuffer[]{ByteBuffer.wrap(bytes)});
    }

    @EachCodec void bytes_of_any_size_come_back(Codec codec) throws Exception {
        for (int size : SIZES) {
            for (byte[] bytes : new byte[][]{random(size), wordy(size)}) {
                var compressed = compress(codec, bytes);
                int before = compressed.remaining();
                assertArrayEquals(bytes, readAll(codecs, codec.id(), compressed, 8_192));
                assertEquals(before, compressed.remaining());
                assertArrayEquals(bytes, readAll(codecs, codec.id(), direct(compressed), 100_000));
            }
        }
    }

    @EachCodec void bytes_come_back_one_by_one(Codec codec) throws Exception {
        var compressed = compress(codec, wordy(70_000));
        assertTrue(compressed.remaining() < 35_000);
        assertArrayEquals(wordy(70_000), readAll(codecs, codec.id(), compressed, 1));
    }

    @EachCodec void parts_of_any_kind_are_one_stream(Codec codec) throws Exception {
        byte[] all = wordy(100_000);
        var parts = new ByteBuffer[]{ByteBuffer.wrap(all, 0, 10), ByteBuffer.allocate(0),
                direct(ByteBuffer.wrap(all, 10, 69_990)),
                ByteBuffer.wrap(all, 70_000, 30_000).asReadOnlyBuffer()};
        var compressed = codecs.compress(codec.id(), Codecs.DEFAULT_LEVEL, parts);
        assertEquals(69_990, parts[2].remaining());
        assertArrayEquals(all, readAll(codecs, codec.id(), compressed.asReadOnlyBuffer(), 999));
    }

    @Test void levels_of_every_codec_are_taken() throws Exception {
        int[][] levels = {{1, 1, 9}, {3, 1, 9, 17}, {4, -10, 1, 22}};
        for (int[] row : levels) {
            for (int index = 1; index < row.length; index++) {
                var compressed = codecs.compress(row[0], row[index],
                    new ByteBuffer[]{ByteBuffer.wrap(wordy(10_000))});
                assertArrayEquals(wordy(10_000), readAll(codecs, row[0], compressed, 4_096));
            }
        }
    }

    @Test void a_bare_snappy_block_is_read_as_librdkafka_writes_it() throws Exception {
        var bare = ByteBuffer.wrap(Snappy.compress(wordy(500_000)));
        assertArrayEquals(wordy(500_000), readAll(codecs, Codec.SNAPPY.id(), bare, 8_192));
    }

    @Test void codecs_that_do_not_exist_are_refused() {
        for (int id : new int[]{0, 5, 6, 7, -1}) {
            assertThrows(Codecs.CodecFault.class, () -> codecs.open(id, ByteBuffer.allocate(9)));
            assertThrows(Codecs.CodecFault.class,
                () -> codecs.compress(id, 1, new ByteBuffer[]{ByteBuffer.allocate(9)}));
        }
    }
}
