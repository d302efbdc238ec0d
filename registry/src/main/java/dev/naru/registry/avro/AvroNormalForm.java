package dev.naru.registry.avro;

import dev.naru.registry.schema.JsonText;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The normal form of an Avro schema: full names, primitive types by their bare name, attributes in
/// one order. Unlike Avro's parsing canonical form it keeps documentation, aliases, defaults and
/// properties.
final class AvroNormalForm {
    private static final List<String> FIRST = List.of("name", "type");
    private static final List<String> NAMED = List.of("record", "error", "enum", "fixed");
    private static final List<String> PRIMITIVE = List.of("null", "boolean", "int", "long",
        "float", "double", "bytes", "string");

    private AvroNormalForm() {}

    /// The normal form of a canonical text.
    static String of(String canonical) {
        try {
            return JsonText.write(type(JsonText.readStored(canonical), ""));
        } catch (JsonText.NotJson _) {
            return canonical;
        }
    }

    private static JsonNode type(JsonNode node, String namespace) {
        if (node.isString()) {
            return JsonText.object().stringNode(reference(node.asString(), namespace));
        }
        if (node.isArray()) return each(node, namespace);
        if (!node.isObject()) return node;
        var kind = node.path("type");
        boolean isWrapped = node.size() == 1 && kind.isString()
            && PRIMITIVE.contains(kind.asString());
        if (isWrapped) return kind;
        if (!kind.isString()) return attributes(node, "", type(kind, namespace), namespace);
        if (!NAMED.contains(kind.asString())) return attributes(node, "", kind, namespace);
        var name = fullName(node, namespace);
        int dot = name.lastIndexOf('.');
        return attributes(node, name, kind, dot < 0 ? "" : name.substring(0, dot));
    }

    private static String reference(String name, String namespace) {
        boolean isFull = PRIMITIVE.contains(name) || name.contains(".") || namespace.isEmpty();
        return isFull ? name : namespace + "." + name;
    }

    private static String fullName(JsonNode node, String namespace) {
        var name = node.path("name").asString("");
        var own = node.path("namespace").asString(namespace);
        return name.contains(".") || own.isEmpty() ? name : own + "." + name;
    }

    private static ArrayNode each(JsonNode types, String namespace) {
        var all = JsonText.object().arrayNode();
        types.forEach(each -> all.add(type(each, namespace)));
        return all;
    }

    /// The attributes in order: name and type, then the others by name.
    private static ObjectNode attributes(JsonNode node, String fullName, JsonNode kind,
        String namespace) {
        var ordered = JsonText.object();
        if (!fullName.isEmpty()) ordered.put("name", fullName);
        ordered.set("type", kind);
        var others = new TreeMap<String, JsonNode>();
        for (var each : node.properties()) {
            boolean isNamespace = !fullName.isEmpty() && each.getKey().equals("namespace");
            boolean isSaid = isNamespace || FIRST.contains(each.getKey());
            if (!isSaid) others.put(each.getKey(), each.getValue());
        }
        others.forEach((name, value) -> ordered.set(name, switch (name) {
            case "fields" -> fields(value, namespace);
            case "items", "values" -> type(value, namespace);
            default -> value;
        }));
        return ordered;
    }

    private static ArrayNode fields(JsonNode fields, String namespace) {
        var all = JsonText.object().arrayNode();
        for (var field : fields) {
            var ordered = JsonText.object();
            ordered.put("name", field.path("name").asString(""));
            ordered.set("type", type(field.path("type"), namespace));
            var others = new TreeMap<String, JsonNode>();
            for (var each : field.properties()) {
                if (!FIRST.contains(each.getKey())) others.put(each.getKey(), each.getValue());
            }
            others.forEach(ordered::set);
            all.add(ordered);
        }
        return all;
    }
}
