package dev.naru.registry.schema;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// JSON that a stranger wrote, read within bounds, and written again.
public final class JsonText {
    private static final int NUMBER_CHARACTERS_MAX = 400;

    private static final JsonMapper STRICT = mapper(SchemaBounds.DEPTH_MAX, true);
    private static final JsonMapper LENIENT = mapper(1_000, false);
    private static final JsonMapper SORTED = mapper(SchemaBounds.DEPTH_MAX, true).rebuild()
        .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    private JsonText() {}

    private static JsonMapper mapper(int depthMax, boolean isStrict) {
        var bounds = StreamReadConstraints.builder()
            .maxNestingDepth(depthMax)
            .maxStringLength(SchemaBounds.EXPANDED_BYTES_MAX)
            .maxNumberLength(NUMBER_CHARACTERS_MAX)
            .build();
        return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(bounds).build())
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, isStrict)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    }

    /// The text as a tree; throws [NotJson] for what is none, is too deep or names something twice.
    public static JsonNode read(String text) throws NotJson {
        return read(STRICT, text);
    }

    /// The same for a text that was stored before, perhaps by someone less strict.
    public static JsonNode readStored(String text) throws NotJson {
        return read(LENIENT, text);
    }

    private static JsonNode read(JsonMapper mapper, String text) throws NotJson {
        try {
            var tree = mapper.readTree(text);
            if (tree.isMissingNode()) throw new NotJson("there is no text");
            return tree;
        } catch (JacksonException unreadable) {
            throw new NotJson(unreadable.getOriginalMessage() + at(unreadable));
        }
    }

    private static String at(JacksonException unreadable) {
        var place = unreadable.getLocation();
        if (place == null || place.getLineNr() < 0) return "";
        return " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
    }

    /// The tree without white space, in its own order.
    public static String write(JsonNode tree) {
        return LENIENT.writeValueAsString(tree);
    }

    /// The tree without white space, names in order.
    public static String writeSorted(JsonNode tree) {
        return SORTED.writeValueAsString(tree);
    }

    /// An empty object.
    public static ObjectNode object() {
        return LENIENT.createObjectNode();
    }

    /// A text is no JSON, and why.
    public static final class NotJson extends Exception {
        NotJson(String why) {
            super(why, null, false, false);
        }

        /// What is wrong, and where.
        public String why() {
            return String.valueOf(getMessage());
        }
    }
}
