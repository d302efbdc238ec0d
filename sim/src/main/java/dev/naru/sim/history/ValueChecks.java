package dev.naru.sim.history;

import java.util.ArrayList;
import java.util.List;

/// Phantoms (values that nobody wrote, or whose write was refused) and duplicates under
/// idempotence.
final class ValueChecks {
    private ValueChecks() {}

    static List<String> find(History history, AgreedLog log) {
        var found = new ArrayList<String>();
        for (var partition : log.values().entrySet()) {
            for (var each : partition.getValue().entrySet()) {
                int value = each.getValue();
                var where = partition.getKey() + " offset " + each.getKey();
                if (value < 0 || value >= history.writes().size()) {
                    found.add("phantom: " + where + " holds value " + value
                        + ", which nobody wrote");
                    continue;
                }
                var write = history.writes().get(value);
                if (write.outcome() == Outcome.REFUSED) {
                    found.add("phantom: " + where + " holds what was refused: " + write);
                } else if (!write.slot().equals(partition.getKey())) {
                    found.add("phantom: " + where + " holds what went elsewhere: " + write);
                }
            }
        }
        for (var write : history.writes()) {
            var offsets = log.offsetsOf(write.number());
            if (write.promise().isIdempotent() && offsets.size() > 1) {
                found.add("duplicate: " + write + " is at " + offsets);
            }
            boolean isElsewhere = history.mustLast(write) && write.offset() >= 0
                && !offsets.isEmpty() && !offsets.contains(write.offset());
            if (isElsewhere && write.promise().isIdempotent()) {
                found.add("agreement: " + write + " is at " + offsets);
            }
        }
        return found;
    }
}
