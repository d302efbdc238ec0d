package dev.naru.compat.chaos;

import java.util.function.BooleanSupplier;

/// Waiting for other processes, which can only be done by looking.
final class Wait {
    private static final long LOOK_MS = 50;

    private Wait() {}

    static void forMs(long durationMs) {
        try {
            Thread.sleep(durationMs);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", hurried);
        }
    }

    /// Looks until something is so; false when it was not so in all that time.
    static boolean upTo(long patienceMs, BooleanSupplier isSo) {
        long deadlineNs = System.nanoTime() + patienceMs * 1_000_000;
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) return false;
            forMs(LOOK_MS);
        }
        return true;
    }
}
