package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/// What happened, a line of JSON each: `{"timestamp":1,"name":"startup_complete"}`. Written at
/// once; may be told by several threads.
final class Events {
    private final Terminal terminal;

    Events(Terminal terminal) {
        this.terminal = terminal;
    }

    void tell(String name) {
        tell(name, Map.of());
    }

    void tell(String name, Map<String, Object> more) {
        String line = line(System.currentTimeMillis(), name, more);
        synchronized (this) {
            terminal.line(line);
            terminal.out().flush();
        }
    }

    static String line(long timestampMs, String name, Map<String, Object> more) {
        var event = new LinkedHashMap<String, Object>();
        event.put("timestamp", timestampMs);
        event.put("name", name);
        event.putAll(more);
        return Json.compact(event);
    }
}
