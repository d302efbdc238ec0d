package dev.naru.registry.state;

import dev.naru.registry.schema.JsonText;
import dev.naru.registry.schema.SchemaType;
import dev.naru.shard.FactCodec;
import dev.naru.shard.KeyValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The records of `_schemas`, as Confluent's registry writes and reads them: JSON, key and value. The
/// bytes of a key are exactly its own, for compaction goes by them.
///
/// ```
///   {"keytype":"SCHEMA","subject":"s","version":1,"magic":1}  {"subject","version","id","schema",...}
///   {"keytype":"CONFIG","subject":null,"magic":0}             {"subject","compatibilityLevel",...}
///   {"keytype":"MODE","subject":"s","magic":0}                {"subject","mode"}
///   {"keytype":"DELETE_SUBJECT","subject":"s","magic":0}      {"subject","version"}
///   {"keytype":"CLEAR_SUBJECT","subject":"s","magic":0}       {"subject"}
///   {"keytype":"NARU_IDS","context":".","magic":0}            {"context","highestId"}   ours alone
/// ```
public final class RegistryCodec implements FactCodec<RegistryFact> {
    private static final List<String> KNOWN = List.of("subject", "version", "id", "schemaType",
        "references", "metadata", "ruleSet", "schema", "deleted");

    @Override public KeyValue encode(RegistryFact fact) {
        return switch (fact) {
            case RegistryFact.SchemaStored(StoredSchema schema) ->
                pair(schemaKey(schema.name()), value(schema));
            case RegistryFact.SchemaGone(VersionName name) -> pair(schemaKey(name), null);
            case RegistryFact.SubjectDeleted(String subject, int version) -> pair(
                key("DELETE_SUBJECT", subject),
                JsonText.object().put("subject", subject).put("version", version));
            case RegistryFact.SubjectCleared(String subject) ->
                pair(key("CLEAR_SUBJECT", subject), JsonText.object().put("subject", subject));
            case RegistryFact.ConfigSet(String subject, ObjectNode config) ->
                pair(key("CONFIG", subject), named(subject, config));
            case RegistryFact.ConfigGone(String subject) -> pair(key("CONFIG", subject), null);
            case RegistryFact.ModeSet(String subject, Mode mode, ObjectNode others) ->
                pair(key("MODE", subject), named(subject, others).put("mode", mode.name()));
            case RegistryFact.ModeGone(String subject) -> pair(key("MODE", subject), null);
            case RegistryFact.IdsUsed(String context, int highestId) -> pair(
                JsonText.object().put("keytype", "NARU_IDS").put("context", context)
                    .put("magic", 0),
                JsonText.object().put("context", context).put("highestId", highestId));
            case RegistryFact.Noop() ->
                pair(JsonText.object().put("keytype", "NOOP").put("magic", 0), null);
        };
    }

    private static KeyValue pair(ObjectNode key, @Nullable ObjectNode value) {
        return new KeyValue(bytes(key), value == null ? null : bytes(value));
    }

