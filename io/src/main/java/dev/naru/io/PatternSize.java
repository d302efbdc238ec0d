package dev.naru.io;

import java.util.ArrayDeque;

/// Estimates how large an expression becomes when its counted repetitions are written out:
/// `((a{1000}){1000}){1000}` is short and would fill the memory.
final class PatternSize {
    private final String expression;
    private final ArrayDeque<Long> outer = new ArrayDeque<>();
    private int at;
    private long total;
    private long last;

    private PatternSize(String expression) {
        this.expression = expression;
    }

    /// At least the number of states that an automaton needs for its letters; saturates.
    static long of(String expression) {
        return new PatternSize(expression).scan();
    }

    private long scan() {
        while (at < expression.length()) {
            char letter = expression.charAt(at++);
            switch (letter) {
                case '\\' -> {
                    at++;
                    add(1);
                }
                case '[' -> {
                    skipClass();
                    add(1);
                }
                case '(' -> {
                    outer.push(total);
                    total = 0;
                    last = 0;
                }
                case ')' -> closeGroup();
                case '{' -> repeat();
                default -> add(1);
            }
        }
        while (!outer.isEmpty())
            closeGroup();
        return total;
    }

    private void add(long size) {
        last = size;
        total = Math.min(total + size, Integer.MAX_VALUE);
    }

    private void closeGroup() {
        long inner = total + 1;
        total = outer.isEmpty() ? 0 : outer.pop();
        add(inner);
    }

    private void skipClass() {
        boolean isFirst = true;
        while (at < expression.length()) {
            char letter = expression.charAt(at++);
            if (letter == '\\') at++;
            else if (letter == ']' && !isFirst) return;
            isFirst = isFirst && letter == '^';
        }
    }

    /// What is no repetition counts as letters.
    private void repeat() {
        int end = expression.indexOf('}', at);
        var inside = end < 0 ? "" : expression.substring(at, end);
        if (!inside.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
            add(1);
            return;
        }
        at = end + 1;
        long most = 1;
        for (var number : inside.split(",", -1)) {
            if (!number.isEmpty()) most = Math.max(most, Long.parseLong(number));
        }
        long more = Math.min(last * most, Integer.MAX_VALUE);
        total = Math.min(total - last + more, Integer.MAX_VALUE);
        last = more;
    }
}
