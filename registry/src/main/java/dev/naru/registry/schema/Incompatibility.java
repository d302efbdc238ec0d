package dev.naru.registry.schema;

/// One reason why data of one schema cannot be read with another: which rule (by the names that
/// Confluent's registry uses), where in the schema, and what that means.
public record Incompatibility(String rule, String path, String meaning) {
    @Override public String toString() {
        return "{errorType:'" + rule + "', description:'" + meaning + " (at path '" + path + "')'}";
    }
}
