package dev.naru.registry.schema;

import java.util.ArrayList;
import java.util.List;

/// Holds a new schema against earlier ones. Pure.
public final class CompatibilityCheck {
    private CompatibilityCheck() {}

    /// An earlier schema and its version.
    public record Earlier(int version, ParsedSchema schema) {}

    /// Why the new schema is not compatible, in the shape of Confluent's messages: each reason, then
    /// which version it was found with, its text, and the level. Empty when it is compatible.
    /// `earlier` is in the order of versions; one level that is not transitive looks at the last.
    public static List<String> messages(ParsedSchema candidate, List<Earlier> earlier,
        CompatibilityLevel level) {
        if (level == CompatibilityLevel.NONE || earlier.isEmpty()) return List.of();
        if (!level.isTransitive()) return messages(candidate, earlier.getLast(), level);
        for (var each : earlier.reversed()) {
            var found = messages(candidate, each, level);
            if (!found.isEmpty()) return found;
        }
        return List.of();
    }

    private static List<String> messages(ParsedSchema candidate, Earlier earlier,
        CompatibilityLevel level) {
        var found = new ArrayList<String>();
        if (candidate.type() != earlier.schema().type()) {
            found.add("{errorType:'SCHEMA_TYPE_CHANGED', description:'The new schema is of type "
                + candidate.type() + ", the old one of type " + earlier.schema().type() + "'}");
        } else {
            if (level.isBackward()) {
                candidate.cannotRead(earlier.schema())
                    .forEach(each -> found.add(each.toString()));
            }
            if (level.isForward()) {
                earlier.schema().cannotRead(candidate).forEach(
                    each -> found.add("read with the old schema: " + each));
            }
        }
        if (found.isEmpty()) return List.of();
        var shown = new ArrayList<>(
            found.subList(0, Math.min(found.size(), SchemaBounds.MESSAGES_MAX)));
        if (found.size() > shown.size()) {
            shown.add("and " + (found.size() - shown.size()) + " more");
        }
        shown.add("{oldSchemaVersion: " + earlier.version() + "}");
        shown.add("{oldSchema: '" + shortened(earlier.schema().canonical()) + "'}");
        shown.add("{compatibility: '" + level + "'}");
        return List.copyOf(shown);
    }

    private static String shortened(String text) {
        if (text.length() <= SchemaBounds.SHOWN_CHARACTERS_MAX) return text;
        return text.substring(0, SchemaBounds.SHOWN_CHARACTERS_MAX) + "...";
    }
}
