package dev.naru.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

/// Flushes a whole file system with one call of Linux's `syncfs`, which for many dirty files costs far less
/// than one `fdatasync` each. It is asked through a directory that stays open, so that an earlier failure
/// to write back is reported here too. Any thread.
final class WholeSync implements AutoCloseable {
    private static final int O_DIRECTORY_CLOEXEC = 0x10000 | 0x80000;

    private final Calls calls;
    private final int directory;

    private WholeSync(Calls calls, int directory) {
        this.calls = calls;
        this.directory = directory;
    }

    /// Empty where the system has no such call.
    static Optional<WholeSync> of(Path root) {
        if (!System.getProperty("os.name", "").equals("Linux")) return Optional.empty();
        try {
            var calls = Calls.link();
            int directory = calls.openDirectory(root);
            return directory < 0 ? Optional.empty() : Optional.of(new WholeSync(calls, directory));
        } catch (IOException | RuntimeException | LinkageError notLinked) {
            return Optional.empty();
        }
    }

    void flush() throws IOException {
        calls.sync(directory);
    }

    @Override public void close() {
        calls.closeDirectory(directory);
    }

    /// The C functions.
    private record Calls(MethodHandle open, MethodHandle close, MethodHandle syncfs,
        VarHandle errno,
        MemoryLayout captured) {

        @SuppressWarnings("restricted") // three calls of the C library, with their published signatures
        static Calls link() {
            var linker = Linker.nativeLinker();
            var libc = linker.defaultLookup();
            var captured = Linker.Option.captureStateLayout();
            var open = linker.downcallHandle(libc.findOrThrow("open"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
            var close = linker.downcallHandle(libc.findOrThrow("close"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            var syncfs = linker.downcallHandle(libc.findOrThrow("syncfs"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT), Linker.Option.captureCallState("errno"));
            var errno = captured.varHandle(MemoryLayout.PathElement.groupElement("errno"));
            return new Calls(open, close, syncfs, errno, captured);
        }

        int openDirectory(Path path) throws IOException {
            try (var arena = Arena.ofConfined()) {
                var name = arena.allocateFrom(path.toAbsolutePath().toString());
                return (int) open.invokeExact(name, O_DIRECTORY_CLOEXEC, 0);
            } catch (Throwable notCalled) {
                throw new IOException("open could not be called", notCalled);
            }
        }

        void closeDirectory(int descriptor) {
            try {
                int result = (int) close.invokeExact(descriptor);
                if (result != 0) return; // it was only read
            } catch (Throwable notCalled) {
                throw new IllegalStateException("close could not be called", notCalled);
            }
        }

        void sync(int descriptor) throws IOException {
            int result;
            int errorNumber;
            try (var arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(captured);
                result = (int) syncfs.invokeExact(state, descriptor);
                errorNumber = (int) errno.get(state, 0L);
            } catch (Throwable notCalled) {
                throw new IOException("syncfs could not be called", notCalled);
            }
            if (result == 0) return;
            throw new IOException(errorNumber == 28
                ? "No space left on device"
                : "syncfs failed with error " + errorNumber);
        }
    }
}
