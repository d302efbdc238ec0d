package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// One reading of everything after the world has healed, from the log starts.
public final class FinalScan {
    private final String name;
    private final Map<Slot, Long> logStarts = new TreeMap<>();
    private final Map<Slot, Long> ends = new TreeMap<>();
    private final Map<Slot, NavigableMap<Long, Integer>> values = new TreeMap<>();

    public FinalScan(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    public void starts(Slot slot, long logStartOffset) {
        logStarts.put(slot, logStartOffset);
        values.put(slot, new TreeMap<>());
    }

    /// Where the partition ended when the scan began: what came later is not its business.
    public void ends(Slot slot, long endOffset) {
        ends.put(slot, endOffset);
    }

    long endOf(Slot slot) {
        return ends.getOrDefault(slot, 0L);
    }

    public void read(Slot slot, long offset, int value) {
        values.computeIfAbsent(slot, _ -> new TreeMap<>()).put(offset, value);
    }

    public Map<Slot, Long> logStarts() {
        return logStarts;
    }

    public NavigableMap<Long, Integer> valuesOf(Slot slot) {
        return values.getOrDefault(slot, new TreeMap<>());
    }

    public List<Slot> slots() {
        return List.copyOf(logStarts.keySet());
    }
}
