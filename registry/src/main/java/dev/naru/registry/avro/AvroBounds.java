package dev.naru.registry.avro;

import dev.naru.registry.schema.SchemaBounds;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What is too much about an Avro schema: the library compares symbols and branches of unions each with
/// each.
final class AvroBounds {
    private static final List<String> TYPE_PLACES = List.of("type", "items", "values");

    private long unionPairs;

    private AvroBounds() {}

    /// Which bound the schema exceeds.
    static Optional<String> unfit(JsonNode schema) {
        return new AvroBounds().within(schema, true);
    }

    private Optional<String> within(JsonNode node, boolean isType) {
        if (node.isArray()) {
            if (node.size() > SchemaBounds.MEMBERS_MAX) {
                return Optional.of("an array of more than " + SchemaBounds.MEMBERS_MAX
                    + " members");
            }
            if (isType) unionPairs += (long) node.size() * node.size();
            if (unionPairs > SchemaBounds.UNION_PAIRS_MAX) {
                return Optional.of("unions of so many branches that more than "
                    + SchemaBounds.UNION_PAIRS_MAX + " pairs would be compared");
            }
        }
        for (var member : node.properties()) {
            var found = within(member.getValue(), TYPE_PLACES.contains(member.getKey()));
            if (found.isPresent()) return found;
        }
        if (!node.isArray()) return Optional.empty();
        for (var member : node) {
            var found = within(member, false);
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }
}
