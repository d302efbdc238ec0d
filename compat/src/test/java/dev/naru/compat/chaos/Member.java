package dev.naru.compat.chaos;

import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Child;
import dev.naru.compat.broker.Seat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One node: its process, and what a machine can do to it.
final class Member implements AutoCloseable {
    /// How the process is begun: words before its command, and its environment.
    record Surroundings(List<String> prefix, Map<String, String> environment, List<String> jvm) {}

    private static final int LOG_CHARS_MAX = 1 << 20;

    private final Seat seat;
    private final Map<String, String> settings;
    private final Surroundings surroundings;
    private Path data;
    private Optional<Child> child = Optional.empty();
    private String saidBefore = "";
    private String classPath = "";

    Member(Seat seat, Map<String, String> settings, Surroundings surroundings) {
        this.seat = seat;
        this.settings = settings;
        this.surroundings = surroundings;
        this.data = seat.data();
    }

    int nodeId() {
        return seat.nodeId();
    }

    Seat seat() {
        return seat;
    }

    Path data() {
        return data;
    }

    /// The directory is another one from the next start on.
    void movesTo(Path directory) {
        data = directory;
    }

    /// The next process is of the build with this class path; of our own when it is empty.
    void becomes(String otherClassPath) {
        classPath = otherClassPath;
    }

    /// Starts the process; it may take a while until it serves.
    void start() {
        var command = new ArrayList<>(surroundings.prefix());
        command.addAll(Brokers.command(data, settings, surroundings.jvm()));
        if (!classPath.isEmpty()) command.set(command.indexOf("-cp") + 1, classPath);
        child = Optional.of(Child.start(command, surroundings.environment(), Path.of(".")));
    }

    /// Returns when it serves.
    void awaitReady() {
        child.orElseThrow().await(Brokers.ready());
    }

    /// Whether it has said that it serves.
    boolean isReady() {
        return child.map(each -> Brokers.ready().matcher(each.output()).find()).orElse(false);
    }

    boolean isAlive() {
        return child.map(each -> each.process().isAlive()).orElse(false);
    }

    /// SIGKILL; returns when it is gone.
    void kill() {
        child.ifPresent(each -> {
            each.close();
            saidBefore += each.output();
        });
        child = Optional.empty();
    }

    /// SIGTERM; returns when it is gone, with its exit code.
    int stop() {
        var stopped = child.orElseThrow();
        stopped.process().destroy();
        int code = stopped.exitCode();
        kill();
        return code;
    }

    /// SIGSTOP: it stands still, and its machine goes on to acknowledge what it is sent.
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        Shell.run("kill -" + name + " " + pid());
    }

    long pid() {
        return child.orElseThrow().process().pid();
    }

    /// Waits until the process has ended by itself, and gives its exit code; empty when it has not.
    Optional<Integer> awaitEnd(long patienceMs) {
        var waited = child.orElseThrow();
        if (!Wait.upTo(patienceMs, () -> !waited.process().isAlive())) return Optional.empty();
        return Optional.of(waited.exitCode());
    }

    /// Everything its processes said.
    String output() {
        return saidBefore + child.map(Child::output).orElse("");
    }

    /// The last of what it wrote into its log file.
    String log() {
        try {
            var text = Files.readString(data.resolve("naru.log"), StandardCharsets.ISO_8859_1);
            return text.substring(Math.max(0, text.length() - LOG_CHARS_MAX));
        } catch (IOException none) {
            return "none: " + none + "\n";
        }
    }

    @Override public void close() {
        kill();
    }
}
