package dev.naru.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads what was given for a broker, once: sorts it into what counts, what is ignored and what is
/// wrong.
final class SettingsCheck {
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> kept = new TreeMap<>();
    private final Map<String, List<String>> ignoredByReason = new TreeMap<>();

    Settings.Outcome check(Map<String, String> given) {
        for (var entry : new TreeMap<>(given).entrySet()) {
            take(entry.getKey().strip(), entry.getValue().strip());
        }
        if (!problems.isEmpty()) return new Settings.Outcome.Rejected(List.copyOf(problems));
        var settings = Settings.layered(kept, Map.of(), Map.of());
        problems.addAll(BrokerRelations.problems(settings));
        if (!problems.isEmpty()) return new Settings.Outcome.Rejected(List.copyOf(problems));
        return new Settings.Outcome.Accepted(settings, notices(settings));
    }

    private void take(String name, String value) {
        var definition = BrokerDefinitions.ALL.get(name);
        if (definition == null) {
            takeForeign(name);
            return;
        }
        var problem = definition.problem(value);
        if (problem.isPresent()) problems.add(problem.get());
        if (definition.handling().kind() == Handling.Kind.IGNORED) {
            ignore(name, definition.handling().why());
        }
        kept.put(name, value);
    }

    private void takeForeign(String name) {
        var removed = RemovedNames.find(name);
        if (removed.isEmpty()) {
            problems.add(BrokerDefinitions.ALL.unknown(name));
        } else if (removed.get().isRefused()) {
            problems.add("'" + name + "' is refused: " + removed.get().why());
        } else {
            ignore(name, removed.get().why());
        }
    }

    private void ignore(String name, String why) {
        ignoredByReason.computeIfAbsent(why, reason -> new ArrayList<>()).add(name);
    }

    private List<String> notices(Settings settings) {
        var notices = new ArrayList<>(Listeners.notices(settings));
        ignoredByReason.forEach(
            (why, names) -> notices.add("ignored, since " + why + ": " + String.join(", ", names)));
        return List.copyOf(notices);
    }
}
