package dev.naru.registry.schema;

import java.util.Locale;
import java.util.Optional;

/// Which earlier schemas a new one of a subject is held against, and who must be able to read whose
/// data.
public enum CompatibilityLevel {
    NONE(false, false, false), BACKWARD(true, false, false), BACKWARD_TRANSITIVE(true, false,
        true), FORWARD(false, true, false), FORWARD_TRANSITIVE(false, true,
            true), FULL(true, true, false), FULL_TRANSITIVE(true, true, true);

    private final boolean isBackward;
    private final boolean isForward;
    private final boolean isTransitive;

    CompatibilityLevel(boolean isBackward, boolean isForward, boolean isTransitive) {
        this.isBackward = isBackward;
        this.isForward = isForward;
        this.isTransitive = isTransitive;
    }

    /// The level of that name, in whatever case.
    public static Optional<CompatibilityLevel> named(String name) {
        for (var level : values()) {
            if (level.name().equals(name.toUpperCase(Locale.ROOT))) return Optional.of(level);
        }
        return Optional.empty();
    }

    /// The new schema must read what the earlier one wrote.
    public boolean isBackward() {
        return isBackward;
    }

    /// The earlier schema must read what the new one writes.
    public boolean isForward() {
        return isForward;
    }

    /// All earlier schemas count, not only the latest.
    public boolean isTransitive() {
        return isTransitive;
    }
}
