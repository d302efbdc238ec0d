package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Consumer groups of the new protocol: one owner at any moment, and no commit of one who owned a
/// partition before its present owner. (Progress is checked with that of other groups.)
final class EpochChecks {
    private EpochChecks() {}

    static List<String> find(History history) {
        var found = new ArrayList<String>();
        Map<String, Seen.Gained> owners = new TreeMap<>();
        Map<String, List<Seen.Gained>> gains = new TreeMap<>();
        for (var each : history.seen()) {
            switch (each) {
                case Seen.Gained gained -> {
                    var before = owners.put(key(gained.group(), gained.slot()), gained);
                    if (before != null) {
                        found.add("two owners: " + gained + " while it belongs to " + before);
                    }
                    gains.computeIfAbsent(key(gained.group(), gained.slot()),
                        _ -> new ArrayList<>()).add(gained);
                }
                case Seen.Lost lost -> {
                    var owner = owners.get(key(lost.group(), lost.slot()));
                    boolean isOwner = owner != null && owner.member().equals(lost.member());
                    if (isOwner) owners.remove(key(lost.group(), lost.slot()));
                }
                default -> {
                }
            }
        }
        formerOwners(history, gains, found);
        return found;
    }

    private static String key(String group, Slot slot) {
        return group + " " + slot;
    }

    /// Once somebody has gained a partition, nobody commits who was given it in an epoch before.
    private static void formerOwners(History history, Map<String, List<Seen.Gained>> gains,
        List<String> found) {
        for (var each : history.seen()) {
            if (!(each instanceof Seen.Committed commit)) continue;
            if (commit.outcome() != Outcome.OK) continue;
            for (var gained : gains.getOrDefault(key(commit.group(), commit.slot()), List.of())) {
                boolean isFormer = gained.atNs() < commit.startNs()
                    && gained.epoch() > commit.generation();
                if (!isFormer) continue;
                found.add("former owner: " + commit + " succeeded after " + gained);
                break;
            }
        }
    }
}
