package dev.naru.wiregen;

import java.util.Comparator;
import java.util.List;

/// A structure and the versions in which it can be met.
record Struct(String name, Versions versions, Versions flexible, List<Field> fields) {
    /// The fields that are tagged in some version, by tag.
    List<Field> taggedFields() {
        return fields.stream()
            .filter(field -> !field.tagged().isEmpty())
            .sorted(Comparator.comparingInt(Field::tag))
            .toList();
    }

    boolean isFlexible(int version) {
        return flexible.holds(version);
    }

    /// Whether anything in it depends on the version or on its being flexible.
    boolean hasLengths() {
        return fields.stream().anyMatch(field -> switch (field.type()) {
            case Type.Plain plain -> plain.scalar().hasLength();
            case Type.Array _ -> true;
            case Type.Struct _ -> false;
        });
    }
}
