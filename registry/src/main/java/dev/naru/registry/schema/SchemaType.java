package dev.naru.registry.schema;

import java.util.Optional;

/// The languages that schemas are written in, by the names of Confluent's API.
public enum SchemaType {
    JSON, PROTOBUF, AVRO;

    /// The language of that name; an absent or empty name is Avro, as in Confluent's API.
    public static Optional<SchemaType> named(String name) {
        if (name.isEmpty()) return Optional.of(AVRO);
        for (var type : values()) {
            if (type.name().equals(name)) return Optional.of(type);
        }
        return Optional.empty();
    }
}
