package dev.naru.registry.json;

import dev.naru.registry.schema.Incompatibility;
import dev.naru.registry.schema.SchemaBounds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Holds an updated schema against the original: whatever the original lets pass, the update must let
/// pass. The rules are those that Confluent publishes for JSON Schema, with its open, closed and partly
/// open content models. Used once.
final class JsonComparison {
    private final JsonModels originals;
    private final JsonModels updates;
    private final JsonNode original;
    private final JsonNode update;
    private final JsonDifferences differences = new JsonDifferences();
    /// Pairs that are compared, or were, since the last trial that failed.
    private final Map<Pair, Integer> compared = new HashMap<>();
    private final List<Pair> journal = new ArrayList<>();
    private int steps;

    JsonComparison(JsonSchema original, JsonSchema update) {
        this.originals = new JsonModels(original.links());
        this.updates = new JsonModels(update.links());
        this.original = original.tree();
        this.update = update.tree();
    }

    /// Two models, each by who it is.
    private record Pair(JsonModel original, JsonModel update) {
        @SuppressWarnings("ReferenceEquality") // who it is, not what it is like
        @Override public boolean equals(Object other) {
            return other instanceof Pair(JsonModel first, JsonModel second) && first == original
                && second == update;
        }

        @Override public int hashCode() {
            return System.identityHashCode(original) * 31 + System.identityHashCode(update);
        }
    }

    List<Incompatibility> incompatibilities() {
        compare(original, update);
        if (steps >= SchemaBounds.COMPARISONS_MAX) {
            differences.add("NOT_COMPARABLE", "The schemas are too intricate to be compared");
        }
        return differences.all();
    }

    JsonDifferences differences() {
        return differences;
    }

    JsonModels updates() {
        return updates;
    }

    void compare(JsonNode before, JsonNode after) {
        compare(originals.of(before), updates.of(after));
    }

    /// Compares below a step of the path.
    void compareAt(String step, JsonNode before, JsonNode after) {
        differences.enter(step);
        compare(before, after);
        differences.leave();
    }

    /// Whether nothing is found; what was found is forgotten if `isKept` is not set.
    boolean isCompatible(JsonNode before, JsonNode after, boolean isKept) {
        return isCompatible(originals.of(before), updates.of(after), isKept);
    }

    private boolean isCompatible(JsonModel before, JsonModel after, boolean isKept) {
        int found = differences.size();
        int known = journal.size();
        compare(before, after);
        boolean isCompatible = differences.size() == found;
        if (isCompatible || isKept) return isCompatible;
        differences.takeSince(found);
        while (journal.size() > known) {
            compared.remove(journal.removeLast());
        }
        return false;
    }

    private void compare(JsonModel before, JsonModel after) {
        var pair = new Pair(before, after);
        if (compared.putIfAbsent(pair, steps) != null) return;
        journal.add(pair);
        if (++steps >= SchemaBounds.COMPARISONS_MAX) return;
        if (before instanceof JsonModel.Never || after instanceof JsonModel.Any) return;
        if (isCovered(before, after)) return;
        same(before, after);
    }

    /// A mix against what is no mix: one part may be enough.
    private boolean isCovered(JsonModel before, JsonModel after) {
        boolean wasMixed = before instanceof JsonModel.Mixed;
        if (!wasMixed && after instanceof JsonModel.Mixed mix) {
            boolean isChoice = mix.criterion() != JsonModel.Criterion.ALL;
            if (!isChoice && mix.parts().size() > 1) return false;
            return mix.parts().stream()
                .anyMatch(part -> isCompatible(before, updates.of(part), false));
        }
        if (!(before instanceof JsonModel.Mixed mix) || after instanceof JsonModel.Mixed) {
            return false;
        }
        boolean isProduct = mix.criterion() == JsonModel.Criterion.ALL || mix.parts().size() == 1;
        if (isProduct) {
            return mix.parts().stream()
                .anyMatch(part -> isCompatible(originals.of(part), after, false));
        }
        return mix.parts().stream()
            .allMatch(part -> isCompatible(originals.of(part), after, false));
    }

