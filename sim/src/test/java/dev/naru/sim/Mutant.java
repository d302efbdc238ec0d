package dev.naru.sim;

import java.util.ArrayList;
import java.util.List;

/// A planted bug: what to replace in which source files of the kernel. The form of a file:
///
/// ```
/// bug: what it is, in a sentence
/// seeds: how many may be needed
/// nodes: 3, when it takes a cluster
/// === dev/naru/log/Some.java
/// --- old
/// text that is there exactly once
/// --- new
/// what stands there instead
/// ```
record Mutant(String name, String bug, int seeds, int nodes, List<Edit> edits) {
    /// One replacement in one file.
    record Edit(String file, String before, String after) {}

    static Mutant parse(String name, String text) {
        var parts = text.split("(?m)^=== ", -1);
        var edits = new ArrayList<Edit>();
        for (int at = 1; at < parts.length; at++)
            edits.addAll(edits(parts[at]));
        return new Mutant(name, value(parts[0], "bug: "),
            Integer.parseInt(value(parts[0], "seeds: ")),
            parts[0].contains("\nnodes: ") ? Integer.parseInt(value(parts[0], "nodes: ")) : 1,
            edits);
    }

    private static List<Edit> edits(String part) {
        int firstLine = part.indexOf('\n');
        var file = part.substring(0, firstLine).strip();
        var edits = new ArrayList<Edit>();
        var changes = part.substring(firstLine + 1).split("(?m)^--- old\n", -1);
        for (int at = 1; at < changes.length; at++) {
            var sides = changes[at].split("(?m)^--- new\n", -1);
            if (sides.length != 2) throw new IllegalArgumentException(file + ": old and new");
            edits.add(new Edit(file, sides[0].strip(), sides[1].strip()));
        }
        return edits;
    }

    private static String value(String head, String label) {
        for (var line : head.split("\n", -1)) {
            if (line.startsWith(label)) return line.substring(label.length()).strip();
        }
        throw new IllegalArgumentException("no " + label);
    }

    /// The source with this mutant's edits; fails when one does not apply any more.
    String apply(String file, String source) {
        var changed = source;
        for (var edit : edits) {
            if (!edit.file().equals(file)) continue;
            int first = changed.indexOf(edit.before());
            if (first < 0 || changed.indexOf(edit.before(), first + 1) >= 0) {
                throw new IllegalStateException(name + " does not apply to " + file
                    + ", where this should be once: " + edit.before());
            }
            changed = changed.replace(edit.before(), edit.after());
        }
        return changed;
    }
}
