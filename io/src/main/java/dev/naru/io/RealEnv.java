package dev.naru.io;

import dev.naru.base.Loop;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// The ports of one node over one data directory, opened and closed together.
public final class RealEnv implements AutoCloseable {
    /// Files may keep this part of the descriptors that the process may have; more are opened when needed,
    /// and closed soon.
    private static final int HANDLES_PART = 2;

    private final RealClock clock = new RealClock();
    private final RealEntropy entropy = new RealEntropy();
    private final FileDisk disk;
    private final RealLoops loops;
    private final NettyNet net;

    private RealEnv(FileDisk disk, RealLoops loops, NettyNet net) {
        this.disk = disk;
        this.loops = loops;
        this.net = net;
    }

    /// Opens `directory`, creating it when it is not there. The exception's message is one line for people:
    /// another process has it, or the system refuses.
    public static RealEnv open(Path directory, Options options) throws IOException {
        long handlesMax = Math.min(options.handlesMax(),
            Math.max(1, Descriptors.ofProcess().limit().getAsLong() / HANDLES_PART));
        var disk = FileDisk.open(directory, (int) handlesMax, options.nativeCode());
        var transport = options.nativeCode() ? Transport.best() : Transport.NIO;
        var loops = RealLoops.start(options.loops(), transport, options.escaped());
        return new RealEnv(disk, loops, NettyNet.over(loops));
    }

    /// Memory outside the heap that the network may take, as the JVM was told.
    public static long directMemoryBytesMax() {
        return PlatformDependent.maxDirectMemory();
    }

    public RealClock clock() {
        return clock;
    }

    public RealEntropy entropy() {
        return entropy;
    }

    public FileDisk disk() {
        return disk;
    }

    public List<Loop> loops() {
        return loops.loops();
    }

    public NettyNet net() {
        return net;
    }

    /// Closes connections and files and ends the threads. The node must have stopped.
    @Override public void close() {
        net.close();
        loops.close();
        disk.close();
    }

    /// How to open. `nativeCode` false keeps to what plain Java can do: for a JVM whose command line is not
    /// ours. `escaped` hears what comes out of a loop; see [RealLoops#start].
    public record Options(int loops, int handlesMax, boolean nativeCode,
        Consumer<Throwable> escaped) {
        /// Enough for every file a busy node writes, where the system's limit is not lower.
        private static final int HANDLES_MAX = 4_096;

        /// One loop for each processor, native code where it loads.
        public static Options of(Consumer<Throwable> escaped) {
            int processors = Runtime.getRuntime().availableProcessors();
            return new Options(processors, HANDLES_MAX, true, escaped);
        }

        /// For a JVM that belongs to somebody else.
        public static Options embedded(Consumer<Throwable> escaped) {
            return new Options(1, HANDLES_MAX, false, escaped);
        }

        public Options withLoops(int count) {
            return new Options(count, handlesMax, nativeCode, escaped);
        }
    }
}
