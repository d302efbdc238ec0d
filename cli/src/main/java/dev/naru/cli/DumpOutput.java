package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Writes what a dump finds: facts in order, as `name: value` on one line or as one line of JSON.
final class DumpOutput {
    private final Terminal terminal;
    private final boolean json;
    private int flaws;

    DumpOutput(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    /// Something to say that is no finding: only to people.
    void remark(String text) {
        if (!json) terminal.line(text);
    }

    /// Worth a word, and no flaw: `text` is what people read.
    void note(String kind, String text, Map<String, Object> facts) {
        if (json) object(kind, facts);
        else
            terminal.line(text);
    }

    private void object(String kind, Map<String, Object> facts) {
        var object = new LinkedHashMap<String, Object>();
        object.put("kind", kind);
        facts.forEach((name, value) -> object.put(name, plain(value)));
        terminal.line(Json.compact(object));
    }

    void facts(String kind, String prefix, Map<String, Object> facts) {
        if (json) {
            object(kind, facts);
            return;
        }
        var text = new StringBuilder(prefix);
        facts.forEach((name, value) -> text
            .append(text.isEmpty() || text.charAt(text.length() - 1) == ' ' ? "" : " ").append(name)
            .append(": ").append(shown(value)));
        terminal.line(text.toString());
    }

    /// Something is wrong with the file.
    void flaw(String text) {
        flaws++;
        if (!json) terminal.line(text);
        else
            terminal.line(Json.compact(Map.of("kind", "flaw", "text", text)));
    }

    boolean isSound() {
        return flaws == 0;
    }

    private static Object plain(Object value) {
        if (!(value instanceof OptionalLong number)) return value;
        return number.isPresent() ? (Object) number.getAsLong() : Json.nothing();
    }

    private static String shown(Object value) {
        if (value instanceof Map || value.getClass().getName().startsWith("tools.jackson")) {
            return Json.compact(value);
        }
        return value instanceof List ? value.toString().replace(", ", ",") : value.toString();
    }
}
