package dev.naru.wiregen;

import java.util.stream.Collectors;

/// The builder of a record: starts from the schema's defaults, or from a record.
final class BuilderText {
    private final Schema schema;
    private final Struct struct;
    private final Text text;

    BuilderText(Schema schema, Struct struct, Text text) {
        this.schema = schema;
        this.struct = struct;
        this.text = text;
    }

    void write() {
        text.line("/// All fields at their defaults.");
        text.line("public static Builder builder() {").line("return new Builder();").line("}");
        text.line("");
        text.line("/// All fields as they are here.");
        text.line("public Builder toBuilder() {").line("var _builder = new Builder();");
        for (var field : struct.fields()) {
            text.line("_builder." + field.name() + " = " + field.name() + ";");
        }
        text.line("return _builder;").line("}").line("");
        text.line("/// Takes the fields one by one.");
        text.line("public static final class Builder {");
        for (var field : struct.fields()) {
            text.line("private " + MessageText.javaType(schema, field) + " " + field.name() + " = "
                + MessageText.defaultOf(schema, field) + ";");
        }
        text.line("").line("private Builder() {}");
        for (var field : struct.fields())
            setter(field);
        text.line("").line("/// The record.");
        text.line("public " + struct.name() + " build() {");
        text.line("return new " + struct.name() + "(" + struct.fields().stream().map(Field::name)
            .collect(Collectors.joining(", ")) + ");");
        text.line("}").line("}");
    }

    private void setter(Field field) {
        text.line("").line("/// Sets `" + field.name() + "`.");
        text.line("public Builder " + field.name() + "(" + MessageText.javaType(schema, field)
            + " value) {");
        text.line("this." + field.name() + " = value;").line("return this;").line("}");
    }
}
