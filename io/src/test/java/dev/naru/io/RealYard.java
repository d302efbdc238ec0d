package dev.naru.io;

import dev.naru.base.Disk;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.Trace;
import dev.naru.sim.contract.Yard;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The real ports over a temporary directory, with one loop.
final class RealYard implements Yard {
    private static final long LOOK_EVERY_NS = 50_000;

    private final Path directory;
    private final RealEnv env;
    private final AtomicReference<@Nullable Throwable> escaped;
    private final Net net;

    private RealYard(Path directory, RealEnv env, Net net,
        AtomicReference<@Nullable Throwable> escaped) {
        this.directory = directory;
        this.net = net;
        this.env = env;
        this.escaped = escaped;
    }

    static RealYard open(boolean nativeCode) throws IOException {
        return open(nativeCode, RealEnv::net);
    }

    /// The same under TLS, as a node of a cluster.
    static RealYard secured(boolean nativeCode) throws IOException {
        return open(nativeCode, env -> env.net().secured(Identities.node(1), Trace.NONE));
    }

    private static RealYard open(boolean nativeCode, Function<RealEnv, Net> wrapping)
        throws IOException {
        var directory = Files.createTempDirectory("naru-io");
        var escaped = new AtomicReference<@Nullable Throwable>();
        var options = new RealEnv.Options(1, 100, nativeCode,
            what -> escaped.compareAndSet(null, what));
        var env = RealEnv.open(directory, options);
        return new RealYard(directory, env, wrapping.apply(env), escaped);
    }

    Path directory() {
        return directory;
    }

    RealEnv env() {
        return env;
    }

    /// What came out of the loop, which otherwise fails [#until].
    @Nullable Throwable takeEscaped() {
        return escaped.getAndSet(null);
    }

    @Override public Disk disk() {
        return env.disk();
    }

    @Override public Net net() {
        return net;
    }

    @Override public Loop loop() {
        return env.loops().getFirst();
    }

    @Override public String host() {
        return "127.0.0.1";
    }

    /// The runner's own timeout ends a wait for what never comes.
    @Override public void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            var thrown = escaped.get();
            if (thrown != null) throw new AssertionError("escaped from the loop", thrown);
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }

    @Override public void close() {
        env.close();
        var thrown = escaped.get();
        try (var entries = Files.walk(directory)) {
            entries.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        if (thrown != null) throw new AssertionError("escaped from the loop", thrown);
    }
}
