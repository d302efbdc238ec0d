package dev.naru.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// One broker process, watched through `/proc`. Whoever started it ends it, whatever happens.
final class Broker implements Served, AutoCloseable {
    private static final int STOP_SECONDS_MAX = 60;
    private static final double TICKS_PER_SECOND = 100;
    /// Fields of `/proc/PID/stat` after the name of the program, which may hold blanks.
    private static final int USER_TICKS_FIELD = 11;
    private static final int SYSTEM_TICKS_FIELD = 12;

    private final Process process;
    private final int port;
    private final long startedNs;

    private Broker(Process process, int port, long startedNs) {
        this.process = process;
        this.port = port;
        this.startedNs = startedNs;
    }

    /// Starts a process; its output goes to `log`.
    static Broker start(ProcessBuilder command, int port, Path log) throws IOException {
        command.redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        command.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        long startedNs = System.nanoTime();
        var process = command.start();
        endWithUs(process);
        return new Broker(process, port, startedNs);
    }

    /// It does not outlive this process, unless that is killed.
    static void endWithUs(Process process) {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        } catch (IllegalStateException isEnding) {
            process.destroyForcibly();
            throw isEnding;
        }
    }

    @Override public String address() {
        return "127.0.0.1:" + port;
    }

    long pid() {
        return process.pid();
    }

    double secondsSinceStart() {
        return (System.nanoTime() - startedNs) / 1e9;
    }

    @Override public double cpuSeconds() throws IOException {
        String stat = Files.readString(proc("stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TICKS_FIELD])
            + Long.parseLong(fields[SYSTEM_TICKS_FIELD]);
        return ticks / TICKS_PER_SECOND;
    }

    /// Memory that is resident now, in 10^6 bytes.
    double residentMegabytes() throws IOException {
        for (var line : Files.readAllLines(proc("status"))) {
            if (!line.startsWith("VmRSS:")) continue;
            return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
        }
        throw new IOException("the broker is gone");
    }

    /// How it was started, without its class path.
    String commandLine() throws IOException {
        var words = Files.readString(proc("cmdline"), StandardCharsets.UTF_8).split("\0", -1);
        var line = new StringBuilder();
        for (int at = 0; at < words.length; at++) {
            boolean isClassPath = at > 0 && words[at - 1].equals("-cp");
            line.append(at == 0 ? "" : " ").append(isClassPath ? "..." : words[at]);
        }
        return line.toString().trim();
    }

    /// Asks it to stop, and waits until it has; the seconds that took.
    double stop() throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            kill();
            throw new IOException("the broker did not stop within a minute");
        }
        return (System.nanoTime() - beganNs) / 1e9;
    }

    /// SIGKILL.
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override public void close() {
        kill();
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }
}
