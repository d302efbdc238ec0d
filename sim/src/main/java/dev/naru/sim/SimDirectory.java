package dev.naru.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One directory of a simulated disk, twice: as it is, and as it would be after a power cut. Each
/// name is on its own: until the directory is flushed, any of its changes may be lost. Owned by its
/// disk.
final class SimDirectory implements SimEntry {
    private final TreeMap<String, SimEntry> written = new TreeMap<>();
    private final TreeMap<String, SimEntry> stable = new TreeMap<>();
    private final TreeMap<String, Long> changes = new TreeMap<>();
    private long lastChange;

    @Nullable SimEntry find(String name) {
        return written.get(name);
    }

    Set<Map.Entry<String, SimEntry>> entries() {
        return written.entrySet();
    }

    void put(String name, SimEntry entry) {
        written.put(name, entry);
        changes.put(name, ++lastChange);
    }

    void remove(String name) {
        written.remove(name);
        changes.put(name, ++lastChange);
    }

    /// What a flush that begins now covers.
    Flush beginFlush() {
        var names = new ArrayList<Change>();
        for (var change : changes.entrySet()) {
            names.add(new Change(change.getKey(), change.getValue(), written.get(change.getKey())));
        }
        return new Flush(names);
    }

    /// The flush came to its end; when it failed, each name may be stable or not.
    void endFlush(Flush flush, boolean failed, SimEntropy chance) {
        for (var change : flush.names) {
            boolean isDone = !changes.containsKey(change.name);
            if (isDone || (failed && chance.oneIn(2))) continue;
            settle(change.name, change.entry);
            changes.remove(change.name, change.number);
        }
    }

    /// The system writes names back when it likes.
    void writeBackSome(SimEntropy chance) {
        if (changes.isEmpty()) return;
        int skip = chance.below(changes.size());
        var name = List.copyOf(changes.keySet()).get(skip);
        settle(name, written.get(name));
        changes.remove(name);
    }

    /// The power is cut: each changed name is as it was or as it became. `seen` are the entries
    /// that have a name already: one that comes up under two names becomes two files.
    void losePower(SimEntropy chance, Set<SimEntry> seen) {
        var names = new TreeSet<>(changes.keySet());
        for (var name : names) {
            if (chance.oneIn(2)) settle(name, written.get(name));
        }
        changes.clear();
        written.clear();
        for (var name : List.copyOf(stable.keySet())) {
            var entry = stable.get(name);
            if (entry instanceof SimInode file && !seen.add(file)) {
                entry = file.copy();
                stable.put(name, entry);
            } else if (entry instanceof SimInode file) {
                file.losePower(chance);
            } else if (entry instanceof SimDirectory directory) {
                if (!seen.add(directory)) {
                    stable.remove(name);
                    continue;
                }
                directory.losePower(chance, seen);
            }
            written.put(name, stable.get(name));
        }
    }

    private void settle(String name, @Nullable SimEntry entry) {
        if (entry == null) stable.remove(name);
        else
            stable.put(name, entry);
    }

    /// The names that had changed at the moment a flush was asked for.
    record Flush(List<Change> names) {}

    /// One changed name; no entry when it was removed.
    record Change(String name, long number, @Nullable SimEntry entry) {}
}
