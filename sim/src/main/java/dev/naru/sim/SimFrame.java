package dev.naru.sim;

import dev.naru.base.Invariant;
import dev.naru.base.Net;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// A frame that was handed over. When it is released its bytes are spoilt, so that whoever still
/// looks at them is found out.
final class SimFrame implements Net.Frame {
    private static final byte SPOILT = (byte) 0xDB;

    private final SimNetwork network;
    private final SimHost host;
    private final int life;
    private final byte[] bytes;
    private boolean isReleased;

    SimFrame(SimNetwork network, SimHost host, byte[] bytes) {
        this.network = network;
        this.host = host;
        this.life = host.life();
        this.bytes = bytes;
        network.lent(host, 1);
    }

    @Override public ByteBuffer bytes() {
        Invariant.check(!isReleased, "a frame is not read after its release");
        return ByteBuffer.wrap(bytes);
    }

    @Override public void release() {
        Invariant.check(!isReleased, "a frame is released once");
        isReleased = true;
        Arrays.fill(bytes, SPOILT);
        if (host.life() == life) network.lent(host, -1);
    }
}
