package dev.naru.wiregen;

/// The writing half of a structure's codec.
final class WriteText {
    private final Schema schema;
    private final Struct struct;
    private final Text text;

    WriteText(Schema schema, Struct struct, Text text) {
        this.schema = schema;
        this.struct = struct;
        this.text = text;
    }

    void write(boolean isRoot) {
        if (isRoot) {
            text.line("@Override");
        } else {
            text.line("/// Writes it, without the fields that the version does not have.");
        }
        text.line("public void write(Writer _out, short _version) {");
        if (struct.hasLengths() || !struct.flexible().isEmpty()) {
            text.line("boolean _flexible = " + struct.flexible().test(struct.versions()) + ";");
        }
        for (var field : struct.fields())
            plainField(field);
        tagged();
        text.line("}");
    }

    private void plainField(Field field) {
        var present = present(field);
        if (present.equals("false")) return;
        boolean always = present.equals("true");
        if (!always) text.line("if (" + present + ") {");
        var flexible = field.flexibleOverride().map(own -> own.test(struct.versions()))
            .orElse("_flexible");
        value(field, "_out", flexible, field.nullable().test(field.versions()));
        if (!always) text.line("}");
    }

    private String present(Field field) {
        var here = field.versions().test(struct.versions());
        var tagged = field.tagged().test(struct.versions());
        if (tagged.equals("false")) return here;
        if (field.tagged().covers(field.versions())) return "false";
        return (here.equals("true") ? "" : here + " && ") + "!(" + tagged + ")";
    }

    /// Writes a value; a null where the version has none becomes what is empty.
    private void value(Field field, String out, String flexible, String nullable) {
        if (!field.isNullable()) {
            present(field, field.name(), out, flexible);
            return;
        }
        text.line("if (" + field.name() + " != null) {");
        if (field.type() instanceof Type.Struct) {
            if (nullable.equals("true")) text.line(out + ".int8((byte) 1);");
            else if (!nullable.equals("false")) {
                text.line("if (" + nullable + ") " + out + ".int8((byte) 1);");
            }
        }
        present(field, field.name(), out, flexible);
        text.line("} else {");
        absent(field, out, flexible, nullable);
        text.line("}");
    }

    private void absent(Field field, String out, String flexible, String nullable) {
        boolean always = nullable.equals("true");
        if (!always) text.line("if (" + nullable + ") {");
        var mark = field.tagged().isEmpty() ? "(byte) -1" : "(byte) 0";
        text.line(switch (field.type()) {
            case Type.Struct _ -> out + ".int8(" + mark + ");";
            case Type.Array _ -> out + ".nullArray(" + flexible + ");";
            case Type.Plain plain -> switch (plain.scalar()) {
                case STRING -> out + ".nullString(" + flexible + ");";
                case BYTES, RECORDS -> out + ".nullBytes(" + flexible + ");";
                default -> throw new IllegalStateException("nullable " + field.name());
            };
        });
        if (always) return;
        text.line("} else {");
        text.line(switch (field.type()) {
            case Type.Struct inner -> inner.name() + ".DEFAULT.write(" + out + ", _version);";
            case Type.Array _ -> out + ".arrayCount(0, " + flexible + ");";
            case Type.Plain plain -> plain.scalar() == Scalar.STRING
                ? out + ".string(\"\", " + flexible + ");"
                : out + ".bytes(Reader.NO_BYTES, " + flexible + ");";
        });
        text.line("}");
    }

    private void present(Field field, String value, String out, String flexible) {
        switch (field.type()) {
            case Type.Plain plain ->
                text.line(element(field, plain.scalar(), value, out, flexible));
            case Type.Struct _ -> text.line(value + ".write(" + out + ", _version);");
            case Type.Array array -> {
                text.line(out + ".arrayCount(" + value + ".size(), " + flexible + ");");
                text.line("for (var _element : " + value + ") " + switch (array.element()) {
                    case Type.Plain plain ->
                        element(field, plain.scalar(), "_element", out, flexible);
                    case Type.Struct _ -> "_element.write(" + out + ", _version);";
                    case Type.Array _ -> throw new IllegalStateException("array of arrays");
                });
            }
        }
    }

    private String element(Field field, Scalar scalar, String value, String out, String flexible) {
        if (!scalar.hasLength()) return out + "." + scalar.method() + "(" + value + ");";
        var method = scalar == Scalar.RECORDS && !MessageText.isRecordsToSend(schema, field)
            ? "spliced"
            : scalar.method();
        return out + "." + method + "(" + value + ", " + flexible + ");";
    }

    private void tagged() {
        if (struct.flexible().isEmpty()) return;
        var fields = struct.taggedFields();
        text.line("if (_flexible) {");
        if (fields.isEmpty()) {
            text.line("_out.unsignedVarint(0);");
        } else {
            text.line("int _tags = 0;");
            for (var field : fields)
                text.line("if (" + isSaid(field) + ") _tags++;");
            text.line("_out.unsignedVarint(_tags);");
            for (var field : fields) {
                text.line("if (" + isSaid(field) + ") {");
                text.line("var _tagged = new Writer(64);");
                value(field, "_tagged", "true", field.nullable().test(field.tagged()));
                text.line("_out.taggedField(" + field.tag() + ", _tagged);").line("}");
            }
        }
        text.line("}");
    }

    /// Whether a tagged field is in the version and not at its default.
    private String isSaid(Field field) {
        var here = field.tagged().test(struct.versions().and(struct.flexible()));
        var differs = differs(field);
        if (here.equals("true")) return differs;
        return here + " && " + (differs.contains("||") ? "(" + differs + ")" : differs);
    }

    private String differs(Field field) {
        if (field.isNullByDefault()) return field.name() + " != null";
        var name = field.name();
        var differs = switch (field.type()) {
            case Type.Array _ -> "!" + name + ".isEmpty()";
            case Type.Struct inner -> "!" + name + ".equals(" + inner.name() + ".DEFAULT)";
            case Type.Plain plain -> switch (plain.scalar()) {
                case BYTES, RECORDS -> name + ".hasRemaining()";
                case STRING, UUID ->
                    "!" + name + ".equals(" + MessageText.defaultOf(schema, field) + ")";
                case BOOL ->
                    (MessageText.defaultOf(schema, field).equals("true") ? "!" : "") + name;
                default -> name + " != " + MessageText.defaultOf(schema, field);
            };
        };
        return field.isNullable() ? name + " == null || " + differs : differs;
    }
}
