package dev.naru.sim.history;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Share groups that keep the order of keys: a record is lent only when every earlier one of its key
/// is done, or lent to the same member. One that is lent to somebody later was not done then.
final class KeyOrderChecks {
    private final Map<Seen.Place, List<Seen.Lent>> lent;
    private final int keys;
    private final List<String> found;

    KeyOrderChecks(Map<Seen.Place, List<Seen.Lent>> lent, int keys, List<String> found) {
        this.lent = lent;
        this.keys = keys;
        this.found = found;
    }

    void find() {
        Map<String, NavigableMap<Seen.Place, List<Seen.Lent>>> byKey = new TreeMap<>();
        lent.forEach((place, all) -> {
            int key = all.getFirst().value() % keys;
            byKey.computeIfAbsent(place.slot() + " key " + key, _ -> new TreeMap<>())
                .put(place, all);
        });
        byKey.values().forEach(this::find);
    }

    private void find(NavigableMap<Seen.Place, List<Seen.Lent>> ofKey) {
        ofKey.forEach((place, all) -> {
            for (var earlier : ofKey.headMap(place, false).values()) {
                for (var each : all)
                    find(earlier, each);
            }
        });
    }

    /// Was `earlier` open, and not with the member that was lent `later`?
    private void find(List<Seen.Lent> earlier, Seen.Lent later) {
        boolean isWithTheSame = false;
        Seen.Lent open = null;
        for (var each : earlier) {
            isWithTheSame |= each.member().equals(later.member())
                && each.startNs() <= later.startNs();
            if (each.startNs() > later.endNs()) open = each;
        }
        if (open != null && !isWithTheSame) {
            found.add("queue: out of order of its key: " + later + " before " + open);
        }
    }
}
