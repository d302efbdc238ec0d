package dev.naru.registry;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.naru.registry.schema.Parse;
import dev.naru.registry.schema.ParsedSchema;
import dev.naru.registry.schema.SchemaSource;
import dev.naru.registry.schema.SchemaType;
import java.util.ArrayList;
import java.util.List;

/// Short ways to schemas, for tests of several rooms.
public final class Read {
    private Read() {}

    public static ParsedSchema avro(String text) {
        return ok(SchemaType.AVRO, text);
    }

    public static ParsedSchema json(String text) {
        return ok(SchemaType.JSON, text);
    }

    public static ParsedSchema proto(String text) {
        return ok(SchemaType.PROTOBUF, text);
    }

    /// A new schema with what it refers to: names and texts in turn.
    public static Parse source(SchemaType type, String text, String... namesAndTexts) {
        var dependencies = new ArrayList<SchemaSource.Dependency>();
        for (int index = 0; index < namesAndTexts.length; index += 2) {
            dependencies.add(new SchemaSource.Dependency(namesAndTexts[index],
                namesAndTexts[index + 1]));
        }
        return Languages.parse(new SchemaSource(type, text, dependencies), true);
    }

    /// The schema, which must be understood.
    public static ParsedSchema ok(SchemaType type, String text, String... namesAndTexts) {
        return assertInstanceOf(Parse.Parsed.class, source(type, text, namesAndTexts)).schema();
    }

    /// Why the text is refused.
    public static String refusal(SchemaType type, String text, String... namesAndTexts) {
        return assertInstanceOf(Parse.Invalid.class, source(type, text, namesAndTexts)).why();
    }

    /// The rules by which `reader` cannot read what was written with `writer`.
    public static List<String> rules(ParsedSchema reader, ParsedSchema writer) {
        return reader.cannotRead(writer).stream().map(each -> each.rule()).toList();
    }
}
