package dev.naru.sim.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Groups whose epochs may begin anew (when they change their kind): no commit of a member succeeds
/// once another has gained what it had. (That nobody has what another has is checked with groups of
/// the new protocol.)
final class OwnerChecks {
    private OwnerChecks() {}

    static List<String> find(History history) {
        Map<String, List<Seen.Gained>> gains = new TreeMap<>();
        for (var each : history.seen()) {
            if (!(each instanceof Seen.Gained gained)) continue;
            gains.computeIfAbsent(gained.group() + " " + gained.slot(), _ -> new ArrayList<>())
                .add(gained);
        }
        var found = new ArrayList<String>();
        for (var each : history.seen()) {
            if (!(each instanceof Seen.OwnerCommitted commit)) continue;
            if (commit.outcome() != Outcome.OK) continue;
            for (var gained : gains.getOrDefault(commit.group() + " " + commit.slot(),
                List.of())) {
                boolean isFormer = gained.atNs() > commit.gainedNs()
                    && gained.atNs() < commit.startNs()
                    && !gained.member().equals(commit.member());
                if (!isFormer) continue;
                found.add("former owner: " + commit + " succeeded after " + gained);
                break;
            }
        }
        return found;
    }
}
