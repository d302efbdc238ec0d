package dev.naru.config;

import dev.naru.base.Invariant;
import java.util.List;
import java.util.Optional;

/// Settings that are known to be right, read by name and type. A name that is not a setting, or a
/// type that is not the setting's, is a bug of the caller.
public sealed interface TypedSettings
    permits Settings, TopicSettings, GroupSettings, ClientMetricsSettings {
    /// The value in effect (Boolean, Long, Double, a list of String, or String), empty when there
    /// is none.
    Optional<Object> value(String name);

    /// The value as text, empty when there is none.
    default Optional<String> find(String name) {
        return value(name).map(Type::show);
    }

    /// The value as text.
    default String text(String name) {
        return Type.show(existing(name));
    }

    /// The value of an int, short or long.
    default long number(String name) {
        return (Long) existing(name);
    }

    /// The value of an int or short.
    default int integer(String name) {
        return Math.toIntExact(number(name));
    }

    /// The value of a double.
    default double fraction(String name) {
        return (Double) existing(name);
    }

    /// The value of a boolean.
    default boolean flag(String name) {
        return (Boolean) existing(name);
    }

    /// The value of a list; without one, no entries.
    default List<String> list(String name) {
        return Type.strings((List<?>) value(name).orElse(List.of()));
    }

    private Object existing(String name) {
        var value = value(name);
        if (value.isEmpty()) {
            throw new Invariant.Broken("a setting that is read has a value: " + name);
        }
        return value.get();
    }
}
