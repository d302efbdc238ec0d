package dev.naru.sim;

import dev.naru.base.Bytes;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One end of a connection, as its owner sees it. Everything it says, it says on its loop.
final class SimEnd implements Net.Channel {
    /// Shorter frames come in one piece.
    private static final int APART_BYTES_MIN = 512;

    private final SimNetwork network;
    private final SimHost host;
    private final int life;
    private final Place place;
    private final SimPipe outgoing;
    private final ArrayDeque<Arriving> inbox = new ArrayDeque<>();
    private @Nullable SimEnd other;
    private @Nullable SimLoop loop;
    private Net.@Nullable Listener listener;
    private boolean isPaused;
    private boolean isWaiting;
    private boolean isClosing;
    private boolean isGone;
    private boolean isPumping;

    /// Own port, and where the other side is.
    record Place(int localPort, String peerHost, int peerPort) {}

    /// A frame whose length has arrived, and perhaps the rest.
    private static final class Arriving {
        private final byte[] bytes;
        private boolean isWhole;
        private boolean isAdmitted;

        Arriving(byte[] bytes, boolean isWhole) {
            this.bytes = bytes;
            this.isWhole = isWhole;
        }
    }

    SimEnd(SimNetwork network, SimHost host, Place place) {
        this.network = network;
        this.host = host;
        this.life = host.life();
        this.place = place;
        this.outgoing = new SimPipe(network, this);
    }

    void joins(SimEnd otherEnd) {
        other = otherEnd;
    }

    void loop(SimLoop owner) {
        loop = owner;
    }

    void listener(Net.Listener owner) {
        listener = owner;
        pump();
    }

    SimHost host() {
        return host;
    }

    SimEnd other() {
        if (other == null) throw new IllegalStateException("no other end");
        return other;
    }

    SimPipe outgoing() {
        return outgoing;
    }

    boolean isGone() {
        return isGone || host.life() != life;
    }

    /// Runs `task` on the owner's loop, after what was said before.
    void onLoop(Runnable task) {
        if (host.life() != life || loop == null) return;
        loop.inOrder(this, 1 + network.chance().below(5_000), task);
    }

    void arrived(byte[] bytes) {
        if (isGone()) return;
        boolean isApart = bytes.length > APART_BYTES_MIN && network.isAnnouncedApart();
        var frame = new Arriving(bytes, !isApart);
        inbox.addLast(frame);
        if (isApart) onLoop(this::pump);
        onLoop(() -> {
            frame.isWhole = true;
            pump();
        });
    }

    /// The length of a frame arrives, and the rest never will.
    void announceOnly(int lengthBytes) {
        if (isGone() || lengthBytes < APART_BYTES_MIN) return;
        inbox.addLast(new Arriving(new byte[lengthBytes], false));
        onLoop(this::pump);
    }

    private void pump() {
        if (isPumping) return;
        isPumping = true;
        while (pumpOne()) {
        }
        isPumping = false;
    }

    private boolean pumpOne() {
        var ears = listener;
        var next = inbox.peekFirst();
        boolean isDeaf = isGone() || isPaused || isWaiting || isClosing;
        if (ears == null || next == null || isDeaf) return false;
        if (!next.isAdmitted) {
            next.isAdmitted = true;
            var verdict = ears.admit(next.bytes.length);
            if (verdict == Net.Admission.REFUSE) {
                close();
                return false;
            }
            isWaiting = verdict == Net.Admission.WAIT;
            return !isWaiting;
        }
        if (!next.isWhole) return false;
        inbox.removeFirst();
        other().outgoing().read(next.bytes.length);
        ears.onFrame(new SimFrame(network, host, next.bytes));
        return true;
    }

    /// The connection is over, says the network.
    void told(String reason, long delayNs) {
        int mine = host.life();
        network.world().schedule(delayNs, network.nature(), () -> {
            if (host.life() == mine) onLoop(() -> gone(reason));
        });
    }

    private void gone(String reason) {
        if (isGone) return;
        isGone = true;
        outgoing.drop();
        inbox.clear();
        if (listener != null) listener.onClosed(reason);
    }

    /// The process is gone; it says nothing any more.
    void vanish() {
        isGone = true;
        outgoing.forget();
        outgoing.breakOff();
    }

    void writableAgain() {
        onLoop(() -> {
            if (!isGone && !isClosing && listener != null) listener.onWritable();
        });
    }

    @Override public Loop loop() {
        if (loop == null) throw new IllegalStateException("no loop");
        return loop;
    }

    @Override public void send(List<Bytes> frame) {
        if (isGone || isClosing) {
            for (var bytes : frame)
                bytes.discard();
            return;
        }
        outgoing.send(List.copyOf(frame));
    }

    @Override public boolean isWritable() {
        return !isGone && outgoing.isWritable();
    }

    @Override public void admitted() {
        isWaiting = false;
        onLoop(this::pump);
    }

    @Override public void pauseReading() {
        isPaused = true;
    }

    @Override public void resumeReading() {
        isPaused = false;
        onLoop(this::pump);
    }

    @Override public void closeAfterFlush() {
        if (isGone || isClosing) return;
        isClosing = true;
        outgoing.closeWhenEmpty();
    }

    void flushed() {
        if (isGone) return;
        outgoing.endsInPeace();
        onLoop(() -> gone("closed"));
    }

    @Override public void close() {
        if (isGone) return;
        isClosing = true;
        outgoing.ends();
        onLoop(() -> gone("closed"));
    }

    @Override public String peer() {
        return place.peerHost() + ":" + place.peerPort();
    }

    @Override public String peerHost() {
        return place.peerHost();
    }

    @Override public int localPort() {
        return place.localPort();
    }
}
