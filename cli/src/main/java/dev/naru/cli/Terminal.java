package dev.naru.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a command reads, writes and complains. `promptable` says that a person types the input;
/// `watched` says that a person sees what goes to `err`, so that progress may be drawn there.
record Terminal(InputStream in, PrintStream out, PrintStream err, boolean promptable,
    boolean watched) {

    private static final int BUFFER_BYTES = 1 << 16;

    /// The streams of this process; `out` is buffered and must be flushed.
    static Terminal ofProcess() {
        var stdout = new FileOutputStream(FileDescriptor.out);
        var out = new PrintStream(new BufferedOutputStream(stdout, BUFFER_BYTES), false,
            StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true,
            StandardCharsets.UTF_8);
        return new Terminal(System.in, out, err, isTerminal(0), isTerminal(2));
    }

    void line(String text) {
        out.print(text);
        out.print('\n');
    }

    void complain(String text) {
        out.flush();
        err.print(text + "\n");
        err.flush();
    }

    /// Nobody reads what is written any more, as after `| head`.
    boolean isDeaf() {
        return out.checkError();
    }

    /// Whether a person sits at both ends of this process.
    @SuppressWarnings("SystemConsoleNull") // it is null where a provider says so
    static boolean isConsole() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    private static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")
                || target.equals("/dev/console");
        } catch (java.io.IOException | UnsupportedOperationException e) {
            return isConsole();
        }
    }
}
