package dev.naru.registry.protobuf;

import com.squareup.wire.schema.internal.parser.EnumElement;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OptionElement;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.TypeElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a parser of single files does not see: imports, types, numbers and names that do not fit.
final class Soundness {
    private static final int NUMBER_MAX = 536_870_911;
    private static final int IMPLEMENTATION_FIRST = 19_000;
    private static final int IMPLEMENTATION_LAST = 19_999;
    private static final List<String> MAP_KEYS = List.of("int32", "int64", "uint32", "uint64",
        "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string");

    private final ProtoFileElement file;
    private final Set<String> imported;
    private final TypeScope scope;
    private final List<String> faults = new ArrayList<>();

    Soundness(ProtoFileElement file, Set<String> imported, TypeScope scope) {
        this.file = file;
        this.imported = imported;
        this.scope = scope;
    }

    /// The first thing that is wrong.
    Optional<String> firstFault() {
        var paths = new ArrayList<String>(file.getImports());
        paths.addAll(file.getPublicImports());
        for (var path : paths) {
            if (imported.contains(path) || TypeScope.isWellKnown(path)) continue;
            faults.add("the import \"" + path + "\" is none of the schema's references");
        }
        types(file.getTypes(), file.getPackageName() == null ? "" : file.getPackageName());
        return faults.stream().findFirst();
    }

    private void types(List<TypeElement> types, String within) {
        var names = new HashSet<String>();
        for (var type : types) {
            var name = within.isEmpty() ? type.getName() : within + "." + type.getName();
            if (!names.add(type.getName())) faults.add(name + " is defined twice");
            if (type instanceof MessageElement message) message(message, name);
            if (type instanceof EnumElement values) enumeration(values, name);
            types(type.getNestedTypes(), name);
        }
    }

    private void message(MessageElement message, String name) {
        var names = new HashSet<String>();
        var numbers = new HashSet<Integer>();
        var fields = new ArrayList<FieldElement>(message.getFields());
        message.getOneOfs().forEach(oneOf -> fields.addAll(oneOf.getFields()));
        for (var field : fields) {
            var at = name + "." + field.getName();
            if (!names.add(field.getName())) faults.add(at + " is defined twice");
            int number = field.getTag();
            if (!numbers.add(number)) faults.add(at + ": number " + number + " is used twice");
            boolean isOurs = number >= IMPLEMENTATION_FIRST && number <= IMPLEMENTATION_LAST;
            if (number < 1 || number > NUMBER_MAX || isOurs) {
                faults.add(at + ": there is no field number " + number);
            }
            type(field.getType(), name, at);
        }
    }

    private void type(String type, String within, String at) {
        if (TypeScope.SCALARS.contains(type)) return;
        if (type.startsWith("map<")) {
            int comma = type.indexOf(',');
            var key = type.substring("map<".length(), comma).trim();
            if (!MAP_KEYS.contains(key)) faults.add(at + ": a map cannot have keys of " + key);
            type(type.substring(comma + 1, type.length() - 1).trim(), within, at);
            return;
        }
        boolean isKnown = scope.find(type, within).isPresent() || TypeScope.mayBeWellKnown(type)
            || scope.find(type, "").isPresent();
        if (!isKnown) faults.add(at + ": the type " + type + " is not defined");
    }

    private void enumeration(EnumElement values, String name) {
        boolean mayShare = values.getOptions().stream().anyMatch(Soundness::isAlias);
        var names = new HashSet<String>();
        var numbers = new HashSet<Integer>();
        for (var constant : values.getConstants()) {
            var at = name + "." + constant.getName();
            if (!names.add(constant.getName())) faults.add(at + " is defined twice");
            if (!numbers.add(constant.getTag()) && !mayShare) {
                faults.add(at + ": number " + constant.getTag() + " is used twice");
            }
        }
        boolean isProto3 = file.getSyntax() != null && file.getSyntax().toString().equals("proto3");
        if (values.getConstants().isEmpty()) {
            faults.add(name + " has no values");
        } else if (isProto3 && values.getConstants().getFirst().getTag() != 0) {
            faults.add(name + ": the first value must be 0 in proto3");
        }
    }

    private static boolean isAlias(OptionElement option) {
        return option.getName().equals("allow_alias")
            && String.valueOf(option.getValue()).equals("true");
    }
}
