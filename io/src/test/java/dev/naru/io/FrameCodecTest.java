package dev.naru.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Net;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameCodecTest {
    private static final int GUESS = 64;

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
    private final Ear ear = new Ear();
    private final FrameCodec codec = new FrameCodec(ear);

    @Test void a_frame_cut_anywhere_arrives_whole() {
        byte[] wire = wire(3, 0, 200, 7);
        for (int cut = 1; cut < wire.length; cut++) {
            ear.sizes.clear();
            arrive(wire, 0, cut);
            arrive(wire, cut, wire.length);
            assertThat(ear.sizes).containsExactly(3, 0, 200, 7);
        }
        ear.releaseAll();
        assertThat(directMemory()).isZero();
    }

    @Test void a_declared_length_is_believed_only_as_far_as_bytes_arrive() {
        arrive(new byte[]{0x10, 0, 0, 0, 1}, 0, 5);
        codec.target(memory, GUESS).release();
        assertThat(directMemory()).isLessThanOrEqualTo(FrameCodec.FIRST_STEP_BYTES);
        codec.close();
        assertThat(directMemory()).isZero();
    }

    @Test void a_large_frame_is_read_into_one_buffer_of_its_size() {
        int sizeBytes = 3 * 1024 * 1024;
        byte[] wire = wire(sizeBytes);
        arrive(wire, 0, wire.length);
        assertThat(ear.sizes).containsExactly(sizeBytes);
        assertThat(directMemory()).isEqualTo(sizeBytes);
        ear.releaseAll();
        assertThat(directMemory()).isZero();
    }

    @Test void a_frame_that_waits_takes_no_memory_beyond_what_arrived() {
        ear.admission = Net.Admission.WAIT;
        byte[] wire = wire(1_000_000);
        arriveOnce(wire, 0, 64);
        assertThat(codec.waits()).isTrue();
        assertThat(directMemory()).isEqualTo(GUESS);
        codec.admitted();
        arrive(wire, 64, wire.length);
        assertThat(ear.sizes).containsExactly(1_000_000);
        ear.releaseAll();
    }

    @Test void a_negative_length_is_broken() {
        arrive(new byte[]{-1, -1, -1, -1}, 0, 4);
        assertThat(ear.broken).containsExactly("a frame of -1 bytes was announced");
        codec.close();
    }

    @Test void tls_and_http_are_told_by_their_first_bytes_only() {
        assertThat(Stranger.of(0x16030100)).contains(Stranger.TLS);
        assertThat(Stranger.of(0x47455420)).contains(Stranger.HTTP);
        assertThat(Stranger.of(100)).isEmpty();
        arrive(wire(2), 0, 6);
        arrive(new byte[]{'G', 'E', 'T', ' '}, 0, 4);
        assertThat(ear.strangers).isEmpty();
        codec.close();
        ear.releaseAll();
    }

    private long directMemory() {
        return memory.metric().usedDirectMemory();
    }

    private void arrive(byte[] wire, int from, int to) {
        int at = from;
        while (at < to)
            at = arriveOnce(wire, at, to);
    }

    private int arriveOnce(byte[] wire, int from, int to) {
        ByteBuf room = codec.target(memory, GUESS);
        int count = Math.min(room.writableBytes(), to - from);
        room.writeBytes(wire, from, count);
        codec.received(room);
        codec.advance();
        return from + count;
    }

    private static byte[] wire(int... sizes) {
        int total = 0;
        for (int size : sizes)
            total += 4 + size;
        var wire = java.nio.ByteBuffer.allocate(total);
        for (int size : sizes)
            wire.putInt(size).put(new byte[size]);
        return wire.array();
    }

    private static final class Ear implements FrameCodec.Owner {
        final List<Integer> sizes = new ArrayList<>();
        final List<String> broken = new ArrayList<>();
        final List<Stranger> strangers = new ArrayList<>();
        private final List<NettyFrame> frames = new ArrayList<>();
        Net.Admission admission = Net.Admission.READ;

        @Override public boolean isTaking() {
            return broken.isEmpty() && strangers.isEmpty();
        }

        @Override public Net.Admission admit(int lengthBytes) {
            return admission;
        }

        @Override public void onFrame(NettyFrame frame) {
            sizes.add(frame.bytes().remaining());
            frames.add(frame);
        }

        @Override public void onBroken(String reason) {
            broken.add(reason);
        }

        @Override public void onStranger(Stranger who) {
            strangers.add(who);
        }

        void releaseAll() {
            for (var frame : frames)
                frame.release();
            frames.clear();
        }
    }
}
