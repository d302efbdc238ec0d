package dev.naru.registry.json;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// Where each `$ref` of a schema leads: into the schema itself, or into a document that it refers to by
/// name. Immutable once made.
final class JsonLinks {
    /// A chain of references this long goes in a circle.
    private static final int CHAIN_MAX = 100;

    private final Map<String, JsonNode> documents = new TreeMap<>();
    private final Map<String, JsonNode> byId = new TreeMap<>();
    private final IdentityHashMap<JsonNode, JsonNode> targets = new IdentityHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final boolean hasSiblings;

    /// A schema, and the nearest schema around it that has an id of its own.
    private record Place(JsonNode schema, JsonNode resource, String base) {}

    JsonLinks(JsonNode tree, Map<String, JsonNode> dependencies) {
        var dialect = tree.path("$schema").asString("");
        hasSiblings = dialect.contains("2019-09") || dialect.contains("2020-12");
        documents.putAll(dependencies);
        dependencies.forEach((name, document) -> gatherIds(document, name));
        gatherIds(tree, "");
        walk(new Place(tree, tree, id(tree)));
    }

    private static String id(JsonNode schema) {
        var id = schema.path("$id").asString(schema.path("id").asString(""));
        return id.endsWith("#") ? id.substring(0, id.length() - 1) : id;
    }

    private void gatherIds(JsonNode tree, String base) {
        var waiting = new ArrayDeque<Place>(List.of(new Place(tree, tree, base)));
        while (!waiting.isEmpty()) {
            var place = waiting.poll();
            var id = id(place.schema());
            var own = id.isEmpty() || id.startsWith("#")
                ? place.base()
                : resolved(place.base(), id);
            if (!own.equals(place.base())) byId.putIfAbsent(own, place.schema());
            for (var inside : JsonKeywords.inside(place.schema())) {
                if (inside.isObject()) waiting.add(new Place(inside, place.resource(), own));
            }
        }
    }

    private void walk(Place first) {
        var seen = new IdentityHashMap<JsonNode, Boolean>();
        var waiting = new ArrayDeque<Place>(List.of(first));
        while (!waiting.isEmpty()) {
            var place = waiting.poll();
            if (place.schema().isBoolean() || seen.put(place.schema(), true) != null) continue;
            if (!place.schema().isObject()) {
                faults.add(place.schema() + " is no schema");
                continue;
            }
            JsonKeywords.fault(place.schema()).ifPresent(faults::add);
            follow(place, waiting);
            for (var inside : JsonKeywords.inside(place.schema())) {
                waiting.add(inner(place, inside));
            }
        }
    }

    private static Place inner(Place around, JsonNode schema) {
        var id = id(schema);
        if (id.isEmpty() || id.startsWith("#")) {
            return new Place(schema, around.resource(), around.base());
        }
        return new Place(schema, schema, resolved(around.base(), id));
    }

    private void follow(Place place, ArrayDeque<Place> waiting) {
        var ref = place.schema().path("$ref");
        if (!ref.isString()) return;
        var found = find(ref.asString(), place);
        if (found == null) {
            faults.add("\"$ref\": \"" + ref.asString() + "\" is neither in the schema nor one of "
                + "its references, and nothing is fetched from a network");
            return;
        }
        targets.put(place.schema(), found.schema());
        waiting.add(found);
    }

    private @Nullable Place find(String ref, Place from) {
        int hash = ref.indexOf('#');
        var address = hash < 0 ? ref : ref.substring(0, hash);
        var fragment = hash < 0 ? "" : ref.substring(hash + 1);
        var document = address.isEmpty() ? from.resource() : document(address, from.base());
        if (document == null) return null;
        var base = address.isEmpty() ? from.base() : resolved(from.base(), address);
        var target = inside(document, fragment);
        return target == null ? null : new Place(target, document, base);
    }

    private @Nullable JsonNode document(String address, String base) {
        for (var name : List.of(address, resolved(base, address))) {
            if (documents.containsKey(name)) return documents.get(name);
            if (byId.containsKey(name)) return byId.get(name);
        }
        return null;
    }

    private static String resolved(String base, String address) {
        try {
            return base.isEmpty() ? address : URI.create(base).resolve(address).toString();
        } catch (IllegalArgumentException _) {
            return address;
        }
    }

    private static @Nullable JsonNode inside(JsonNode document, String fragment) {
        if (fragment.isEmpty()) return document;
        if (!fragment.startsWith("/")) return anchored(document, fragment);
        try {
            var pointer = URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
            var target = document.at(JsonPointer.compile(pointer));
            return target.isMissingNode() ? null : target;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable JsonNode anchored(JsonNode document, String name) {
        var waiting = new ArrayDeque<JsonNode>(List.of(document));
        while (!waiting.isEmpty()) {
            var schema = waiting.poll();
            boolean isIt = schema.path("$anchor").asString("").equals(name)
                || schema.path("$id").asString("").equals("#" + name)
                || schema.path("id").asString("").equals("#" + name);
            if (isIt) return schema;
            for (var inside : JsonKeywords.inside(schema)) {
                if (inside.isObject()) waiting.add(inside);
            }
        }
        return null;
    }

    /// The first thing that is wrong with the schema.
    Optional<String> firstFault() {
        return faults.stream().findFirst();
    }

    /// Whether what stands beside a `$ref` counts: since draft 2019-09.
    boolean hasSiblings() {
        return hasSiblings;
    }

    /// The schema that is meant: the last of a chain of references. One that leads nowhere or in a
    /// circle means itself.
    JsonNode target(JsonNode schema) {
        var at = schema;
        for (int step = 0; step < CHAIN_MAX; step++) {
            var next = targets.get(at);
            if (next == null) return at;
            at = next;
        }
        return schema;
    }
}
