package dev.naru.sim.contract;

import dev.naru.base.Bytes;
import dev.naru.base.Net;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One end of a connection that writes down what it hears. Read from the caller's thread.
final class Party implements Net.Listener {
    final List<byte[]> frames = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> announced = Collections.synchronizedList(new ArrayList<>());
    final List<String> closed = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger writable = new AtomicInteger();
    final AtomicBoolean pausesAfterFrame = new AtomicBoolean();
    private final Yard yard;
    private volatile Net.Admission admission = Net.Admission.READ;
    private volatile Net.@Nullable Channel channel;

    Party(Yard yard) {
        this.yard = yard;
    }

    Net.Listener accept(Net.Channel arrived) {
        channel = arrived;
        return this;
    }

    void answersAdmission(Net.Admission next) {
        admission = next;
    }

    boolean isThere() {
        return channel != null;
    }

    Net.Channel channel() {
        var there = channel;
        if (there == null) throw new AssertionError("no connection");
        return there;
    }

    void send(byte[]... parts) {
        var frame = new ArrayList<Bytes>();
        for (var part : parts)
            frame.add(new Bytes.Memory(ByteBuffer.wrap(part)));
        yard.onLoop(() -> channel().send(frame));
    }

    @Override public void onOpen(Net.Channel ready) {
        channel = ready;
        opened.incrementAndGet();
    }

    @Override public Net.Admission admit(int lengthBytes) {
        announced.add(lengthBytes);
        return admission;
    }

    @Override public void onFrame(Net.Frame frame) {
        var copy = new byte[frame.bytes().remaining()];
        frame.bytes().duplicate().get(copy);
        frame.release();
        if (pausesAfterFrame.get()) channel().pauseReading();
        frames.add(copy);
    }

    @Override public void onClosed(String reason) {
        closed.add(reason);
    }

    @Override public void onWritable() {
        writable.incrementAndGet();
    }
}
