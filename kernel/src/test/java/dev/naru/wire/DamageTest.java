package dev.naru.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Damaged and invented frames: they are read or they are [Malformed], and cost what they weigh.
final class DamageTest {
    /// The dearest element takes about 30 times its bytes; lists begin with at most 4 KB each.
    private static final long COST_PER_BYTE_MAX = 100;
    private static final long COST_MAX = 64 * 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static List<MessageClasses.Kind> kinds() {
        return MessageClasses.all();
    }

    @ParameterizedTest
    @MethodSource("kinds") void damage_is_malformed_and_cheap(MessageClasses.Kind kind) {
        var random = new RandomMessages(kind.name().hashCode() + 1);
        var chance = new Random(kind.name().hashCode());
        for (short version = kind.lowest(); version <= kind.highest(); version++) {
            read(kind, random.message(kind).toBuffer(version), version, false);
            for (int round = 0; round < 30; round++) {
                var frame = damaged(random.message(kind).toBuffer(version), chance);
                read(kind, frame, version, true);
            }
            for (int round = 0; round < 10; round++) {
                var noise = new byte[chance.nextInt(200)];
                chance.nextBytes(noise);
                read(kind, ByteBuffer.wrap(noise), version, true);
            }
        }
    }

    @Test void every_cut_of_a_frame_is_malformed() {
        var random = new RandomMessages(11);
        for (var kind : kinds()) {
            short version = kind.highest();
            var whole = random.message(kind).toBuffer(version);
            for (int size = 0; size < Math.min(whole.remaining(), 200); size++) {
                var in = new Reader(whole.slice(0, size));
                try {
                    kind.read(in, version);
                    fail(kind.name() + " was read from " + size + " of " + whole.remaining());
                } catch (Malformed expected) {
                    assertThat(expected).hasMessageMatching(".+");
                }
            }
        }
    }

    private static void read(MessageClasses.Kind kind, ByteBuffer frame, short version,
        boolean isMeasured) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            kind.read(new Reader(frame), version);
        } catch (Malformed expected) {
            assertThat(expected.getStackTrace()).isEmpty();
        }
        long cost = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (!isMeasured) return;
        assertThat(cost).as("%s version %d, %d bytes", kind, version, frame.remaining())
            .isLessThan(COST_MAX + COST_PER_BYTE_MAX * frame.remaining());
    }

    private static ByteBuffer damaged(ByteBuffer whole, Random chance) {
        var bytes = new byte[whole.remaining()];
        whole.get(whole.position(), bytes);
        for (int wounds = 1 + chance.nextInt(3); wounds > 0 && bytes.length > 0; wounds--) {
            int at = chance.nextInt(bytes.length);
            switch (chance.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << chance.nextInt(8));
                case 1 -> bytes[at] = (byte) 0xff;
                case 2 -> bytes[at] = 0x7f;
                default -> bytes[at] = (byte) chance.nextInt();
            }
        }
        int size = chance.nextInt(4) == 0 ? chance.nextInt(bytes.length + 1) : bytes.length;
        return ByteBuffer.wrap(bytes, 0, size);
    }
}
