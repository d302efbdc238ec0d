package dev.naru.wiregen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Entry point of the generator: `Main SCHEMA_DIRECTORY... OUTPUT_DIRECTORY`.
public final class Main {
    private static final String PACKAGE = "dev.naru.wire.message";

    private Main() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 2) throw new IllegalArgumentException("usage: Main SCHEMAS... OUTPUT");
        int last = args.length - 1;
        var schemas = new ArrayList<Schema>();
        for (int at = 0; at < last; at++)
            schemas.addAll(schemas(Path.of(args[at])));
        var output = new OutputDirectory(Path.of(args[last]));
        var directory = PACKAGE.replace('.', '/') + "/";
        for (var schema : schemas) {
            output.write(directory + schema.name() + ".java", MessageText.of(PACKAGE, schema));
        }
        output.write(directory + "ApiKey.java", ApiKeyText.of(PACKAGE, schemas));
        output.write(directory + "package-info.java", plaque());
        output.removeStale();
    }

    private static List<Schema> schemas(Path directory) throws IOException {
        var schemas = new ArrayList<Schema>();
        try (var files = Files.list(directory)) {
            for (var file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                SchemaReader.read(file).ifPresent(schemas::add);
            }
        }
        return schemas;
    }

    private static String plaque() {
        return """
            /// The messages of the protocol and the records of the internal topics, generated from
            /// their published schemas, and those of requests of Naru's own between nodes. Doors:
            /// all types. Laws: reading is bounded by the reader;
            /// writing leaves out what a version does not have.
            @NullMarked
            package %s;

            import org.jspecify.annotations.NullMarked;
            """
            .formatted(PACKAGE);
    }
}
