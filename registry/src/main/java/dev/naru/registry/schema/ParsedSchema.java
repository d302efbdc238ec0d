package dev.naru.registry.schema;

import java.util.List;
import java.util.Optional;

/// A schema that was understood.
public interface ParsedSchema {
    SchemaType type();

    /// The text without what carries no meaning, such as white space: two schemas of one canonical
    /// text are the same schema.
    String canonical();

    /// The canonical text of the schema with what can be ordered in order, and names in full.
    String normalized();

    /// The text in another format, such as Avro's `resolved`; empty when the language does not know
    /// that format.
    Optional<String> formatted(String format);

    /// Why a reader with this schema could not read what was written with `writer`, of the same
    /// language. Empty when it can.
    List<Incompatibility> cannotRead(ParsedSchema writer);
}