    private void same(JsonModel before, JsonModel after) {
        switch (before) {
            case JsonModel.Text old when after instanceof JsonModel.Text now ->
                new BoundsComparison(differences, old.keywords(), now.keywords()).text();
            case JsonModel.Numeric old when after instanceof JsonModel.Numeric now -> {
                if (!old.isInteger() && now.isInteger()) {
                    differences.add("TYPE_NARROWED", "The type changed from number to integer");
                }
                new BoundsComparison(differences, old.keywords(), now.keywords()).number();
            }
            case JsonModel.Plain(String old) when after instanceof JsonModel.Plain(String now) -> {
                if (!old.equals(now)) typeChanged(before, after);
            }
            case JsonModel.Fields old when after instanceof JsonModel.Fields now ->
                new FieldsComparison(this, old, now).compare();
            case JsonModel.Items old when after instanceof JsonModel.Items now ->
                new ItemsComparison(this, old, now).compare();
            case JsonModel.Values(var old) when after instanceof JsonModel.Values(var now) ->
                values(old, now);
            case JsonModel.Mixed old when after instanceof JsonModel.Mixed now -> mixed(old, now);
            case JsonModel.Not(JsonNode old) when after instanceof JsonModel.Not(JsonNode now) ->
                negated(old, now);
            case JsonModel.Conditional old when after instanceof JsonModel.Conditional now -> {
                if (!old.equals(now)) {
                    differences.add("COMBINED_TYPE_SUBSCHEMAS_CHANGED",
                        "The condition of if, then, else changed");
                }
            }
            default -> typeChanged(before, after);
        }
    }

    private void typeChanged(JsonModel before, JsonModel after) {
        differences.add("TYPE_CHANGED",
            "The type changed from " + named(before) + " to " + named(after));
    }

    private static String named(JsonModel model) {
        return switch (model) {
            case JsonModel.Any _ -> "anything";
            case JsonModel.Never _ -> "nothing";
            case JsonModel.Plain(String type) -> type;
            case JsonModel.Text _ -> "string";
            case JsonModel.Numeric number -> number.isInteger() ? "integer" : "number";
            case JsonModel.Fields _ -> "object";
            case JsonModel.Items _ -> "array";
            case JsonModel.Values _ -> "one of certain values";
            case JsonModel.Mixed mix -> switch (mix.criterion()) {
                case ALL -> "a schema of several conditions";
                case ANY, ONE -> "a choice of several schemas";
            };
            case JsonModel.Not _ -> "what a schema does not describe";
            case JsonModel.Conditional _ -> "a conditional schema";
        };
    }

    private void values(NavigableSet<String> before, NavigableSet<String> after) {
        var gone = new TreeSet<>(before);
        gone.removeIf(after::contains);
        if (gone.isEmpty()) return;
        differences.enter("enum");
        differences.add("ENUM_ARRAY_NARROWED", "The values " + gone + " are gone");
        differences.leave();
    }

    private void negated(JsonNode before, JsonNode after) {
        var opposite = new JsonComparison(this);
        opposite.compare(updates.of(after), originals.of(before));
        steps = opposite.steps;
        if (opposite.differences.size() == 0 && opposite.steps < SchemaBounds.COMPARISONS_MAX) {
            return;
        }
        differences.enter("not");
        differences.add("NOT_TYPE_EXTENDED", "More is excluded than before");
        differences.leave();
    }

    /// The same two schemas the other way round.
    private JsonComparison(JsonComparison other) {
        this.originals = other.updates;
        this.updates = other.originals;
        this.original = other.update;
        this.update = other.original;
        this.steps = other.steps;
    }

    private void mixed(JsonModel.Mixed before, JsonModel.Mixed after) {
        if (!mayBecome(before, after)) {
            differences.add("COMBINED_TYPE_CHANGED", "The combination changed from "
                + before.criterion() + " to " + after.criterion());
            return;
        }
        int old = before.parts().size();
        int now = after.parts().size();
        if ((long) old * now > SchemaBounds.COMPARISONS_MAX) {
            steps = SchemaBounds.COMPARISONS_MAX;
            return;
        }
        boolean isProduct = after.criterion() == JsonModel.Criterion.ALL;
        if (isProduct && now > old) {
            differences.add("PRODUCT_TYPE_EXTENDED", "There are more conditions than before");
        }
        if (!isProduct && now < old) {
            differences.add("SUM_TYPE_NARROWED", "There are fewer choices than before");
        }
        if (matched(before, after) >= Math.min(old, now)) return;
        differences.add("COMBINED_TYPE_SUBSCHEMAS_CHANGED",
            "The schemas of the combination cannot be paired with those from before");
    }

    private static boolean mayBecome(JsonModel.Mixed before, JsonModel.Mixed after) {
        boolean wasOne = before.parts().size() == 1;
        return switch (after.criterion()) {
            case ANY -> true;
            case ONE -> before.criterion() == JsonModel.Criterion.ONE || wasOne;
            case ALL -> before.criterion() == JsonModel.Criterion.ALL
                || (wasOne && after.parts().size() == 1);
        };
    }

    /// How many parts find a compatible partner when each has at most one.
    private int matched(JsonModel.Mixed before, JsonModel.Mixed after) {
        int old = before.parts().size();
        int now = after.parts().size();
        var fits = new boolean[old][now];
        for (int row = 0; row < old; row++) {
            for (int column = 0; column < now; column++) {
                fits[row][column] = isCompatible(originals.of(before.parts().get(row)),
                    updates.of(after.parts().get(column)), false);
            }
        }
        return Pairing.most(fits);
    }
}
