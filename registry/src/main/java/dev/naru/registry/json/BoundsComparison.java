package dev.naru.registry.json;

import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Compares keywords with numbers and texts: what is added or tightened is incompatible. A rule's name
/// is that of its keyword and what happened.
final class BoundsComparison {
    private static final String ADDED = "_ADDED";

    private final JsonDifferences differences;
    private final JsonNode before;
    private final JsonNode after;

    BoundsComparison(JsonDifferences differences, JsonNode before, JsonNode after) {
        this.differences = differences;
        this.before = before;
        this.after = after;
    }

    void text() {
        upper("maxLength", "MAX_LENGTH");
        lower("minLength", "MIN_LENGTH");
        var now = after.path("pattern").asString("");
        var old = before.path("pattern").asString("");
        if (now.isEmpty() || now.equals(old)) return;
        tell("pattern", "PATTERN" + (old.isEmpty() ? ADDED : "_CHANGED"), old, now);
    }

    void number() {
        upper("maximum", "MAXIMUM");
        lower("minimum", "MINIMUM");
        exclusive("exclusiveMaximum", "EXCLUSIVE_MAXIMUM");
        exclusive("exclusiveMinimum", "EXCLUSIVE_MINIMUM");
        upper("exclusiveMaximum", "EXCLUSIVE_MAXIMUM");
        lower("exclusiveMinimum", "EXCLUSIVE_MINIMUM");
        multiples();
    }

    /// Draft 4 says with a flag that a bound is itself excluded.
    private void exclusive(String keyword, String rule) {
        boolean isNew = after.path(keyword).isBoolean() && after.path(keyword).asBoolean()
            && !before.path(keyword).equals(after.path(keyword));
        if (isNew) tell(keyword, rule + ADDED, "nothing", "true");
    }

    private void multiples() {
        var now = number(after, "multipleOf");
        if (now.isEmpty() || now.get().signum() <= 0) return;
        var old = number(before, "multipleOf");
        if (old.isEmpty()) {
            tell("multipleOf", "MULTIPLE_OF" + ADDED, "nothing", now.get().toString());
        } else if (!isMultiple(old.get(), now.get())) {
            boolean isMore = isMultiple(now.get(), old.get());
            tell("multipleOf", isMore ? "MULTIPLE_OF_EXPANDED" : "MULTIPLE_OF_CHANGED",
                old.get().toString(), now.get().toString());
        }
    }

    private static boolean isMultiple(BigDecimal number, BigDecimal of) {
        if (number.compareTo(of) == 0) return true;
        boolean isPlain = of.signum() > 0 && Math.abs((long) number.scale()) < 100
            && Math.abs((long) of.scale()) < 100;
        return isPlain && number.remainder(of).signum() == 0;
    }

    /// A bound from above: lower than before is incompatible.
    void upper(String keyword, String rule) {
        var now = number(after, keyword);
        if (now.isEmpty()) return;
        var old = number(before, keyword);
        if (old.isEmpty()) {
            tell(keyword, rule + ADDED, "nothing", now.get().toString());
        } else if (now.get().compareTo(old.get()) < 0) {
            tell(keyword, rule + "_DECREASED", old.get().toString(), now.get().toString());
        }
    }

    /// A bound from below: higher than before is incompatible.
    void lower(String keyword, String rule) {
        var now = number(after, keyword);
        if (now.isEmpty()) return;
        var old = number(before, keyword);
        if (old.isEmpty()) {
            tell(keyword, rule + ADDED, "nothing", now.get().toString());
        } else if (now.get().compareTo(old.get()) > 0) {
            tell(keyword, rule + "_INCREASED", old.get().toString(), now.get().toString());
        }
    }

    private static Optional<BigDecimal> number(JsonNode schema, String keyword) {
        var value = schema.path(keyword);
        return value.isNumber() ? Optional.of(value.decimalValue()) : Optional.empty();
    }

    private void tell(String keyword, String rule, String old, String now) {
        differences.enter(keyword);
        differences.add(rule, keyword + " changed from " + (old.isEmpty() ? "nothing" : old)
            + " to " + now);
        differences.leave();
    }
}
