package dev.naru.wiregen;

import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// The reading half of a structure's codec.
final class ReadText {
    private final Schema schema;
    private final Struct struct;
    private final Text text;

    ReadText(Schema schema, Struct struct, Text text) {
        this.schema = schema;
        this.struct = struct;
        this.text = text;
    }

    void write(boolean isRoot) {
        text.line("/// Reads one. Fields that the version does not have are at their defaults.");
        text.line("public static " + struct.name()
            + " read(Reader _in, short _version) throws Malformed {");
        if (isRoot) {
            text.line("if (_version < LOWEST_VERSION || _version > HIGHEST_VERSION) {");
            text.line("throw new Malformed(\"no such version of " + schema.name()
                + ": \" + _version);");
            text.line("}");
        }
        if (struct.hasLengths() || !struct.flexible().isEmpty()) {
            text.line("boolean _flexible = " + struct.flexible().test(struct.versions()) + ";");
        }
        for (var field : struct.fields()) {
            text.line(MessageText.javaType(schema, field) + " " + field.name() + " = "
                + MessageText.defaultOf(schema, field) + ";");
        }
        for (var field : struct.fields())
            plainField(field);
        tagged();
        text.line("return new " + struct.name() + "(" + struct.fields().stream().map(Field::name)
            .collect(Collectors.joining(", ")) + ");");
        text.line("}");
        if (!isRoot) {
            list();
            leastBytes();
        }
    }

    private void plainField(Field field) {
        var present = present(field);
        if (present.equals("false")) return;
        boolean always = present.equals("true");
        if (!always) text.line("if (" + present + ") {");
        value(field, flexible(field), false);
        if (!always) text.line("}");
    }

    /// When the field is on the wire and not tagged.
    private String present(Field field) {
        var here = field.versions().test(struct.versions());
        var tagged = field.tagged().test(struct.versions());
        if (tagged.equals("false")) return here;
        if (field.tagged().covers(field.versions())) return "false";
        return (here.equals("true") ? "" : here + " && ") + "!(" + tagged + ")";
    }

    private String flexible(Field field) {
        return field.flexibleOverride().map(own -> own.test(struct.versions())).orElse("_flexible");
    }

    private void value(Field field, String flexible, boolean isTagged) {
        var nullable = field.nullable().test(isTagged ? field.tagged() : field.versions());
        switch (field.type()) {
            case Type.Plain plain ->
                assign(field, plain(field, plain.scalar(), flexible, nullable));
            case Type.Struct inner -> assign(field, struct(inner, nullable, isTagged));
            case Type.Array array -> array(field, array.element(), flexible, nullable);
        }
    }

    private void assign(Field field, String value) {
        text.line(field.name() + " = " + value + ";");
    }

    private String plain(Field field, Scalar scalar, String flexible, String nullable) {
        if (!scalar.hasLength()) return "_in." + scalar.method() + "()";
        var what = scalar == Scalar.STRING
            ? "String"
            : MessageText.isRecordsToSend(schema, field) ? "Records" : "Bytes";
        return choose(nullable, "_in.nullable" + what + "(" + flexible + ")",
            "_in." + what.toLowerCase(Locale.ROOT) + "(" + flexible + ")");
    }

    private static String struct(Type.Struct inner, String nullable, boolean isTagged) {
        var plain = inner.name() + ".read(_in, _version)";
        var isNull = isTagged ? "_in.isNullTagged()" : "_in.isNull()";
        return switch (nullable) {
            case "false" -> plain;
            case "true" -> isNull + " ? null : " + plain;
            default -> nullable + " && " + isNull + " ? null : " + plain;
        };
    }

    private static String choose(String test, String yes, String no) {
        return switch (test) {
            case "true" -> yes;
            case "false" -> no;
            default -> test + " ? " + yes + " : " + no;
        };
    }

    private void array(Field field, Type element, String flexible, String nullable) {
        var least = leastOf(element, flexible);
        var arguments = flexible + ", " + least + ")";
        var count = choose(nullable, "_in.nullableArrayCount(" + arguments,
            "_in.arrayCount(" + arguments);
        var list = switch (element) {
            case Type.Struct inner -> inner.name() + ".readList(_in, _version, ";
            case Type.Plain plain when plain.scalar().hasLength() ->
                "_in." + plain.scalar().method() + "List(" + flexible + ", ";
            case Type.Plain plain -> "_in." + plain.scalar().method() + "List(";
            case Type.Array _ -> throw new IllegalStateException("array of arrays");
        };
        if (nullable.equals("false")) {
            assign(field, list + count + ")");
            return;
        }
        text.line("{").line("int _count = " + count + ";");
        assign(field, "_count < 0 ? null : " + list + "_count)");
        text.line("}");
    }

    private String leastOf(Type element, String flexible) {
        return switch (element) {
            case Type.Struct inner -> inner.name() + ".leastBytes(_version)";
            case Type.Plain plain -> plain.scalar().hasLength()
                ? "(" + flexible + " ? " + plain.scalar().leastBytes(true) + " : "
                    + plain.scalar().leastBytes(false) + ")"
                : Integer.toString(plain.scalar().leastBytes(false));
            case Type.Array _ -> throw new IllegalStateException("array of arrays");
        };
    }

    private void tagged() {
        if (struct.flexible().isEmpty()) return;
        text.line("if (_flexible) {");
        var fields = struct.taggedFields();
        if (fields.isEmpty()) {
            text.line("_in.skipTaggedFields();");
        } else {
            text.line("for (int _left = _in.taggedFieldCount(); _left > 0; _left--) {");
            text.line("int _tag = _in.unsignedVarint();").line("int _outer = _in.enterTagged();");
            boolean isFirst = true;
            for (var field : fields) {
                var here = field.tagged().test(struct.versions().and(struct.flexible()));
                text.line((isFirst ? "if (" : "} else if (") + "_tag == " + field.tag()
                    + (here.equals("true") ? "" : " && " + here) + ") {");
                value(field, "true", true);
                isFirst = false;
            }
            text.line("} else {").line("_in.skipRest();").line("}");
            text.line("_in.leaveTagged(_outer);").line("}");
        }
        text.line("}");
    }

    private void list() {
        var name = struct.name();
        text.line("")
            .line("static List<" + name + "> readList(Reader _in, short _version, int _count)"
                + " throws Malformed {");
        text.line("var _list = new ArrayList<" + name
            + ">(Math.min(_count, Limits.INITIAL_CAPACITY_MAX));");
        text.line("for (int _i = 0; _i < _count; _i++) _list.add(read(_in, _version));");
        text.line("return _list;").line("}");
    }

    private void leastBytes() {
        text.line("").line("/// No value is smaller on the wire.");
        text.line("static int leastBytes(short _version) {");
        text.line("return " + steps(version -> schema.leastBytes(struct, version)) + ";").line("}");
    }

    /// An expression that steps from one value to the next at the versions where it changes.
    private String steps(IntFunction<Integer> valueAt) {
        var versions = struct.versions();
        var expression = new StringBuilder();
        int high = versions.high();
        while (high >= versions.low()) {
            var value = valueAt.apply(high);
            int low = high;
            while (low > versions.low() && valueAt.apply(low - 1).equals(value))
                low--;
            if (low > versions.low()) {
                expression.append("_version >= ").append(low).append(" ? ").append(value)
                    .append(" : ");
            } else {
                expression.append(value);
            }
            high = low - 1;
        }
        return expression.toString();
    }
}
