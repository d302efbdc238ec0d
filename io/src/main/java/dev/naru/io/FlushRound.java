package dev.naru.io;

import dev.naru.base.DiskFault;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Parts of one flush that run side by side; the last to end says how it went: the first fault, or none.
final class FlushRound {
    private final AtomicInteger partsLeft;
    private final AtomicReference<Optional<DiskFault>> fault = new AtomicReference<>(
        Optional.empty());
    private final Consumer<Optional<DiskFault>> done;

    FlushRound(int parts, Consumer<Optional<DiskFault>> done) {
        this.partsLeft = new AtomicInteger(parts);
        this.done = done;
    }

    /// Runs one part, on a thread of the disk.
    void run(Part part) {
        try {
            part.run();
        } catch (DiskFault failed) {
            fault.compareAndSet(Optional.empty(), Optional.of(failed));
        } finally {
            if (partsLeft.decrementAndGet() == 0) done.accept(fault.get());
        }
    }

    /// One call that waits for the device.
    interface Part {
        void run() throws DiskFault;
    }
}
