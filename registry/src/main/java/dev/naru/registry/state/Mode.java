package dev.naru.registry.state;

import java.util.Locale;
import java.util.Optional;

/// What may be written: everything, nothing, or (for a copy of another registry) schemas with the ids
/// they have there.
public enum Mode {
    READWRITE, READONLY, READONLY_OVERRIDE, IMPORT, FORWARD;

    /// The mode of that name, in whatever case.
    public static Optional<Mode> named(String name) {
        for (var mode : values()) {
            if (mode.name().equals(name.toUpperCase(Locale.ROOT))) return Optional.of(mode);
        }
        return Optional.empty();
    }

    boolean isReadOnly() {
        return switch (this) {
            case READONLY, READONLY_OVERRIDE, FORWARD -> true;
            case READWRITE, IMPORT -> false;
        };
    }
}
