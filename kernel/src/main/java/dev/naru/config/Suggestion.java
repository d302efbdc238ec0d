package dev.naru.config;

import java.util.Collection;
import java.util.Optional;

/// Finds the name that was meant by one that is not known.
final class Suggestion {
    private Suggestion() {}

    /// The whole sentence about an unknown name.
    static String unknown(String kind, String name, Collection<String> known) {
        var sentence = "unknown " + kind + "setting '" + name + "'";
        return nearest(name, known).map(near -> sentence + ": did you mean '" + near + "'?")
            .orElse(sentence);
    }

    /// The known name that takes the fewest changes, if those are few for its length. Among equals,
    /// the first.
    static Optional<String> nearest(String name, Collection<String> known) {
        Optional<String> nearest = Optional.empty();
        int fewest = Math.max(2, name.length() / 5) + 1;
        for (var candidate : known) {
            if (Math.abs(candidate.length() - name.length()) >= fewest) continue;
            int changes = changes(name, candidate);
            if (changes < fewest) {
                fewest = changes;
                nearest = Optional.of(candidate);
            }
        }
        return nearest;
    }

    /// The least number of letters to add, drop, change or swap with their neighbour that makes one
    /// text of the other.
    static int changes(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        int[] row = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            last[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            row[0] = line;
            for (int column = 1; column <= to.length(); column++) {
                int cost = from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1;
                int least = Math.min(Math.min(row[column - 1], last[column]) + 1,
                    last[column - 1] + cost);
                if (isSwap(from, line, to, column)) {
                    least = Math.min(least, beforeLast[column - 2] + 1);
                }
                row[column] = least;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[to.length()];
    }

    private static boolean isSwap(String from, int line, String to, int column) {
        return line > 1 && column > 1 && from.charAt(line - 1) == to.charAt(column - 2)
            && from.charAt(line - 2) == to.charAt(column - 1);
    }
}
