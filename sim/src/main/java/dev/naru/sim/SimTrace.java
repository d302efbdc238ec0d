package dev.naru.sim;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What happened, as a hash that two runs of one seed must share, as counters, and, when asked for,
/// as lines.
public final class SimTrace {
    private static final long PRIME = 0x100000001B3L;

    private final @Nullable PrintStream out;
    private final Map<String, Integer> counters = new TreeMap<>();
    private long hash = 0xCBF29CE484222325L;

    public SimTrace(@Nullable PrintStream out) {
        this.out = out;
    }

    void step(long nowNs, int hostNumber) {
        mix(nowNs);
        mix(hostNumber);
    }

    /// Adds a number to the hash: frames, offsets.
    public void mix(long number) {
        hash = (hash ^ number) * PRIME;
        hash ^= hash >>> 29;
    }

    /// Adds a line.
    public void line(World world, String host, String text) {
        for (int at = 0; at < text.length(); at++)
            mix(text.charAt(at));
        var printer = out;
        if (printer != null) {
            printer.printf("%14.6f  %-10s %s%n", world.nowNs() / 1e9, host, text);
        }
    }

    public boolean isPrinting() {
        return out != null;
    }

    /// One more of these.
    public void count(String what) {
        counters.merge(what, 1, Integer::sum);
    }

    public void count(String what, int times) {
        if (times != 0) counters.merge(what, times, Integer::sum);
    }

    public Map<String, Integer> counters() {
        return counters;
    }

    public long hash() {
        return hash;
    }
}
