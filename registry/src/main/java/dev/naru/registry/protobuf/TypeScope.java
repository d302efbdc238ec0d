package dev.naru.registry.protobuf;

import com.squareup.wire.schema.internal.parser.EnumElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.TypeElement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The types that a file may name: its own, those of what it imports, the well-known ones. Immutable
/// once made.
final class TypeScope {
    /// A type, its name in full, the package it is in and whether the file itself defines it.
    record Known(TypeElement type, String fullName, String packageName, boolean isLocal) {
        boolean isEnum() {
            return type instanceof EnumElement;
        }

        /// The name without the package.
        String localName() {
            return packageName.isEmpty() ? fullName : fullName.substring(packageName.length() + 1);
        }
    }

    static final List<String> SCALARS = List.of("double", "float", "int32", "int64", "uint32",
        "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool",
        "string", "bytes");
    private static final List<String> WELL_KNOWN = List.of("google/protobuf/", "google/type/",
        "google/api/", "google/rpc/", "confluent/meta.proto", "confluent/type/", "buf/validate/");
    private static final List<String> WELL_KNOWN_PACKAGES = List.of("google.protobuf.",
        "google.type.", "google.api.", "google.rpc.", "confluent.", "buf.validate.");

    private final Map<String, Known> types = new TreeMap<>();

    TypeScope(ProtoFileElement file, Map<String, ProtoFileElement> imported) {
        imported.values().forEach(each -> add(each, false));
        add(file, true);
    }

    private void add(ProtoFileElement file, boolean isLocal) {
        var packageName = file.getPackageName() == null ? "" : file.getPackageName();
        file.getTypes().forEach(type -> add(type, packageName, packageName, isLocal));
    }

    private void add(TypeElement type, String within, String packageName, boolean isLocal) {
        var name = within.isEmpty() ? type.getName() : within + "." + type.getName();
        types.put(name, new Known(type, name, packageName, isLocal));
        type.getNestedTypes().forEach(nested -> add(nested, name, packageName, isLocal));
    }

    /// Whether a file of that path needs no reference.
    static boolean isWellKnown(String path) {
        return WELL_KNOWN.stream().anyMatch(path::startsWith);
    }

    /// The type that `name` means inside of `within` (a full name of a message, or a package), found
    /// outward from there as the language says.
    Optional<Known> find(String name, String within) {
        if (name.startsWith(".")) return Optional.ofNullable(types.get(name.substring(1)));
        var scope = within;
        while (true) {
            var found = types.get(scope.isEmpty() ? name : scope + "." + name);
            if (found != null) return Optional.of(found);
            if (scope.isEmpty()) return Optional.empty();
            int dot = scope.lastIndexOf('.');
            scope = dot < 0 ? "" : scope.substring(0, dot);
        }
    }

    /// Whether the name can be one of a type in a well-known file.
    static boolean mayBeWellKnown(String name) {
        var full = name.startsWith(".") ? name.substring(1) : name;
        return WELL_KNOWN_PACKAGES.stream().anyMatch(full::startsWith);
    }

    /// The full name with a leading dot, where the type is known; else what was written.
    String fullName(String name, String within) {
        return find(name, within).map(known -> "." + known.fullName()).orElse(name);
    }

    /// The messages that nest in a message or stand in a file.
    static List<MessageElement> messages(List<TypeElement> types) {
        return types.stream().filter(MessageElement.class::isInstance)
            .map(MessageElement.class::cast).toList();
    }
}
