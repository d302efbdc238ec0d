package dev.naru.server;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/// The process of one node: `naru start`. It says one line when it serves, and one when it does not.
public final class Main {
    private static final String INSECURE = "INSECURE";
    private static final String STOPPED = "stopped: ";
    private static final String RULER = "*".repeat(100);

    private static final Escapes ESCAPES = new Escapes(new Escapes.Outside(Main::log,
        why -> say(System.err, STOPPED + why), Main::end));

    private Main() {}

    /// Starts a node and keeps it until the process is asked to stop.
    public static void main(String[] arguments) throws InterruptedException {
        switch (CommandLine.read(List.of(arguments))) {
            case CommandLine.Help help -> System.out.print(CommandLine.USAGE);
            case CommandLine.Wrong wrong -> {
                say(System.err, wrong.why());
                System.err.print(CommandLine.USAGE);
                System.exit(ExitCode.USAGE.code());
            }
            case CommandLine.Start start -> {
                switch (start(start, System.err)) {
                    case Started.Serves serves -> keep(serves.serving(), serves.line());
                    case Started.No no -> System.exit(no.code());
                }
            }
        }
    }

    /// Starts a node as the words of a command line say, in this process. Problems are said to `err`; empty
    /// when there were any.
    public static Optional<Serving> start(List<String> words, PrintStream err) {
        if (!(CommandLine.read(words) instanceof CommandLine.Start start)) return Optional.empty();
        return start(start, err) instanceof Started.Serves serves
            ? Optional.of(serves.serving())
            : Optional.empty();
    }

    private static Started start(CommandLine.Start start, PrintStream err) {
        return switch (ServerSettings.of(start)) {
            case ServerSettings.Outcome.Rejected rejected -> {
                for (var problem : rejected.problems())
                    say(err, problem);
                yield new Started.No(ExitCode.USAGE.code());
            }
            case ServerSettings.Outcome.Accepted accepted -> open(accepted.settings(), err);
        };
    }

    private static Started open(ServerSettings settings, PrintStream err) {
        for (var notice : settings.notices())
            notice(err, notice);
        return switch (Serving.open(settings, ESCAPES, Main::fatal)) {
            case Serving.Outcome.Ready ready -> new Started.Serves(ready.serving(), "ready on "
                + String.join(", ", ready.serving().listeners()) + ", data in "
                + settings.dataDirectory());
            case Serving.Outcome.Failed failed -> {
                say(err, "cannot start: " + failed.reason());
                yield new Started.No(ExitCode.FAILED.code());
            }
        };
    }

    /// Waits until a signal ends the process; the node is stopped first.
    private static void keep(Serving serving, String line) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            serving.close();
            Runtime.getRuntime().halt(ExitCode.STOPPED.code());
        }, "naru-stop"));
        say(System.out, line);
        new CountDownLatch(1).await();
    }

    private static void fatal(String why) {
        try {
            say(System.err, STOPPED + why);
        } finally {
            end(ExitCode.FAILED.code());
        }
    }

    private static void end(int code) {
        try {
            System.err.flush();
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    private static void log(String line, Throwable what) {
        LoggerFactory.getLogger(LogSetup.LOGGER).error(line, what);
    }

    private static void notice(PrintStream err, String notice) {
        boolean isLoud = notice.startsWith(INSECURE);
        if (isLoud) err.println(RULER);
        say(err, notice);
        if (isLoud) err.println(RULER);
    }

    private static void say(PrintStream to, String line) {
        to.println("naru: " + LogTrace.escaped(line));
    }

    private sealed interface Started {
        record Serves(Serving serving, String line) implements Started {}

        record No(int code) implements Started {}
    }
}
