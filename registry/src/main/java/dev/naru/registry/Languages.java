package dev.naru.registry;

import dev.naru.registry.avro.AvroSchemas;
import dev.naru.registry.json.JsonSchemas;
import dev.naru.registry.protobuf.ProtobufSchemas;
import dev.naru.registry.schema.Parse;
import dev.naru.registry.schema.SchemaBounds;
import dev.naru.registry.schema.SchemaSource;

/// The languages of schemas, by one door.
public final class Languages {
    private Languages() {}

    /// Parses a source of any language. With `isNew` it must be within bounds and sound; what is
    /// stored already is taken as it is, as far as it can be understood.
    public static Parse parse(SchemaSource source, boolean isNew) {
        if (isNew) {
            var tooLarge = SchemaBounds.tooLarge(source);
            if (tooLarge.isPresent()) return new Parse.Invalid(tooLarge.get());
        }
        return switch (source.type()) {
            case AVRO -> AvroSchemas.parse(source, isNew);
            case PROTOBUF -> ProtobufSchemas.parse(source, isNew);
            case JSON -> JsonSchemas.parse(source, isNew);
        };
    }
}
