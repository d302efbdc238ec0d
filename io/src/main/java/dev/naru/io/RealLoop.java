package dev.naru.io;

import dev.naru.base.Loop;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A Netty event loop as a [Loop], so that a connection and the partitions it asks can share a thread.
/// Whatever a task throws reaches the loop's edge and is told to `escaped`. Once the loop has stopped,
/// tasks sent to it are dropped.
public final class RealLoop implements Loop {
    private final EventLoop netty;
    private final Consumer<Throwable> escaped;

    RealLoop(EventLoop netty, Consumer<Throwable> escaped) {
        this.netty = netty;
        this.escaped = escaped;
    }

    @Override public void execute(Runnable task) {
        try {
            netty.execute(() -> run(task));
        } catch (RejectedExecutionException stopped) {
            // by contract: nobody waits for a loop that has stopped
        }
    }

    @Override public Timer after(long delayNs, Runnable task) {
        try {
            var waiting = netty.schedule(() -> run(task), delayNs, TimeUnit.NANOSECONDS);
            return () -> waiting.cancel(false);
        } catch (RejectedExecutionException stopped) {
            return () -> {
            };
        }
    }

    @Override public boolean inLoop() {
        return netty.inEventLoop();
    }

    EventLoop netty() {
        return netty;
    }

    /// The edge: says what came out of the kernel.
    void escaped(Throwable what) {
        escaped.accept(what);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable what) {
            escaped(what);
        }
    }
}
