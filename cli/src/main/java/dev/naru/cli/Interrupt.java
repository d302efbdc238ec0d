package dev.naru.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C or SIGTERM during a long command: asks it to stop and gives it time to finish cleanly.
final class Interrupt implements AutoCloseable {
    private static final long PATIENCE_S = 8;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;

    private Interrupt(Runnable stop) {
        this.hook = Thread.ofPlatform().name("interrupt").unstarted(() -> end(stop));
    }

    /// `stop` makes the command's thread end, which is waited for.
    static Interrupt stops(Runnable stop) {
        var interrupt = new Interrupt(stop);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    /// `last` does all there is to do, while the command's thread sits in a read.
    static Interrupt runs(Runnable last) {
        var interrupt = new Interrupt(last);
        interrupt.finished.countDown();
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    /// The command is done, everything written.
    @Override public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process is going down: the hook has seen the latch
        }
    }

    private void end(Runnable stop) {
        stop.run();
        try {
            if (!finished.await(PATIENCE_S, TimeUnit.SECONDS)) return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
