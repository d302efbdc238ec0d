package dev.naru.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Which values of its type a setting takes.
sealed interface Allowed {
    /// What is wrong with a parsed value, as a sentence that goes on after the setting's name.
    Optional<String> problem(Object value);

    /// The words for pages; empty when everything goes.
    String words();

    /// Every value.
    record Anything() implements Allowed {
        @Override public Optional<String> problem(Object value) {
            return Optional.empty();
        }

        @Override public String words() {
            return "";
        }
    }

    /// Whole numbers from `low` to `high`, both included.
    record Between(long low, long high) implements Allowed {
        @Override public Optional<String> problem(Object value) {
            long number = (Long) value;
            if (number < low) return Optional.of("must be at least " + low + ", not " + number);
            if (number > high) return Optional.of("must be at most " + high + ", not " + number);
            return Optional.empty();
        }

        @Override public String words() {
            return high == Long.MAX_VALUE ? "at least " + low : low + " to " + high;
        }
    }

    /// Fractions from `low` to `high`, both included.
    record Share(double low, double high) implements Allowed {
        @Override public Optional<String> problem(Object value) {
            double number = (Double) value;
            boolean isWithin = number >= low && number <= high;
            return isWithin
                ? Optional.empty()
                : Optional.of("must be " + words() + ", not " + value);
        }

        @Override public String words() {
            return low + " to " + high;
        }
    }

    /// One of some words; of a list, each entry.
    record OneOf(List<String> choices, boolean isIgnoringCase) implements Allowed {
        @Override public Optional<String> problem(Object value) {
            var entries = value instanceof List<?> list ? list : List.of(value);
            for (var entry : entries) {
                if (!isChoice(entry.toString())) {
                    return Optional.of("must be one of " + words() + ", not '" + entry + "'");
                }
            }
            return Optional.empty();
        }

        private boolean isChoice(String entry) {
            if (!isIgnoringCase) return choices.contains(entry);
            for (var choice : choices) {
                if (choice.equalsIgnoreCase(entry)) return true;
            }
            return false;
        }

        @Override public String words() {
            return String.join(", ", choices);
        }
    }

    /// What another set allows, but not an empty text or list.
    record NotEmpty(Allowed within) implements Allowed {
        @Override public Optional<String> problem(Object value) {
            boolean isEmptyList = value instanceof List<?> list && list.isEmpty();
            boolean isEmpty = isEmptyList || "".equals(value);
            return isEmpty ? Optional.of("must not be empty") : within.problem(value);
        }

        @Override public String words() {
            return within.words().isEmpty() ? "not empty" : within.words();
        }
    }

    /// A text with a form of its own.
    record Form(Kind kind) implements Allowed {
        enum Kind {
            REPLICAS, NODES, STARTING_POINT, CLIENT_MATCH
        }

        private static final String STARTING = "(?i)earliest|latest|by_duration:P(?=.)(\\d+D)?"
            + "(T(?=.)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?";
        private static final List<String> CLIENT_KEYS = List.of("client_id", "client_instance_id",
            "client_software_name", "client_software_version", "client_source_address",
            "client_source_port");

        @Override public Optional<String> problem(Object value) {
            return switch (kind) {
                case REPLICAS -> replicas((List<?>) value);
                case NODES -> nodes((List<?>) value);
                case STARTING_POINT -> value.toString().matches(STARTING)
                    ? Optional.empty()
                    : Optional.of("must be " + words() + ", not '" + value + "'");
                case CLIENT_MATCH -> clientMatch((List<?>) value);
            };
        }

        private Optional<String> replicas(List<?> entries) {
            if (entries.equals(List.of("*"))) return Optional.empty();
            for (var entry : entries) {
                if (!entry.toString().matches("\\d+:\\d+")) {
                    return Optional.of("must be " + words() + ", not '" + entry + "'");
                }
            }
            return Optional.empty();
        }

        private Optional<String> nodes(List<?> entries) {
            for (var entry : entries) {
                if (!entry.toString().matches("\\d{1,9}"))
                    return Optional.of("must be " + words() + ", not '" + entry + "'");
            }
            return Optional.empty();
        }

        private Optional<String> clientMatch(List<?> entries) {
            for (var entry : entries) {
                var text = entry.toString();
                int equals = text.indexOf('=');
                if (equals < 0 || !CLIENT_KEYS.contains(text.substring(0, equals).strip())) {
                    return Optional.of("must hold " + words() + ", not '" + entry + "'");
                }
                if (!isPattern(text.substring(equals + 1).strip())) {
                    return Optional.of("holds a pattern that cannot be read: '" + entry + "'");
                }
            }
            return Optional.empty();
        }

        private static boolean isPattern(String text) {
            try {
                return !Pattern.compile(text).pattern().isEmpty();
            } catch (PatternSyntaxException unreadable) {
                return false;
            }
        }

        @Override public String words() {
            return switch (kind) {
                case REPLICAS -> "partition:node entries or *";
                case NODES -> "numbers of nodes";
                case STARTING_POINT -> "earliest, latest or by_duration:PnDTnHnMnS";
                case CLIENT_MATCH ->
                    "key=pattern entries with the keys " + String.join(", ", CLIENT_KEYS);
            };
        }
    }
}
