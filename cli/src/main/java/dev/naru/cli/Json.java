package dev.naru.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/// JSON in and out: maps, lists, strings and numbers. Loaded only by commands that use it.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    static String compact(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static String pretty(Object value) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    /// JSON's null, for values that must be there and are not known.
    static Object nothing() {
        return NullNode.getInstance();
    }

    static JsonNode parse(String what, String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw Failed.because(what + " is not JSON: " + e.getOriginalMessage());
        }
    }

    static JsonNode file(String file) {
        try {
            return parse(file, Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw Failed.because("cannot read " + file + ": " + Explain.line(e));
        }
    }
}
