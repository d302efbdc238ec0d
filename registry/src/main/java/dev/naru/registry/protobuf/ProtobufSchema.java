package dev.naru.registry.protobuf;

import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import dev.naru.registry.schema.Incompatibility;
import dev.naru.registry.schema.ParsedSchema;
import dev.naru.registry.schema.SchemaType;
import java.util.List;
import java.util.Optional;

/// A file in Protocol Buffers with what it imports. Immutable.
final class ProtobufSchema implements ParsedSchema {
    private final ProtoFileElement file;
    private final TypeScope scope;

    ProtobufSchema(ProtoFileElement file, TypeScope scope) {
        this.file = file;
        this.scope = scope;
    }

    ProtoFileElement file() {
        return file;
    }

    TypeScope scope() {
        return scope;
    }

    String packageName() {
        var name = file.getPackageName();
        return name == null ? "" : name;
    }

    @Override public SchemaType type() {
        return SchemaType.PROTOBUF;
    }

    /// As the parser prints it, without the two lines that say that it did.
    @Override public String canonical() {
        var printed = file.toSchema();
        int begin = 0;
        while (printed.startsWith("//", begin)) {
            begin = printed.indexOf('\n', begin) + 1;
        }
        return printed.substring(begin).strip() + "\n";
    }

    @Override public String normalized() {
        return new ProtobufNormalForm(this).text();
    }

    @Override public Optional<String> formatted(String format) {
        return format.equals("default") ? Optional.of(canonical()) : Optional.empty();
    }

    @Override public List<Incompatibility> cannotRead(ParsedSchema writer) {
        if (!(writer instanceof ProtobufSchema earlier)) {
            return List.of(new Incompatibility("SCHEMA_TYPE_CHANGED", "#/",
                "The schemas are of different types"));
        }
        return new ProtobufComparison(earlier, this).incompatibilities();
    }
}
