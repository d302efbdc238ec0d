package dev.naru.wiregen;

import java.util.Optional;

/// One field of a structure. `versions` are those in which it is on the wire; in `tagged` ones it
/// is a tagged field. `defaultText` is as the schema has it, "null" included.
record Field(
    String name,
    Type type,
    Versions versions,
    Versions nullable,
    Versions tagged,
    int tag,
    Optional<String> defaultText,
    Optional<Versions> flexibleOverride) {
    boolean isNullable() {
        return !nullable.isEmpty();
    }

    boolean isNullByDefault() {
        return isNullable() && defaultText.filter("null"::equals).isPresent();
    }
}
