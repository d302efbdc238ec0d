package dev.naru.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.Patterns;
import org.junit.jupiter.api.Test;

class RealPatternsTest {
    private final RealPatterns patterns = new RealPatterns();

    private boolean matches(String expression, String text) {
        var compiled = (Patterns.Outcome.Compiled) patterns.compile(expression);
        return compiled.matches().test(text);
    }

    @Test void an_expression_matches_whole_texts() {
        assertTrue(matches("foo.*", "foo-1"));
        assertFalse(matches("foo", "foo-1"));
        assertFalse(matches("foo.*", "a-foo"));
    }

    @Test void what_is_no_expression_is_refused_with_a_reason() {
        var flawed = assertInstanceOf(Patterns.Outcome.Flawed.class, patterns.compile("(foo"));
        assertFalse(flawed.why().isEmpty());
    }

    @Test void what_would_take_exponential_time_or_space_is_linear_or_refused() {
        assertFalse(matches("(a*)*b", "a".repeat(100_000)));
        assertInstanceOf(Patterns.Outcome.Flawed.class, patterns.compile("(a{1000}){1000}"));
        assertInstanceOf(Patterns.Outcome.Flawed.class,
            patterns.compile("((([ab]|\\d{9}){900}x){900}){900}"));
    }

    @Test void ordinary_repetitions_are_welcome() {
        assertTrue(matches("a{2,3}-[0-9{}]{4}\\{(x|y){0,2}", "aaa-12{}{xy"));
    }

    @Test void back_references_are_no_part_of_the_language() {
        assertInstanceOf(Patterns.Outcome.Flawed.class, patterns.compile("(a)\\1"));
        assertEquals(true, matches("(a)a", "aa"));
    }
}