    private static ByteBuffer bytes(ObjectNode tree) {
        return ByteBuffer.wrap(JsonText.write(tree).getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode schemaKey(VersionName name) {
        return JsonText.object().put("keytype", "SCHEMA").put("subject", name.subject())
            .put("version", name.version()).put("magic", 1);
    }

    private static ObjectNode key(String type, String subject) {
        return named(subject, JsonText.object().put("keytype", type)).put("magic", 0);
    }

    /// The tree with a subject; everything has none.
    private static ObjectNode named(String subject, ObjectNode tree) {
        var named = tree.deepCopy();
        return subject.isEmpty() ? named.putNull("subject") : named.put("subject", subject);
    }

    private static ObjectNode value(StoredSchema schema) {
        var content = schema.content();
        var tree = JsonText.object().put("subject", schema.subject())
            .put("version", schema.version()).put("id", schema.id());
        if (content.type() != SchemaType.AVRO) tree.put("schemaType", content.type().name());
        if (!content.references().isEmpty()) {
            var references = tree.putArray("references");
            content.references().forEach(each -> references.addObject().put("name", each.name())
                .put("subject", each.subject()).put("version", each.version()));
        }
        if (content.metadata() != null) tree.set("metadata", content.metadata());
        if (content.ruleSet() != null) tree.set("ruleSet", content.ruleSet());
        tree.put("schema", content.text()).put("deleted", schema.isDeleted());
        schema.others().properties().forEach(each -> tree.set(each.getKey(), each.getValue()));
        return tree;
    }

    @Override public Decoded<RegistryFact> decode(KeyValue bytes) {
        try {
            var key = JsonText.readStored(text(bytes.key()));
            var value = bytes.value();
            return decoded(key, value == null ? null : JsonText.readStored(text(value)));
        } catch (JsonText.NotJson unreadable) {
            return new Decoded.Unknown<>("an unreadable record: " + unreadable.why());
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private static Decoded<RegistryFact> decoded(JsonNode key, @Nullable JsonNode value) {
        var type = key.path("keytype").asString("");
        var subject = Subjects.plain(key.path("subject").asString(""));
        return switch (type) {
            case "SCHEMA" -> schema(subject, key.path("version").asInt(0), value);
            case "CONFIG" -> new Decoded.Known<>(value instanceof ObjectNode config
                ? new RegistryFact.ConfigSet(subject, without(config, List.of("subject")))
                : new RegistryFact.ConfigGone(subject));
            case "MODE" -> mode(subject, value);
            case "DELETE_SUBJECT" -> new Decoded.Known<>(value == null
                ? new RegistryFact.Noop()
                : new RegistryFact.SubjectDeleted(subject, value.path("version").asInt(0)));
            case "CLEAR_SUBJECT" -> new Decoded.Known<>(value == null
                ? new RegistryFact.Noop()
                : new RegistryFact.SubjectCleared(subject));
            case "NARU_IDS" -> new Decoded.Known<>(value == null
                ? new RegistryFact.Noop()
                : new RegistryFact.IdsUsed(key.path("context").asString(""),
                    value.path("highestId").asInt(0)));
            case "NOOP", "CONTEXT" -> new Decoded.Known<>(new RegistryFact.Noop());
            default -> new Decoded.Unknown<>("a record with the key type '" + type + "'");
        };
    }

    private static ObjectNode without(ObjectNode tree, List<String> names) {
        var rest = tree.deepCopy();
        names.forEach(rest::remove);
        return rest;
    }

    private static Decoded<RegistryFact> mode(String subject, @Nullable JsonNode value) {
        if (!(value instanceof ObjectNode tree)) {
            return new Decoded.Known<>(new RegistryFact.ModeGone(subject));
        }
        var mode = Mode.named(tree.path("mode").asString(""));
        if (mode.isEmpty()) return new Decoded.Unknown<>("a mode that is not known");
        return new Decoded.Known<>(new RegistryFact.ModeSet(subject, mode.get(),
            without(tree, List.of("subject", "mode"))));
    }

    private static Decoded<RegistryFact> schema(String subject, int version,
        @Nullable JsonNode value) {
        var name = new VersionName(subject, version);
        if (subject.isEmpty() || version <= 0) return new Decoded.Unknown<>("a schema of no name");
        if (!(value instanceof ObjectNode tree)) {
            return new Decoded.Known<>(new RegistryFact.SchemaGone(name));
        }
        var type = SchemaType.named(tree.path("schemaType").asString(""));
        int id = tree.path("id").asInt(0);
        if (type.isEmpty() || id <= 0) {
            return new Decoded.Unknown<>("the schema " + name + " has no known type or no id");
        }
        var content = new SchemaContent(type.get(), tree.path("schema").asString(""),
            references(tree.path("references")), node(tree, "metadata"), node(tree, "ruleSet"));
        return new Decoded.Known<>(new RegistryFact.SchemaStored(new StoredSchema(subject, version,
            id, content, tree.path("deleted").asBoolean(false), without(tree, KNOWN))));
    }

    private static @Nullable JsonNode node(ObjectNode tree, String name) {
        return tree.hasNonNull(name) ? tree.get(name) : null;
    }

    private static List<Reference> references(JsonNode list) {
        var references = new ArrayList<Reference>();
        for (var each : list) {
            references.add(new Reference(each.path("name").asString(""),
                each.path("subject").asString(""), each.path("version").asInt(0)));
        }
        return references;
    }
}
