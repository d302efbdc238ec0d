package dev.naru.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One setting: what it is called, which values it takes, which it has by default, what it means
/// and what Naru does with it. `defaultValue` is of the kind that [Type#parse] gives; some settings
/// have none. A hidden one is not shown unless it is given. `doc` is one or two sentences for an
/// operator.
public record SettingDefinition(String name, Type type, @Nullable Object defaultValue,
    Allowed allowed,
    Mode mode, Handling handling, boolean isHidden, String doc) {

    /// One that is not hidden.
    SettingDefinition(String name, Type type, @Nullable Object defaultValue, Allowed allowed,
        Mode mode,
        Handling handling, String doc) {
        this(name, type, defaultValue, allowed, mode, handling, false, doc);
    }

    /// The value in effect when nobody gives one.
    public Optional<String> defaultText() {
        return defaultValue == null ? Optional.empty() : Optional.of(Type.show(defaultValue));
    }

    /// Its value is a secret and never given back.
    public boolean isSensitive() {
        return type == Type.PASSWORD;
    }

    /// Which values it takes, for people; empty when all of its type.
    public String allowedWords() {
        return allowed.words();
    }

    /// The value that `text` stands for.
    Object parse(String text) throws Type.Unfit {
        var value = type.parse(text);
        var problem = allowed.problem(value);
        if (problem.isPresent()) throw new Type.Unfit(problem.get());
        return value;
    }

    /// What is wrong with a value for this setting, as a whole sentence. A password is not
    /// repeated.
    public Optional<String> problem(String text) {
        try {
            return refusal(parse(text));
        } catch (Type.Unfit unfit) {
            return Optional.of("'" + name + "' " + unfit.getMessage());
        }
    }

    private Optional<String> refusal(Object value) {
        if (handling.kind() != Handling.Kind.REFUSED) return Optional.empty();
        boolean isUsual = defaultValue == null ? "".equals(value) : defaultValue.equals(value);
        return isUsual
            ? Optional.empty()
            : Optional.of("'" + name + "' is refused: " + handling.why());
    }

    @Override public String toString() {
        return name;
    }
}
