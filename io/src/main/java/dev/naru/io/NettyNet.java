package dev.naru.io;

import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.trust.TlsIdentity;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FileRegion;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Connections over TCP; an empty host to listen on is every address of the machine. One thread
/// accepts; each connection lives on one of the loops, in turn.
public final class NettyNet implements Net, AutoCloseable {
    /// Connections that the system may keep before they are accepted: a crowd of clients that comes back
    /// at once (the kernel cuts it to net.core.somaxconn).
    private static final int BACKLOG = 1_024;
    /// Queued answers of a connection from which it counts as not writable, and below which it is again.
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 * 1024,
        1024 * 1024);
    private static final int CONNECT_MS_MAX = 30_000;
    private static final int CLOSE_MS_MAX = 2_000;
    private static final ChannelHandler NO_KEEPER = new Unwatched();

    private final RealLoops loops;
    private final MultiThreadIoEventLoopGroup doors;

    private NettyNet(RealLoops loops, MultiThreadIoEventLoopGroup doors) {
        this.loops = loops;
        this.doors = doors;
    }

    /// A network whose connections live on `loops`. Threads start with the first listener.
    public static NettyNet over(RealLoops loops) {
        var threads = new DefaultThreadFactory("naru-accept", true);
        var doors = new MultiThreadIoEventLoopGroup(1, threads, loops.transport().watcher());
        return new NettyNet(loops, doors);
    }

    /// The same connections under TLS: both sides prove who they are, as `identity` says. Handshakes that
    /// fail are events of `trace`.
    public Net secured(TlsIdentity identity, Trace trace) {
        return new Secured(this, new Tls(identity, trace));
    }

    /// The same connections for clients, who leave some descriptors of the process to its files and to other
    /// nodes: while there are no more, nobody is let in. An event of `trace` says so.
    public Net sparing(Trace trace) {
        return sparing(Descriptors.ofProcess(), trace);
    }

    Net sparing(Descriptors descriptors, Trace trace) {
        return new Sparing(this, () -> new Doorkeeper(descriptors, trace));
    }

    @Override public Listening listen(String host, int port, Acceptor acceptor) throws NetFault {
        return open(host, port, NO_KEEPER, channel -> accepted(channel, false, acceptor));
    }

    private Listening open(String host, int port, ChannelHandler keeper,
        Function<SocketChannel, NettyChannel> opener) throws NetFault {
        var address = host.isEmpty()
            ? new InetSocketAddress(port)
            : new InetSocketAddress(resolve(host), port);
        var bound = new ServerBootstrap().group(doors, loops.group())
            .channelFactory(loops.transport()::door)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .handler(keeper)
            .childHandler(onNew(opener))
            .bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new NetFault(
                "cannot listen on " + (host.isEmpty() ? "*" : host) + ":" + port + ": "
                    + NettyChannel.text(bound.cause()));
        }
        var door = bound.channel();
        int boundPort = ((InetSocketAddress) door.localAddress()).getPort();
        return new Open(door, boundPort);
    }

    @Override public void dial(String host, int port, Loop loop, Listener listener) {
        var real = (RealLoop) loop;
        reach(host, real, listener, address -> connect(address, port, real, listener,
            channel -> NettyChannel.dialled(channel, real, false, listener)));
    }

    /// Finds the address of a host, and goes on with it.
    private static void reach(String host, RealLoop loop, Listener listener,
        Consumer<InetAddress> found) {
        if (isLiteral(host)) {
            resolve(host, loop, listener, found);
            return;
        }
        // a name may take seconds to resolve, which no loop waits for
        Thread.ofVirtual().name("naru-resolve")
            .start(() -> resolve(host, loop, listener, found));
    }

    private static void resolve(String host, RealLoop loop, Listener listener,
        Consumer<InetAddress> found) {
        try {
            found.accept(resolve(host));
        } catch (NetFault unknown) {
            loop.execute(() -> listener.onClosed(String.valueOf(unknown.getMessage())));
        }
    }

    @Override public void close() {
        doors.shutdownGracefully(0, CLOSE_MS_MAX, TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(CLOSE_MS_MAX);
    }

    private void connect(InetAddress address, int port, RealLoop loop, Listener listener,
        Function<SocketChannel, NettyChannel> opener) {
        var opening = new Bootstrap().group(loop.netty())
            .channelFactory(loops.transport()::connection)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS_MAX)
            .handler(onNew(opener))
            .connect(new InetSocketAddress(address, port));
        opening.addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess()) notOpened(done, loop, listener);
        });
    }

    private static void notOpened(ChannelFuture failed, RealLoop loop, Listener listener) {
        var connection = failed.channel().pipeline().get(NettyChannel.class);
        String reason = NettyChannel.text(failed.cause());
        loop.execute(() -> {
            if (connection == null) listener.onClosed(reason);
            else
                connection.over(reason);
        });
    }

    private NettyChannel accepted(SocketChannel channel, boolean isEncrypted,
        Acceptor acceptor) {
        return NettyChannel.accepted(channel, loops.of(channel.eventLoop()), isEncrypted,
            acceptor);
    }

    private static ChannelInitializer<SocketChannel> onNew(
        Function<SocketChannel, NettyChannel> opener) {
        return new ChannelInitializer<>() {
            @Override protected void initChannel(SocketChannel channel) {
                var connection = opener.apply(channel);
                configure(channel, connection);
                channel.pipeline().addLast(connection);
            }
        };
    }

    private static void configure(SocketChannel channel, NettyChannel connection) {
        var config = channel.config();
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        config.setAllocator(PooledByteBufAllocator.DEFAULT);
        connection.reads().ifPresent(config::setRecvByteBufAllocator);
        config.setWriteBufferWaterMark(WATER_MARK);
        config.setMessageSizeEstimator(() -> NettyNet::sizeBytes);
    }

    /// Counts file slices too: a reader that does not read is not writable, whatever it is sent.
    private static int sizeBytes(Object message) {
        return switch (message) {
            case ByteBuf buffer -> buffer.readableBytes();
            case FileRegion region -> (int) Math.min(Integer.MAX_VALUE, region.count());
            default -> 0;
        };
    }

    private static InetAddress resolve(String host) throws NetFault {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            throw new NetFault("unknown host " + host);
        }
    }

    private static boolean isLiteral(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    @ChannelHandler.Sharable
    private static final class Unwatched extends ChannelInboundHandlerAdapter {}

    private record Open(io.netty.channel.Channel door, int port) implements Listening {
        @Override public void close() {
            door.close();
        }
    }

    /// The door to the same network for those who wait while descriptors are short.
    private record Sparing(NettyNet net, Supplier<Doorkeeper> keepers) implements Net {
        @Override public Listening listen(String host, int port, Acceptor acceptor)
            throws NetFault {
            return net.open(host, port, keepers.get(),
                channel -> net.accepted(channel, false, acceptor));
        }

        @Override public void dial(String host, int port, Loop loop, Listener listener) {
            net.dial(host, port, loop, listener);
        }
    }

    /// The door to the same network for those who prove who they are.
    private record Secured(NettyNet net, Tls tls) implements Net {
        @Override public Listening listen(String host, int port, Acceptor acceptor)
            throws NetFault {
            return net.open(host, port, NO_KEEPER, channel -> tls.accepted(channel,
                net.accepted(channel, true, acceptor)));
        }

        @Override public void dial(String host, int port, Loop loop, Listener listener) {
            var real = (RealLoop) loop;
            reach(host, real, listener, address -> net.connect(address, port, real, listener,
                channel -> tls.dialled(channel, host, port,
                    NettyChannel.dialled(channel, real, true, listener))));
        }
    }
}
