package dev.naru.sim;

import dev.naru.base.Patterns;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Expressions as the JDK knows them: simulated clients send harmless ones.
final class SimPatterns {
    private SimPatterns() {}

    static Patterns.Outcome compile(String expression) {
        try {
            return new Patterns.Outcome.Compiled(Pattern.compile(expression).asMatchPredicate());
        } catch (PatternSyntaxException flawed) {
            return new Patterns.Outcome.Flawed(flawed.getDescription());
        }
    }
}
