package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.measure.Traffic;
import dev.naru.wire.Malformed;
import dev.naru.wire.Message;
import dev.naru.wire.Writer;
import dev.naru.wire.message.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One client connection: admits frames, starts requests in order, sends answers in order (DESIGN
/// P7). A request starts when every earlier one is answered, or is a produce that only waits for
/// its acknowledgements. Owned by the channel's loop. Law: I12.
public final class Connection implements Net.Listener {
    /// A frame that was admitted and has not started.
    private record Arrived(Net.Frame frame, long arrivedNs) {}

    private final Net.Channel channel;
    private final Router router;
    private final RequestMemory memory;
    private final ConnectionTable table;
    private final Door door;
    private final ArrayDeque<Arrived> arrived = new ArrayDeque<>();
    private final ArrayDeque<Call> started = new ArrayDeque<>();
    private final List<Runnable> onClosed = new ArrayList<>(1);
    private @Nullable Call hangUpAt;
    private String hangUpReason = "";
    private int readingBytes;
    private Loop.@Nullable Timer bodyDeadline;
    private boolean isPumping;
    private boolean isPaused;
    private boolean isClosed;
    private long lastActiveNs;

    Connection(Net.Channel channel, Door door, Router router, ConnectionTable table) {
        this.channel = channel;
        this.door = door;
        this.router = router;
        this.memory = table.memory();
        this.table = table;
        this.lastActiveNs = nowNs();
    }

    @Override public Net.Admission admit(int lengthBytes) {
        if (lengthBytes < Limits.FRAME_BYTES_MIN || lengthBytes > router.frameBytesMax()) {
            return Net.Admission.REFUSE;
        }
        readingBytes = lengthBytes;
        var admission = memory.admit(this, lengthBytes);
        if (admission == Net.Admission.READ) expectBody();
        return admission;
    }

    void admitted() {
        expectBody();
        channel.admitted();
    }

    /// A large body must arrive within a deadline, or whoever sends slowly would hold memory for
    /// ever.
    private void expectBody() {
        if (RequestMemory.isSmall(readingBytes)) return;
        bodyDeadline = loop().after(ConnectionTable.BODY_DEADLINE_NS, () -> close("too slow"));
    }

    @Override public void onFrame(Net.Frame frame) {
        if (bodyDeadline != null) bodyDeadline.cancel();
        bodyDeadline = null;
        var accounted = new AccountedFrame(frame, readingBytes, memory);
        readingBytes = 0;
        lastActiveNs = nowNs();
        arrived.addLast(new Arrived(accounted, lastActiveNs));
        var last = started.peekLast();
        if (last != null) last.hurry();
        pump();
    }

    /// Starts what may start, sends what may leave.
    private void pump() {
        if (isPumping) return;
        isPumping = true;
        while (!isClosed && (sendAnswered() || startNext())) {
        }
        isPumping = false;
        if (!isClosed) balanceReading();
    }

    private boolean sendAnswered() {
        var first = started.peekFirst();
        if (first == null) return false;
        if (first == hangUpAt) {
            closeAfterFlush();
            return true;
        }
        if (first.state() != Call.State.ANSWERED) return false;
        started.removeFirst();
        var answer = first.answer();
        if (answer != null) send(first, answer);
        table.requests().add(first, answer == null ? first.answeredNs() : lastActiveNs);
        return true;
    }

    private void send(Call call, Message answer) {
        var writer = new Writer();
        var header = ResponseHeader.builder().correlationId(call.correlationId()).build();
        header.write(writer, call.apiKey().responseHeaderVersion(call.version()));
        answer.write(writer, call.version());
        List<Bytes> frame = writer.finish();
        lastActiveNs = nowNs();
        channel.send(frame);
    }

    private boolean startNext() {
        if (arrived.isEmpty() || started.size() >= Limits.REQUESTS_IN_FLIGHT_MAX) return false;
        var last = started.peekLast();
        if (last != null && last.state() == Call.State.RUNNING) return false;
        if (!table.isServing() || !channel.isWritable()) return false;
        start(arrived.removeFirst());
        return true;
    }

    private void start(Arrived next) {
        var frame = next.frame();
        long startedNs = nowNs();
        Call call;
        try {
            call = router.decode(this, frame);
        } catch (Malformed bad) {
            frame.release();
            close(bad.getMessage() == null ? "malformed request" : bad.getMessage());
            return;
        }
        call.begins(next.arrivedNs(), startedNs);
        started.addLast(call);
        router.route(call);
        call.handled();
    }

    /// A call changed its state.
    void answered() {
        if (!isClosed) pump();
    }

    private void balanceReading() {
        boolean shouldPause = arrived.size() >= Limits.REQUESTS_IN_FLIGHT_MAX;
        if (shouldPause == isPaused) return;
        isPaused = shouldPause;
        if (shouldPause) {
            channel.pauseReading();
        } else {
            channel.resumeReading();
        }
    }

    @Override public void onWritable() {
        if (!isClosed) pump();
    }

    void hangUpAt(Call call, String why) {
        if (hangUpAt == null) {
            hangUpAt = call;
            hangUpReason = why;
        }
        call.releaseFrame();
        answered();
    }

    private void closeAfterFlush() {
        table.trace().emit(new BrokerEvent.ConnectionClosed(channel.peer(), hangUpReason));
        release();
        channel.closeAfterFlush();
    }

    /// Closes at once; `why` is traced.
    public void close(String why) {
        if (isClosed) return;
        table.trace().emit(new BrokerEvent.ConnectionClosed(channel.peer(), why));
        release();
        channel.close();
    }

    @Override public void onClosed(String reason) {
        if (!isClosed) release();
    }

    private void release() {
        isClosed = true;
        if (bodyDeadline != null) bodyDeadline.cancel();
        boolean wasWaiting = memory.isWaiting(this);
        memory.forget(this);
        if (readingBytes > 0 && !wasWaiting) memory.release(readingBytes);
        while (!arrived.isEmpty())
            arrived.removeFirst().frame().release();
        while (!started.isEmpty())
            started.removeFirst().abandon();
        for (var each : onClosed)
            each.run();
        table.closed(this);
    }

    /// Runs when the connection ends; for what waits on its behalf. On the connection's loop.
    public void whenClosed(Runnable action) {
        onClosed.add(action);
    }

    boolean isIdleSince(long beforeNs) {
        boolean isOurTurn = !started.isEmpty() || !arrived.isEmpty() || memory.isWaiting(this);
        return !isOurTurn && lastActiveNs - beforeNs < 0;
    }

    long nowNs() {
        return table.clock().monotonicNs();
    }

    boolean isClosed() {
        return isClosed;
    }

    public Loop loop() {
        return channel.loop();
    }

    public String peer() {
        return channel.peer();
    }

    String peerHost() {
        return channel.peerHost();
    }

    boolean isFromHere() {
        return channel.isFromHere();
    }

    Optional<Net.Member> member() {
        return channel.member();
    }

    /// What is counted on its loop by topic.
    Traffic traffic() {
        return table.traffic();
    }

    Door door() {
        return door;
    }

    /// The pool's share goes back with the frame.
    private static final class AccountedFrame implements Net.Frame {
        private final Net.Frame frame;
        private final int reservedBytes;
        private final RequestMemory memory;

        AccountedFrame(Net.Frame frame, int reservedBytes, RequestMemory memory) {
            this.frame = frame;
            this.reservedBytes = reservedBytes;
            this.memory = memory;
        }

        @Override public ByteBuffer bytes() {
            return frame.bytes();
        }

        @Override public void release() {
            frame.release();
            memory.release(reservedBytes);
        }
    }
}
