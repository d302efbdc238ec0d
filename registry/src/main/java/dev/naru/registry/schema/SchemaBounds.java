package dev.naru.registry.schema;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// How large and how deep a schema may be. Each bound is a named error.
public final class SchemaBounds {
    private SchemaBounds() {}

    /// One text: a record that holds it must fit a batch of the shard's log.
    public static final int TEXT_BYTES_MAX = 768 * 1024;
    /// A text with all that it refers to, however far.
    public static final int EXPANDED_BYTES_MAX = 8 * 1024 * 1024;
    /// Brackets in brackets.
    public static final int DEPTH_MAX = 200;
    /// What one schema refers to, all told.
    public static final int DEPENDENCIES_MAX = 1_000;
    /// A schema that refers to one that refers to one.
    public static final int REFERENCE_DEPTH_MAX = 32;
    /// Members of one array: fields, symbols, values of an enumeration.
    public static final int MEMBERS_MAX = 20_000;
    /// Squares of the numbers of branches of unions, all told: so many pairs are compared.
    public static final int UNION_PAIRS_MAX = 100_000;
    /// Steps of one comparison.
    public static final int COMPARISONS_MAX = 200_000;
    /// A regular expression.
    public static final int PATTERN_CHARACTERS_MAX = 4_096;
    /// Patterns of property names in one object: each is tried on each name.
    public static final int PATTERNS_MAX = 100;
    /// Reasons that are told of one incompatible schema.
    public static final int MESSAGES_MAX = 100;
    /// An earlier schema in a message.
    public static final int SHOWN_CHARACTERS_MAX = 8_192;

    /// What is too large about a source, before anything of it is parsed.
    public static Optional<String> tooLarge(SchemaSource source) {
        long sizeBytes = sizeBytes(source.text());
        if (sizeBytes > TEXT_BYTES_MAX) {
            return Optional.of("The schema has " + sizeBytes + " bytes; at most " + TEXT_BYTES_MAX
                + " are taken");
        }
        if (source.dependencies().size() > DEPENDENCIES_MAX) {
            return Optional.of("The schema refers to more than " + DEPENDENCIES_MAX + " others");
        }
        for (var dependency : source.dependencies())
            sizeBytes += sizeBytes(dependency.text());
        if (sizeBytes <= EXPANDED_BYTES_MAX) return Optional.empty();
        return Optional.of("The schema and what it refers to have " + sizeBytes
            + " bytes; at most " + EXPANDED_BYTES_MAX + " are taken");
    }

    private static long sizeBytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
