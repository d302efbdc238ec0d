package dev.naru.registry.protobuf;

import com.squareup.wire.schema.Field;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OneOfElement;
import com.squareup.wire.schema.internal.parser.TypeElement;
import dev.naru.registry.schema.Incompatibility;
import dev.naru.registry.schema.SchemaBounds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Holds an updated file against the original by the rules that Confluent publishes for Protocol
/// Buffers: fields are known by their numbers, messages by their names. New messages, enumerations,
/// values and fields are compatible, and so are fields that are gone unless they were required, other
/// names of fields, and types with the same bytes on the wire. Used once.
final class ProtobufComparison {
    private static final List<List<String>> SAME_BYTES = List.of(
        List.of("int32", "int64", "uint32", "uint64", "bool"), List.of("sint32", "sint64"),
        List.of("string", "bytes"), List.of("fixed32", "sfixed32"),
        List.of("fixed64", "sfixed64"), List.of("float"), List.of("double"));

    private final ProtobufSchema original;
    private final ProtobufSchema update;
    private final List<Incompatibility> found = new ArrayList<>();
    private final Set<String> compared = new HashSet<>();
    private int steps;

    ProtobufComparison(ProtobufSchema original, ProtobufSchema update) {
        this.original = original;
        this.update = update;
    }

    /// A message with the full name it has, in both files.
    private record Pair(MessageElement original, MessageElement update, String originalName,
        String updateName) {}

    /// A field with the name of the message it is in.
    private record Typed(String type, String within) {}

    List<Incompatibility> incompatibilities() {
        if (!original.packageName().equals(update.packageName())) {
            add("PACKAGE_CHANGED", "#/", "The package changed from '" + original.packageName()
                + "' to '" + update.packageName() + "'");
        }
        types(original.file().getTypes(), update.file().getTypes(),
            new Typed("", original.packageName()), new Typed("", update.packageName()));
        return found;
    }

    private void add(String rule, String path, String meaning) {
        found.add(new Incompatibility(rule, path, meaning));
    }

    private static String join(String within, String name) {
        return within.isEmpty() ? name : within + "." + name;
    }

    private void types(List<TypeElement> before, List<TypeElement> after, Typed in, Typed now) {
        var updated = new LinkedHashMap<String, MessageElement>();
        TypeScope.messages(after).forEach(each -> updated.put(each.getName(), each));
        for (var message : TypeScope.messages(before)) {
            var name = join(in.within(), message.getName());
            var other = updated.get(message.getName());
            if (other == null) {
                add("MESSAGE_REMOVED", "#/" + name, "The message '" + name + "' is gone");
            } else {
                message(new Pair(message, other, name, join(now.within(), other.getName())));
            }
        }
    }

    private void message(Pair pair) {
        if (!compared.add(pair.originalName() + " " + pair.updateName())) return;
        if (++steps > SchemaBounds.COMPARISONS_MAX) return;
        var before = byNumber(pair.original());
        var after = byNumber(pair.update());
        for (var each : before.entrySet()) {
            var path = "#/" + pair.originalName() + "/" + each.getKey();
            var other = after.get(each.getKey());
            if (other == null) gone(pair, each.getValue(), path);
            else
                field(pair, each.getValue(), other, path);
        }
        after.forEach((number, field) -> {
            if (before.containsKey(number) || field.getLabel() != Field.Label.REQUIRED) return;
            add("REQUIRED_FIELD_ADDED", "#/" + pair.updateName() + "/" + number,
                "The required field '" + field.getName() + "' is new");
        });
        pair.update().getOneOfs().forEach(oneOf -> moved(pair, oneOf));
        types(pair.original().getNestedTypes(), pair.update().getNestedTypes(),
            new Typed("", pair.originalName()), new Typed("", pair.updateName()));
    }

    private static Map<Integer, FieldElement> byNumber(MessageElement message) {
        var fields = new TreeMap<Integer, FieldElement>();
        message.getFields().forEach(field -> fields.put(field.getTag(), field));
        message.getOneOfs().forEach(
            oneOf -> oneOf.getFields().forEach(field -> fields.put(field.getTag(), field)));
        return fields;
    }

    private void gone(Pair pair, FieldElement field, String path) {
        if (field.getLabel() == Field.Label.REQUIRED) {
            add("REQUIRED_FIELD_REMOVED", path,
                "The required field '" + field.getName() + "' is gone");
            return;
        }
        var oneOf = oneOf(pair.original(), field.getTag());
        boolean isOneOfThere = pair.update().getOneOfs().stream()
            .anyMatch(each -> each.getName().equals(oneOf));
        if (!isOneOfThere) return;
        add("ONEOF_FIELD_REMOVED", path, "The field '" + field.getName() + "' of the oneof '"
            + oneOf + "' is gone");
    }

