package dev.naru.registry.protobuf;

import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import dev.naru.registry.schema.Parse;
import dev.naru.registry.schema.SchemaBounds;
import dev.naru.registry.schema.SchemaSource;
import java.util.LinkedHashMap;

/// Understands schemas in Protocol Buffers.
public final class ProtobufSchemas {
    private static final String FILE = "schema.proto";

    private ProtobufSchemas() {}

    /// Parses a source within bounds. What is new must be sound: its imports and types are there,
    /// numbers and names are in their ranges and unique.
    public static Parse parse(SchemaSource source, boolean isNew) {
        try {
            if (depth(source.text()) > SchemaBounds.DEPTH_MAX / 2) {
                return new Parse.Invalid("messages are nested too deep");
            }
            var file = file(FILE, source.text());
            var imported = new LinkedHashMap<String, ProtoFileElement>();
            for (var dependency : source.dependencies()) {
                imported.put(dependency.name(), file(dependency.name(), dependency.text()));
            }
            var scope = new TypeScope(file, imported);
            if (isNew) {
                var wrong = new Soundness(file, imported.keySet(), scope).firstFault();
                if (wrong.isPresent()) return new Parse.Invalid(wrong.get());
            }
            return new Parse.Parsed(new ProtobufSchema(file, scope));
        } catch (StackOverflowError _) {
            return new Parse.Invalid("the schema is nested too deep");
        } catch (RuntimeException invalid) {
            // what the parser throws has no common type
            return new Parse.Invalid(String.valueOf(invalid.getMessage()));
        }
    }

    private static ProtoFileElement file(String name, String text) {
        return ProtoParser.Companion.parse(Location.get(name), text);
    }

    /// Braces in braces, counted before anything is parsed; those in texts count, too.
    private static int depth(String text) {
        int depth = 0;
        int deepest = 0;
        for (int index = 0; index < text.length(); index++) {
            char at = text.charAt(index);
            if (at == '{' || at == '[' || at == '<') depth++;
            if (at == '}' || at == ']' || at == '>') depth = Math.max(0, depth - 1);
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }
}
