package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Exactly once: of what a chain of consume, transform and produce read, each input has one output
/// in the end, whatever crashed.
final class ExactlyOnceChecks {
    private ExactlyOnceChecks() {}

    static List<String> find(History history) {
        var found = new ArrayList<String>();
        if (history.committedScans().isEmpty() || history.derived().isEmpty()) return found;
        var scan = history.committedScans().getLast();
        var outputs = new TreeMap<Integer, List<Integer>>();
        var inputTopics = new ArrayList<String>();
        for (var slot : scan.slots()) {
            for (int value : scan.valuesOf(slot).values()) {
                var input = history.derived().get(value);
                if (input != null)
                    outputs.computeIfAbsent(input, _ -> new ArrayList<>()).add(value);
            }
        }
        for (int input : history.derived().values())
            inputTopics.add(history.writes().get(input).slot().topic());
        for (var slot : scan.slots()) {
            if (inputTopics.contains(slot.topic())) count(scan, slot, outputs, found);
        }
        outputs.forEach((input, made) -> found
            .add("exactly once: " + made + " come of value " + input + ", which is not there"));
        return found;
    }

    private static void count(FinalScan scan, Slot slot, Map<Integer, List<Integer>> outputs,
        List<String> found) {
        for (var each : scan.valuesOf(slot).entrySet()) {
            var made = outputs.remove(each.getValue());
            int count = made == null ? 0 : made.size();
            if (count != 1)
                found.add("exactly once: " + slot + " offset " + each.getKey()
                    + " value " + each.getValue() + " has " + count + " outputs: " + made);
        }
    }
}
