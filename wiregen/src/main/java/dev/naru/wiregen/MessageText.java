package dev.naru.wiregen;

/// The source of one message: a record, its codec and its builder, and the same for each structure
/// in it.
final class MessageText {
    private final Schema schema;
    private final Text text = new Text();

    private MessageText(Schema schema) {
        this.schema = schema;
    }

    static String of(String packageName, Schema schema) {
        return new MessageText(schema).message(packageName);
    }

    private String message(String packageName) {
        text.line("package " + packageName + ";").line("");
        for (var name : new String[]{"dev.naru.base.Bytes", "dev.naru.base.Limits",
                "dev.naru.base.Uuid", "dev.naru.wire.Malformed", "dev.naru.wire.Message",
                "dev.naru.wire.Reader", "dev.naru.wire.Writer", "java.nio.ByteBuffer",
                "java.util.ArrayList", "java.util.List", "javax.annotation.processing.Generated",
                "org.jspecify.annotations.Nullable"}) {
            text.line("import " + name + ";");
        }
        var versions = schema.root().versions();
        text.line("");
        text.line("/// `" + schema.name() + "`, versions " + versions.low() + " to "
            + versions.high() + ".");
        text.line("@Generated(\"dev.naru.wiregen\")");
        struct(schema.root(), true);
        return text.toString();
    }

    private void struct(Struct struct, boolean isRoot) {
        text.line("public record " + struct.name() + "(");
        var fields = struct.fields();
        for (int i = 0; i < fields.size(); i++) {
            text.line("    " + MessageText.javaType(schema, fields.get(i)) + " "
                + fields.get(i).name() + (i + 1 < fields.size() ? "," : ""));
        }
        text.line((isRoot ? ") implements Message" : ")") + " {");
        constants(struct, isRoot);
        text.line("");
        new ReadText(schema, struct, text).write(isRoot);
        text.line("");
        new WriteText(schema, struct, text).write(isRoot);
        text.line("");
        new BuilderText(schema, struct, text).write();
        if (isRoot) {
            for (var nested : schema.nested()) {
                text.line("").line("/// Part of `" + schema.name() + "`.");
                struct(nested, false);
            }
        }
        text.line("}");
    }

    private void constants(Struct struct, boolean isRoot) {
        if (isRoot) {
            var versions = schema.root().versions();
            text.line("/// The versions of the schema.");
            text.line("public static final short LOWEST_VERSION = " + versions.low() + ";");
            text.line("public static final short HIGHEST_VERSION = " + versions.high() + ";");
            if (schema.isStored()) {
                text.line("/// The number in front of the key of such a record.");
                text.line("public static final short RECORD_TYPE = "
                    + schema.apiKey().orElseThrow() + ";");
            }
        } else {
            text.line("/// All fields as the schema has them when nothing is said.");
            text.line("public static final " + struct.name() + " DEFAULT = builder().build();");
        }
    }

    static String javaType(Schema schema, Field field) {
        var mark = field.isNullable() ? "@Nullable " : "";
        return switch (field.type()) {
            case Type.Plain _ when isRecordsToSend(schema, field) -> mark + "List<Bytes>";
            case Type.Plain plain when field.isNullable() -> mark + plain.scalar().boxedType();
            case Type.Plain plain -> plain.scalar().javaType();
            case Type.Struct struct -> mark + struct.name();
            case Type.Array array -> mark + "List<" + array.element().boxed() + ">";
        };
    }

    /// Records in a response may still be in a file.
    static boolean isRecordsToSend(Schema schema, Field field) {
        return field.type().equals(new Type.Plain(Scalar.RECORDS)) && schema.isResponse();
    }

    /// The Java of a field's default.
    static String defaultOf(Schema schema, Field field) {
        if (field.isNullByDefault()) return "null";
        return switch (field.type()) {
            case Type.Struct struct -> struct.name() + ".DEFAULT";
            case Type.Array _ -> "List.of()";
            case Type.Plain plain ->
                defaultOf(plain.scalar(), field, isRecordsToSend(schema, field));
        };
    }

    private static String defaultOf(Scalar scalar, Field field, boolean isList) {
        var text = field.defaultText().orElse("");
        return switch (scalar) {
            case BOOL -> Boolean.toString(Boolean.parseBoolean(text));
            case INT8, INT16, UINT16, INT32 -> text.isEmpty() ? "0" : Long.decode(text).toString();
            case UINT32, INT64 -> (text.isEmpty() ? "0" : Long.decode(text)) + "L";
            case FLOAT64 -> Double.toString(text.isEmpty() ? 0 : Double.parseDouble(text));
            case UUID -> "Uuid.ZERO";
            case STRING -> "\"" + text + "\"";
            case BYTES -> "Reader.NO_BYTES";
            case RECORDS -> field.isNullable() ? "null" : isList ? "List.of()" : "Reader.NO_BYTES";
        };
    }
}
