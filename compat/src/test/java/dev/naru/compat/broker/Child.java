package dev.naru.compat.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A process that a test started. Its output is read as it comes; it ends with this JVM at the latest, and
/// only ever by its own handle.
public final class Child implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final int OUTPUT_CHARS_MAX = 8 << 20;

    private final Process process;
    private final Thread reader;
    private final Thread atExit;
    private final StringBuilder output = new StringBuilder();
    private boolean isEnded;

    private Child(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().unstarted(this::read);
        this.atExit = new Thread(process::destroyForcibly);
    }

    /// Starts a command whose output and errors are kept together.
    public static Child start(List<String> command, Map<String, String> environment,
        Path directory) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.directory(directory.toFile());
        try {
            var child = new Child(builder.start());
            child.reader.start();
            Runtime.getRuntime().addShutdownHook(child.atExit);
            return child;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// Starts a Java main with this JVM's Java.
    public static Child java(List<String> jvm, String classPath, String main,
        List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-cp");
        command.add(classPath);
        command.add(main);
        command.addAll(arguments);
        return start(command, Map.of(), Path.of("."));
    }

    public Process process() {
        return process;
    }

    /// Writes to the process's input, and closes it.
    public Child feed(String text) {
        try (var to = process.getOutputStream()) {
            to.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return this;
    }

    /// Waits for a line with this in it. Fails when the process ends without it.
    public synchronized MatchResult await(Pattern line) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            var matcher = line.matcher(output);
            if (matcher.find()) return matcher.toMatchResult();
            if (isEnded) throw new AssertionError("ended without '" + line + "': " + output);
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for '" + line + "': " + output);
            }
            try {
                wait(100);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", hurried);
            }
        }
    }

    /// Waits for the end, and gives the exit code.
    public int exitCode() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("did not end: " + output());
            }
            reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", hurried);
        }
        return process.exitValue();
    }

    public synchronized String output() {
        return output.toString();
    }

    @Override public void close() {
        process.destroyForcibly();
        exitCode();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                said(line);
        } catch (IOException closed) {
            said(closed.toString());
        } finally {
            end();
        }
    }

    private synchronized void said(String line) {
        if (output.length() > OUTPUT_CHARS_MAX) output.delete(0, OUTPUT_CHARS_MAX / 2);
        output.append(line).append('\n');
        notifyAll();
    }

    private synchronized void end() {
        isEnded = true;
        notifyAll();
    }
}
