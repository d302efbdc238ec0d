package dev.naru.io;

import dev.naru.base.Bytes;
import dev.naru.base.Invariant;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One connection: the only handler of its pipeline. Frames come in through [FrameCodec]; what is sent
/// within one turn of the loop leaves with one flush. Owned by its loop.
final class NettyChannel extends ChannelInboundHandlerAdapter
    implements
        Net.Channel,
        FrameCodec.Owner {
    private static final byte[] HTTP_ANSWER = String.join("\r\n", "HTTP/1.1 400 Bad Request",
        "Connection: close", "Content-Type: text/plain", "",
        "This port speaks the Kafka protocol, not HTTP.\n").getBytes(StandardCharsets.US_ASCII);

    private final io.netty.channel.Channel netty;
    private final RealLoop loop;
    private final FrameCodec codec;
    private final boolean isEncrypted;
    /// What was decrypted and is not with the codec yet: at most what one read of the socket held.
    private final ArrayDeque<ByteBuf> decrypted = new ArrayDeque<>(0);
    private Net.Proof proof = Net.Proof.NOT_ASKED;
    private Optional<Net.Member> member = Optional.empty();
    private Net.@Nullable Acceptor acceptor;
    private Net.@Nullable Listener listener;
    private @Nullable String closeReason;
    private boolean paused;
    private boolean closing;
    private boolean closed;
    private boolean inRead;
    private boolean flushAwaited;

    private NettyChannel(io.netty.channel.Channel netty, RealLoop loop, boolean isEncrypted) {
        this.netty = netty;
        this.loop = loop;
        this.isEncrypted = isEncrypted;
        this.codec = new FrameCodec(this);
    }

    /// A connection that arrived: once it is ready, which under TLS is after the handshake, `acceptor` gives
    /// it its listener.
    static NettyChannel accepted(io.netty.channel.Channel netty, RealLoop loop,
        boolean isEncrypted, Net.Acceptor acceptor) {
        var channel = new NettyChannel(netty, loop, isEncrypted);
        channel.acceptor = acceptor;
        return channel;
    }

    /// A connection that is being opened from here.
    static NettyChannel dialled(io.netty.channel.Channel netty, RealLoop loop,
        boolean isEncrypted, Net.Listener listener) {
        var channel = new NettyChannel(netty, loop, isEncrypted);
        channel.listener = listener;
        return channel;
    }

    /// How the socket is to be read; empty where somebody else reads it.
    Optional<FrameReads> reads() {
        return isEncrypted ? Optional.empty() : Optional.of(new FrameReads(codec));
    }

    @Override public Loop loop() {
        return loop;
    }

    @Override public void send(List<Bytes> frame) {
        Invariant.check(loop.inLoop(), "P5: a connection is used on its loop");
        if (closing || closed) {
            for (var part : frame)
                part.discard();
            return;
        }
        var leaving = new OutFrame(netty, isEncrypted, frame);
        try {
            leaving.write();
        } catch (IOException | OutOfDirectMemoryError notSent) {
            leaving.discard();
            close("a frame could not be sent: " + notSent.getMessage());
            return;
        }
        flushSoon();
    }

    @Override public boolean isWritable() {
        return netty.isWritable();
    }

    @Override public void admitted() {
        if (!codec.waits()) return;
        codec.admitted();
        advanceSoon();
    }

    @Override public void pauseReading() {
        paused = true;
        updateReading();
    }

    @Override public void resumeReading() {
        if (!paused) return;
        paused = false;
        advanceSoon();
    }

    @Override public void closeAfterFlush() {
        if (closing || closed) return;
        closing = true;
        remember("closed here");
        updateReading();
        netty.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override public void close() {
        close("closed here");
    }

    @Override public String peer() {
        return netty.remoteAddress() instanceof InetSocketAddress there
            ? there.getAddress().getHostAddress() + ":" + there.getPort()
            : "unknown";
    }

    @Override public String peerHost() {
        return netty.remoteAddress() instanceof InetSocketAddress there
            ? there.getAddress().getHostAddress()
            : "unknown";
    }

    @Override public boolean isFromHere() {
        return netty.remoteAddress() instanceof InetSocketAddress there
            && netty.localAddress() instanceof InetSocketAddress here
            && (there.getAddress().isLoopbackAddress()
                || there.getAddress().equals(here.getAddress()));
    }

    @Override public int localPort() {
        SocketAddress here = netty.localAddress();
        return here instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    @Override public Net.Proof proof() {
        return proof;
    }

    @Override public Optional<Net.Member> member() {
        return member;
    }

    // what the codec asks

    @Override public boolean isTaking() {
        return !paused && !closing && !closed;
    }

    @Override public Net.Admission admit(int lengthBytes) {
        return listener == null ? Net.Admission.REFUSE : listener.admit(lengthBytes);
    }

    @Override public void onFrame(NettyFrame frame) {
        if (listener == null) frame.release();
        else
            listener.onFrame(frame);
    }

    @Override public void onBroken(String reason) {
        close(reason);
    }

    @Override public void onStranger(Stranger who) {
        remember(who.reason());
        if (who == Stranger.HTTP && acceptor != null)
            netty.write(Unpooled.wrappedBuffer(HTTP_ANSWER));
        closeAfterFlush();
    }

    // what Netty says

    @Override public void channelActive(ChannelHandlerContext context) {
        if (!isEncrypted) ready();
    }

    /// The handshake is over, and this is what the other side has shown.
    void proved(Net.Proof shown, Optional<Net.Member> who) {
        proof = shown;
        member = who;
        ready();
    }

    /// The handshake failed; the end follows.
    void notProved(String why) {
        remember(why);
    }

    private void ready() {
        if (acceptor != null) listener = acceptor.accept(this);
        else if (listener != null) listener.onOpen(this);
    }

    @Override public void channelRead(ChannelHandlerContext context, Object message) {
        inRead = true;
        var bytes = (ByteBuf) message;
        if (isEncrypted) decrypted.addLast(bytes);
        else
            codec.received(bytes);
        if (closing || closed) drop();
        advance();
        updateReading();
    }

    private void advance() {
        codec.advance();
        while (!decrypted.isEmpty() && isTaking() && !codec.waits()) {
            var bytes = decrypted.getFirst();
            codec.take(bytes, netty.alloc());
            if (!bytes.isReadable()) decrypted.removeFirst().release();
            codec.advance();
        }
    }

    /// Gives back what will not be used.
    private void drop() {
        codec.close();
        while (!decrypted.isEmpty())
            decrypted.removeFirst().release();
    }

    @Override public void channelReadComplete(ChannelHandlerContext context) {
        inRead = false;
        if (flushAwaited) flushNow();
    }

    @Override public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (netty.isWritable() && !closed && listener != null) listener.onWritable();
    }

    @Override public void channelInactive(ChannelHandlerContext context) {
        over("the other side closed the connection");
    }

    /// It is over, or it never came to be.
    void over(String reason) {
        if (closed) return;
        closed = true;
        drop();
        remember(reason);
        if (listener != null && closeReason != null) listener.onClosed(closeReason);
    }

    @SuppressWarnings("deprecation") // deprecated for outbound handlers only
    @Override public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        switch (cause) {
            case SSLException broken -> close(Tls.text(broken));
            case IOException broken -> close(text(broken));
            case DecoderException broken when broken.getCause() instanceof SSLException inner ->
                close(Tls.text(inner));
            case OutOfDirectMemoryError full ->
                close("no memory for what it sends: " + full.getMessage());
            default -> {
                loop.escaped(cause);
                close("failed: " + cause.getClass().getSimpleName());
            }
        }
    }

    private void close(String reason) {
        remember(reason);
        if (closed) return;
        closing = true;
        netty.close();
    }

    private void remember(String reason) {
        if (closeReason == null) closeReason = reason;
    }

    /// Goes on with what has arrived, outside the caller's turn.
    private void advanceSoon() {
        loop.execute(() -> {
            try {
                advance();
                updateReading();
            } catch (RuntimeException failed) {
                close("failed: " + failed.getClass().getSimpleName());
                throw failed;
            }
        });
    }

    private void updateReading() {
        boolean reads = isTaking() && !codec.waits();
        if (netty.config().isAutoRead() != reads && !closed) netty.config().setAutoRead(reads);
    }

    private void flushSoon() {
        if (flushAwaited) return;
        flushAwaited = true;
        if (!inRead) loop.execute(this::flushNow);
    }

    private void flushNow() {
        if (!flushAwaited) return;
        flushAwaited = false;
        netty.flush();
    }

    /// The system's reason without the name of the native call it came from.
    static String text(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) return cause.getClass().getSimpleName();
        int call = message.lastIndexOf("failed with error(");
        int reason = call < 0 ? -1 : message.indexOf("): ", call);
        if (reason >= 0) message = message.substring(reason + 3);
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }
}
