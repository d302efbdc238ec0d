package dev.naru.cli;

import java.util.LinkedHashMap;

/// `naru version`.
final class Version implements Command {
    static final String NARU = "0.1.0";
    /// The Kafka whose protocol and tools are followed.
    static final String KAFKA = "4.4.0";

    @Override public Flags flags() {
        return Flags.of("naru version", "Prints the version.").json();
    }

    @Override public int run(Given given, Terminal terminal) {
        String java = System.getProperty("java.version", "?");
        if (given.json()) {
            var object = new LinkedHashMap<String, Object>();
            object.put("version", NARU);
            object.put("kafka", KAFKA);
            object.put("java", java);
            terminal.line(Json.compact(object));
        } else {
            terminal.line("naru " + NARU + " (speaks Kafka " + KAFKA + ", runs on Java " + java
                + ")");
        }
        return 0;
    }
}
