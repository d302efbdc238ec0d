package dev.naru.registry.json;

import dev.naru.registry.schema.Incompatibility;
import java.util.ArrayList;
import java.util.List;

/// The incompatible differences found so far, and the place in the schema where the comparison is.
/// Compatible differences are no differences here.
final class JsonDifferences {
    private final List<Incompatibility> found = new ArrayList<>();
    private final List<String> path = new ArrayList<>();

    void enter(String step) {
        path.add(step);
    }

    void leave() {
        path.removeLast();
    }

    void add(String rule, String meaning) {
        found.add(new Incompatibility(rule, "#/" + String.join("/", path), meaning));
    }

    int size() {
        return found.size();
    }

    /// Forgets what was found since there were `size` differences: a trial that failed.
    List<Incompatibility> takeSince(int size) {
        var since = found.subList(size, found.size());
        var taken = List.copyOf(since);
        since.clear();
        return taken;
    }

    void addAll(List<Incompatibility> more) {
        found.addAll(more);
    }

    List<Incompatibility> all() {
        return List.copyOf(found);
    }
}
