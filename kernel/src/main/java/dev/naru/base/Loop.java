package dev.naru.base;

/// One thread's worth of run-to-completion work. Every mutable object of the kernel is owned by one
/// loop; other threads send it tasks. Tasks of one sender run in the order they were sent.
public interface Loop {
    /// Runs `task` on this loop, soon. Never runs it inside the call, even when called on the loop.
    void execute(Runnable task);

    /// Runs `task` on this loop once, `delayNs` from now or a little later.
    Timer after(long delayNs, Runnable task);

    /// True when the caller runs on this loop.
    boolean inLoop();

    /// A task that waits for its time.
    interface Timer {
        /// The task will not run, unless it already has. Call it on the loop.
        void cancel();
    }
}
