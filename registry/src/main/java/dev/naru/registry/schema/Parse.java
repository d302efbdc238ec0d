package dev.naru.registry.schema;

/// What became of a text.
public sealed interface Parse {
    /// A schema.
    record Parsed(ParsedSchema schema) implements Parse {}

    /// No schema of that language; `why` says what is wrong, and where.
    record Invalid(String why) implements Parse {}
}
