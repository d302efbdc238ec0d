package dev.naru.base;

import java.util.function.Predicate;

/// Regular expressions that clients send (RE2 syntax). Matching takes time linear in the text, for
/// every expression. May be used on any loop.
public interface Patterns {
    Outcome compile(String expression);

    /// What became of an expression.
    sealed interface Outcome {
        /// `matches` tells whether it matches a whole text.
        record Compiled(Predicate<String> matches) implements Outcome {}

        /// It is none, or too costly; `why` is for people.
        record Flawed(String why) implements Outcome {}
    }
}
