package dev.naru.registry.avro;

import dev.naru.registry.schema.Incompatibility;
import dev.naru.registry.schema.ParsedSchema;
import dev.naru.registry.schema.SchemaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/// A schema in Avro. Immutable: nobody changes `schema`.
final class AvroSchema implements ParsedSchema {
    private final Schema schema;
    private final String canonical;

    /// `known` are the named types that the schema refers to and does not define.
    @SuppressWarnings("deprecation") // the only door to a text without them
    AvroSchema(Schema schema, List<Schema> known) {
        this.schema = schema;
        this.canonical = known.isEmpty() ? schema.toString() : schema.toString(known, false);
    }

    @Override public SchemaType type() {
        return SchemaType.AVRO;
    }

    @Override public String canonical() {
        return canonical;
    }

    @Override public String normalized() {
        return AvroNormalForm.of(canonical);
    }

    /// `resolved` has the types that are referred to in it.
    @Override public Optional<String> formatted(String format) {
        return format.equals("resolved") ? Optional.of(schema.toString()) : Optional.empty();
    }

    @Override public List<Incompatibility> cannotRead(ParsedSchema writer) {
        if (!(writer instanceof AvroSchema earlier)) {
            return List.of(new Incompatibility("SCHEMA_TYPE_CHANGED", "/",
                "The schemas are of different types"));
        }
        try {
            var result = SchemaCompatibility.checkReaderWriterCompatibility(schema, earlier.schema)
                .getResult();
            var found = new ArrayList<Incompatibility>();
            for (var each : result.getIncompatibilities()) {
                found.add(new Incompatibility(each.getType().name(), each.getLocation(),
                    meaning(each)));
            }
            return found;
        } catch (AvroRuntimeException | StackOverflowError _) {
            return List.of(new Incompatibility("NOT_COMPARABLE", "/",
                "The schemas are nested too deep to be compared"));
        }
    }

    private static String meaning(SchemaCompatibility.Incompatibility found) {
        var what = found.getMessage();
        return switch (found.getType()) {
            case NAME_MISMATCH -> "The name of the schema has changed (" + what + ")";
            case FIXED_SIZE_MISMATCH -> "The size of a FIXED type has changed (" + what + ")";
            case MISSING_ENUM_SYMBOLS ->
                "The ENUM of the reader lacks symbols that may be written: "
                    + what;
            case READER_FIELD_MISSING_DEFAULT_VALUE -> "The reader has a field '" + what
                + "' that the writer does not write, and no default value for it";
            case TYPE_MISMATCH -> "The type has changed (" + what + ")";
            case MISSING_UNION_BRANCH ->
                "The union of the reader lacks a type that may be written: "
                    + what;
        };
    }
}
