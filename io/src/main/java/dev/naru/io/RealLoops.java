package dev.naru.io;

import dev.naru.base.Loop;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The loops of one node: daemon threads, each watching its sockets and running its tasks. Opened and
/// closed by [RealEnv].
public final class RealLoops implements AutoCloseable {
    private static final int CLOSE_MS_MAX = 5_000;

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<RealLoop> loops;
    private final Map<EventLoop, RealLoop> loopByNetty;

    private RealLoops(Transport transport, MultiThreadIoEventLoopGroup group,
        List<RealLoop> loops, Map<EventLoop, RealLoop> loopByNetty) {
        this.transport = transport;
        this.group = group;
        this.loops = loops;
        this.loopByNetty = loopByNetty;
    }

    /// Starts `count` loops. `escaped` is called, on the loop, with whatever a task or a connection threw:
    /// a broken law or an error means that the node must stop, another exception that one request failed.
    public static RealLoops start(int count, Transport transport, Consumer<Throwable> escaped) {
        var threads = new DefaultThreadFactory("naru-loop", true);
        var group = new Threads(count, threads, transport.watcher());
        var loops = new ArrayList<RealLoop>();
        var loopByNetty = new IdentityHashMap<EventLoop, RealLoop>();
        for (var executor : group) {
            var netty = (EventLoop) executor;
            var loop = new RealLoop(netty, escaped);
            loops.add(loop);
            loopByNetty.put(netty, loop);
        }
        return new RealLoops(transport, group, List.copyOf(loops), loopByNetty);
    }

    public List<Loop> loops() {
        return List.copyOf(loops);
    }

    public Transport transport() {
        return transport;
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    RealLoop of(EventLoop netty) {
        var loop = loopByNetty.get(netty);
        if (loop == null) throw new IllegalArgumentException("an event loop of somebody else");
        return loop;
    }

    /// Closes the connections, runs what was sent before, and ends the threads.
    @Override public void close() {
        group.shutdownGracefully(0, CLOSE_MS_MAX, TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(CLOSE_MS_MAX);
    }

    /// Netty lets tasks run for a second before it looks at the sockets again; a recovery or a compaction,
    /// which is one task after another, would keep every client waiting that long. (It looks at the clock
    /// after each 64 tasks.)
    private static final class Threads extends MultiThreadIoEventLoopGroup {
        private static final int TASKS_MS_MAX = 1;
        private static final int TASKS_WAITING_MAX = Integer.MAX_VALUE;

        Threads(int count, ThreadFactory threads, IoHandlerFactory watcher) {
            super(count, threads, watcher);
        }

        @Override protected IoEventLoop newChild(Executor executor, IoHandlerFactory watcher,
            Object... arguments) {
            return new SingleThreadIoEventLoop(this, executor, watcher, TASKS_WAITING_MAX,
                RejectedExecutionHandlers.reject(), TASKS_MS_MAX);
        }
    }
}
