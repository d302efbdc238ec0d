package dev.naru.wiregen;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads one schema file. Structures declared in place and common structures all end up nested in
/// the message; the versions of a structure are those of the fields that use it.
final class SchemaReader {
    private static final JsonMapper JSON = JsonMapper.builder()
        .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private final Map<String, JsonNode> fieldsByStruct = new LinkedHashMap<>();
    private final Map<String, Versions> versionsByStruct = new LinkedHashMap<>();

    private SchemaReader() {}

    /// Empty when the message is no longer alive in any version.
    static Optional<Schema> read(Path file) {
        var json = JSON.readTree(file.toFile());
        var valid = Versions.parse(text(json, "validVersions").orElseThrow());
        if (valid.isEmpty()) return Optional.empty();
        return Optional.of(new SchemaReader().schema(json, valid));
    }

    private Schema schema(JsonNode json, Versions valid) {
        var flexible = Versions.parse(text(json, "flexibleVersions").orElse("none")).and(valid);
        for (var shared : json.path("commonStructs")) {
            fieldsByStruct.put(shared.path("name").asString(), shared.path("fields"));
        }
        collect(json.path("fields"), valid);
        var root = struct(json.path("name").asString(), json.path("fields"), valid, flexible);
        var nested = new ArrayList<Struct>();
        for (var entry : fieldsByStruct.entrySet()) {
            var versions = versionsByStruct.getOrDefault(entry.getKey(), Versions.NONE);
            if (versions.isEmpty()) continue;
            nested.add(struct(entry.getKey(), entry.getValue(), versions, flexible.and(versions)));
        }
        return new Schema(root, nested, json.path("type").asString(),
            text(json, "apiKey").map(Integer::valueOf),
            json.path("latestVersionUnstable").asBoolean(false));
    }

    /// Notes every structure that is met, and in which versions.
    private void collect(JsonNode fields, Versions within) {
        for (var json : fields) {
            var type = Type.parse(json.path("type").asString());
            if (type instanceof Type.Array array) type = array.element();
            if (!(type instanceof Type.Struct struct)) continue;
            if (json.has("fields")) fieldsByStruct.put(struct.name(), json.path("fields"));
            var here = versions(json).and(within);
            var known = versionsByStruct.getOrDefault(struct.name(), here);
            versionsByStruct.put(struct.name(), new Versions(Math.min(known.low(), here.low()),
                Math.max(known.high(), here.high())));
            collect(fieldsByStruct.getOrDefault(struct.name(), json.path("fields")), here);
        }
    }

    private Struct struct(String name, JsonNode fields, Versions versions, Versions flexible) {
        var list = new ArrayList<Field>();
        for (var json : fields)
            list.add(field(json, versions));
        return new Struct(name, versions, flexible, List.copyOf(list));
    }

    private Field field(JsonNode json, Versions within) {
        var versions = versions(json).and(within);
        var name = json.path("name").asString();
        return new Field(
            Character.toLowerCase(name.charAt(0)) + name.substring(1),
            Type.parse(json.path("type").asString()),
            versions,
            Versions.parse(text(json, "nullableVersions").orElse("none")).and(versions),
            Versions.parse(text(json, "taggedVersions").orElse("none")).and(versions),
            json.path("tag").asInt(-1),
            text(json, "default"),
            text(json, "flexibleVersions").map(Versions::parse));
    }

    private static Versions versions(JsonNode json) {
        return Versions.parse(text(json, "versions")
            .or(() -> text(json, "taggedVersions")).orElseThrow());
    }

    /// A JSON null says nothing, just like a key that is not there.
    private static Optional<String> text(JsonNode json, String key) {
        return json.hasNonNull(key) ? Optional.of(json.path(key).asString()) : Optional.empty();
    }
}
