package dev.naru.io;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/// How many files and connections this process has open, and how many it may have (`ulimit -n`). To count
/// is to list a directory, so whoever asks often counts by itself in between ([Watch]). From any thread.
///
/// @param open how many are open; below 0 when that cannot be found out, as when none is left
/// @param limit how many may be
record Descriptors(LongSupplier open, LongSupplier limit) {
    /// Doors leave so many to files and to other nodes: this part of the limit,
    private static final int RESERVED_PART = 8;
    /// but not more,
    private static final long RESERVED_MAX = 64;
    /// and not fewer.
    private static final long RESERVED_MIN = 8;

    /// Those of this process; without a limit where the system does not tell.
    static Descriptors ofProcess() {
        return ManagementFactory
            .getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? new Descriptors(unix::getOpenFileDescriptorCount,
                    unix::getMaxFileDescriptorCount)
                : new Descriptors(() -> 0, () -> Long.MAX_VALUE);
    }

    /// How many more may be opened.
    long left() {
        long count = count();
        return count < 0 ? 0 : limit.getAsLong() - count;
    }

    /// To count takes a descriptor: without one the machine throws an error of its own.
    private long count() {
        try {
            return open.getAsLong();
        } catch (InternalError noneLeft) {
            return -1;
        }
    }

    /// How many are not for connections of clients.
    long reserved() {
        return Math.clamp(limit.getAsLong() / RESERVED_PART, RESERVED_MIN, RESERVED_MAX);
    }

    /// One who opens some, and wants to know in time when only the reserve is left. Others open some, too,
    /// so the nearer it comes to the reserve the more often it counts. Owned by its thread.
    static final class Watch {
        private static final long LOOK_EVERY_NS = 1_000_000_000L;

        private final Descriptors descriptors;
        private long trustedOpenings;
        private long lookedNs;
        private long limitThen;

        Watch(Descriptors descriptors) {
            this.descriptors = descriptors;
        }

        /// One more was opened: whether only the reserve is left.
        boolean isShortAfterOne(long nowNs) {
            trustedOpenings--;
            boolean isTrusted = trustedOpenings > 0 && nowNs - lookedNs < LOOK_EVERY_NS
                && descriptors.limit().getAsLong() == limitThen;
            if (isTrusted) return false;
            return isShort(nowNs);
        }

        /// Counts.
        boolean isShort(long nowNs) {
            long beyond = descriptors.left() - descriptors.reserved();
            lookedNs = nowNs;
            limitThen = descriptors.limit().getAsLong();
            trustedOpenings = beyond / 2;
            return beyond <= 0;
        }
    }
}
