package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Groups: one owner within a generation, no commit from an old one, and progress that is not lost.
final class GroupChecks {
    private GroupChecks() {}

    static List<String> find(History history) {
        var found = new ArrayList<String>();
        oneOwner(history, found);
        oldGenerations(history, found);
        Map<String, List<Seen.Committed>> commits = new TreeMap<>();
        for (var each : history.seen()) {
            if (each instanceof Seen.Committed commit && commit.outcome() != Outcome.REFUSED) {
                commits.computeIfAbsent(commit.group() + " " + commit.slot(),
                    _ -> new ArrayList<>()).add(commit);
            }
        }
        for (var each : history.seen()) {
            if (each instanceof Seen.CommittedRead read) {
                var mine = commits.getOrDefault(read.group() + " " + read.slot(), List.of());
                progress(mine, read, found);
            }
        }
        return found;
    }

    private static void oneOwner(History history, List<String> found) {
        Map<String, Map<Slot, String>> owners = new TreeMap<>();
        for (var each : history.seen()) {
            if (!(each instanceof Seen.Assigned told)) continue;
            var ofGeneration = owners.computeIfAbsent(told.group() + " " + told.generation(),
                _ -> new TreeMap<>());
            for (var slot : told.slots()) {
                var before = ofGeneration.put(slot, told.member());
                if (before != null && !before.equals(told.member())) {
                    found.add("two owners: " + slot + " in " + told.group() + " generation "
                        + told.generation() + ": " + before + " and " + told.member());
                }
            }
        }
    }

    /// Once anybody was told of a generation, no commit of an older one, begun later, succeeds.
    private static void oldGenerations(History history, List<String> found) {
        Map<String, TreeMap<Long, Integer>> newest = new TreeMap<>();
        for (var each : history.seen()) {
            if (!(each instanceof Seen.Assigned told)) continue;
            var byTime = newest.computeIfAbsent(told.group(), _ -> new TreeMap<>());
            var last = byTime.lastEntry();
            int known = last == null ? -1 : last.getValue();
            if (told.generation() > known) byTime.put(told.atNs(), told.generation());
        }
        for (var each : history.seen()) {
            if (!(each instanceof Seen.Committed commit)) continue;
            if (commit.outcome() != Outcome.OK) continue;
            var before = newest.getOrDefault(commit.group(), new TreeMap<>())
                .lowerEntry(commit.startNs());
            if (before != null && before.getValue() > commit.generation()) {
                found.add("old generation: " + commit + " succeeded in generation "
                    + before.getValue());
            }
        }
    }

    /// The answer is a commit that no later one had certainly replaced by then.
    private static void progress(List<Seen.Committed> commits, Seen.CommittedRead read,
        List<String> found) {
        boolean isAnyCertain = false;
        boolean isExplained = false;
        for (var commit : commits) {
            if (commit.startNs() > read.endNs()) continue;
            boolean isBefore = commit.outcome() == Outcome.OK && commit.endNs() < read.startNs();
            isAnyCertain |= isBefore;
            if (commit.offset() != read.offset() || isExplained) continue;
            isExplained = !isReplaced(commits, commit, read.startNs());
        }
        if (read.offset() < 0) isExplained = !isAnyCertain;
        if (!isExplained) {
            found.add("committed offset: " + read + " is not what was committed last: "
                + lastCertain(commits, read));
        }
    }

    private static boolean isReplaced(List<Seen.Committed> commits, Seen.Committed commit,
        long beforeNs) {
        for (var later : commits) {
            if (later.outcome() != Outcome.OK || later.endNs() >= beforeNs) continue;
            boolean isAfter = commit.outcome() == Outcome.OK && commit.endNs() < later.startNs();
            if (isAfter || commit.generation() < later.generation()) return true;
        }
        return false;
    }

    private static String lastCertain(List<Seen.Committed> commits, Seen.CommittedRead read) {
        Seen.Committed last = null;
        for (var commit : commits) {
            if (commit.outcome() != Outcome.OK || commit.endNs() >= read.startNs()) continue;
            if (last == null || commit.endNs() > last.endNs()) last = commit;
        }
        return String.valueOf(last);
    }
}
