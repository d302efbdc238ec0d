package dev.naru.io;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.naru.base.Patterns;

/// RE2/J: automata instead of backtracking, as Kafka uses it for the subscriptions of consumers.
public final class RealPatterns implements Patterns {
    /// Letters of an expression with its repetitions written out: a state each, some 50 bytes.
    private static final long SIZE_MAX = 20_000;

    @Override public Outcome compile(String expression) {
        if (PatternSize.of(expression) > SIZE_MAX) {
            return new Outcome.Flawed("its repetitions are too many");
        }
        try {
            var pattern = Pattern.compile(expression);
            return new Outcome.Compiled(text -> pattern.matcher(text).matches());
        } catch (PatternSyntaxException flawed) {
            var why = flawed.getDescription();
            return new Outcome.Flawed(why == null ? "not a regular expression" : why);
        }
    }
}
