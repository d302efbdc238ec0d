package dev.naru.registry.protobuf;

import com.squareup.wire.schema.internal.parser.EnumConstantElement;
import com.squareup.wire.schema.internal.parser.EnumElement;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OptionElement;
import com.squareup.wire.schema.internal.parser.TypeElement;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/// The normal form of a file: no comments, imports and options in order, fields by number, types by
/// their full names. Extensions and services follow as they were written.
final class ProtobufNormalForm {
    private final ProtobufSchema schema;
    private final StringBuilder out = new StringBuilder();

    ProtobufNormalForm(ProtobufSchema schema) {
        this.schema = schema;
    }

    String text() {
        var file = schema.file();
        if (file.getSyntax() != null) line(0, "syntax = \"" + file.getSyntax() + "\";");
        if (!schema.packageName().isEmpty()) line(0, "package " + schema.packageName() + ";");
        new TreeSet<>(file.getImports()).forEach(path -> line(0, "import \"" + path + "\";"));
        new TreeSet<>(file.getPublicImports())
            .forEach(path -> line(0, "import public \"" + path + "\";"));
        options(0, file.getOptions());
        file.getTypes().forEach(type -> type(0, type, schema.packageName()));
        file.getExtendDeclarations().forEach(each -> out.append(each.toSchema()));
        file.getServices().forEach(each -> out.append(each.toSchema()));
        return out.toString();
    }

    private void line(int depth, String text) {
        out.append("  ".repeat(depth)).append(text).append('\n');
    }

    private void options(int depth, List<OptionElement> options) {
        options.stream().map(OptionElement::toSchemaDeclaration).sorted()
            .forEach(option -> line(depth, option.strip()));
    }

    private void type(int depth, TypeElement type, String within) {
        var name = within.isEmpty() ? type.getName() : within + "." + type.getName();
        if (type instanceof MessageElement message) message(depth, message, name);
        if (type instanceof EnumElement values) enumeration(depth, values);
    }

    private void message(int depth, MessageElement message, String name) {
        line(depth, "message " + message.getName() + " {");
        message.getReserveds().forEach(each -> line(depth + 1, each.toSchema().strip()));
        options(depth + 1, message.getOptions());
        byNumber(message.getFields()).forEach(each -> field(depth + 1, each, name));
        message.getOneOfs().stream().sorted(Comparator.comparing(each -> each.getName()))
            .forEach(oneOf -> {
                line(depth + 1, "oneof " + oneOf.getName() + " {");
                options(depth + 2, oneOf.getOptions());
                byNumber(oneOf.getFields()).forEach(each -> field(depth + 2, each, name));
                line(depth + 1, "}");
            });
        message.getExtensions().forEach(each -> line(depth + 1, each.toSchema().strip()));
        message.getNestedTypes().forEach(each -> type(depth + 1, each, name));
        message.getExtendDeclarations().forEach(each -> out.append(each.toSchema()));
        line(depth, "}");
    }

    private static List<FieldElement> byNumber(List<FieldElement> fields) {
        return fields.stream().sorted(Comparator.comparingInt(FieldElement::getTag)).toList();
    }

    private void field(int depth, FieldElement field, String within) {
        var label = field.getLabel() == null
            ? ""
            : field.getLabel().name().toLowerCase(Locale.ROOT) + " ";
        var attributes = new TreeSet<String>();
        if (field.getJsonName() != null) {
            attributes.add("json_name = \"" + field.getJsonName() + "\"");
        }
        if (field.getDefaultValue() != null) {
            attributes.add("default = " + field.getDefaultValue());
        }
        field.getOptions().forEach(option -> attributes.add(option.toSchema().strip()));
        line(depth, label + type(field.getType(), within) + " " + field.getName() + " = "
            + field.getTag() + said(attributes) + ";");
    }

    private static String said(SortedSet<String> attributes) {
        return attributes.isEmpty() ? "" : " [" + String.join(", ", attributes) + "]";
    }

    private String type(String type, String within) {
        if (TypeScope.SCALARS.contains(type)) return type;
        if (!type.startsWith("map<")) return schema.scope().fullName(type, within);
        int comma = type.indexOf(',');
        var value = type.substring(comma + 1, type.length() - 1).trim();
        return type.substring(0, comma) + ", " + type(value, within) + ">";
    }

    private void enumeration(int depth, EnumElement values) {
        line(depth, "enum " + values.getName() + " {");
        values.getReserveds().forEach(each -> line(depth + 1, each.toSchema().strip()));
        options(depth + 1, values.getOptions());
        values.getConstants().stream()
            .sorted(Comparator.comparingInt(EnumConstantElement::getTag)
                .thenComparing(EnumConstantElement::getName))
            .forEach(each -> {
                var attributes = new TreeSet<String>();
                each.getOptions().forEach(option -> attributes.add(option.toSchema().strip()));
                line(depth + 1, each.getName() + " = " + each.getTag() + said(attributes) + ";");
            });
        line(depth, "}");
    }
}