    private static String oneOf(MessageElement message, int number) {
        for (var oneOf : message.getOneOfs()) {
            if (oneOf.getFields().stream().anyMatch(field -> field.getTag() == number)) {
                return oneOf.getName();
            }
        }
        return "";
    }

    /// At most one field may move into a oneof, and only into a new one: else data that has several
    /// of them would lose some.
    private void moved(Pair pair, OneOfElement oneOf) {
        int moved = 0;
        int existing = 0;
        for (var field : oneOf.getFields()) {
            boolean wasFree = pair.original().getFields().stream()
                .anyMatch(each -> each.getTag() == field.getTag());
            if (wasFree) moved++;
            else if (!oneOf(pair.original(), field.getTag()).isEmpty()) existing++;
        }
        var path = "#/" + pair.updateName() + "/" + oneOf.getName();
        if (moved > 1) {
            add("MULTIPLE_FIELDS_MOVED_TO_ONEOF", path,
                "More than one field moved into the oneof '" + oneOf.getName() + "'");
        } else if (moved == 1 && existing > 0) {
            add("FIELD_MOVED_TO_EXISTING_ONEOF", path,
                "A field moved into the oneof '" + oneOf.getName() + "' that was there before");
        }
    }

    private void field(Pair pair, FieldElement before, FieldElement after, String path) {
        labels(before, after, path);
        types(new Typed(before.getType(), pair.originalName()),
            new Typed(after.getType(), pair.updateName()), path);
    }

    private void labels(FieldElement before, FieldElement after, String path) {
        boolean wasRepeated = before.getLabel() == Field.Label.REPEATED;
        boolean isRepeated = after.getLabel() == Field.Label.REPEATED;
        boolean isText = SAME_BYTES.get(2).contains(before.getType());
        if (wasRepeated == isRepeated || isText) return;
        boolean isMessage = !TypeScope.SCALARS.contains(before.getType())
            && !TypeScope.SCALARS.contains(after.getType());
        if (isMessage) return;
        add("FIELD_NUMERIC_LABEL_CHANGED", path, "The field '" + after.getName()
            + "' changed between single and repeated");
    }

    private void types(Typed before, Typed after, String path) {
        boolean wasMap = before.type().startsWith("map<");
        boolean isMap = after.type().startsWith("map<");
        if (wasMap != isMap) {
            kindChanged(before, after, path);
        } else if (wasMap) {
            types(part(before, true), part(after, true), path);
            types(part(before, false), part(after, false), path);
        } else {
            single(before, after, path);
        }
    }

    private static Typed part(Typed map, boolean isKey) {
        int comma = map.type().indexOf(',');
        var text = isKey
            ? map.type().substring("map<".length(), comma)
            : map.type().substring(comma + 1, map.type().length() - 1);
        return new Typed(text.trim(), map.within());
    }

    private void kindChanged(Typed before, Typed after, String path) {
        add("FIELD_KIND_CHANGED", path,
            "The type changed from " + before.type() + " to " + after.type());
    }

    private void single(Typed before, Typed after, String path) {
        var old = original.scope().find(before.type(), before.within()).orElse(null);
        var now = update.scope().find(after.type(), after.within()).orElse(null);
        boolean wasScalar = isScalar(before, old);
        boolean isScalar = isScalar(after, now);
        if (wasScalar != isScalar) {
            kindChanged(before, after, path);
        } else if (wasScalar) {
            if (bytes(before) == bytes(after)) return;
            add("FIELD_SCALAR_KIND_CHANGED", path, "The type changed from " + before.type()
                + " to " + after.type() + ", which has other bytes");
        } else if (old == null || now == null) {
            if (plain(before.type()).equals(plain(after.type()))) return;
            namedTypeChanged(before, after, path);
        } else if (!old.localName().equals(now.localName())) {
            namedTypeChanged(before, after, path);
        } else if (!old.isLocal() || !now.isLocal()) {
            message(new Pair((MessageElement) old.type(), (MessageElement) now.type(),
                old.fullName(), now.fullName()));
        }
    }

    private void namedTypeChanged(Typed before, Typed after, String path) {
        add("FIELD_NAMED_TYPE_CHANGED", path,
            "The type changed from " + before.type() + " to " + after.type());
    }

    private static String plain(String name) {
        return name.startsWith(".") ? name.substring(1) : name;
    }

    private static boolean isScalar(Typed typed, TypeScope.@Nullable Known known) {
        return TypeScope.SCALARS.contains(typed.type()) || (known != null && known.isEnum());
    }

    /// Which of the groups a type belongs to; an enumeration is an integer.
    private static int bytes(Typed typed) {
        for (int group = 0; group < SAME_BYTES.size(); group++) {
            if (SAME_BYTES.get(group).contains(typed.type())) return group;
        }
        return 0;
    }
}
