package dev.naru.registry.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// All that the log of the registry says. Owned by the shard's loop; changed by `apply` alone.
final class RegistryState implements RegistryView {
    private final NavigableMap<String, Subject> subjects = new TreeMap<>();
    private final Map<String, Ids> contexts = new TreeMap<>();
    private final Map<String, ObjectNode> configs = new TreeMap<>();
    private final Map<String, Mode> modes = new TreeMap<>();
    private final Map<VersionName, TreeSet<VersionName>> referrers = new TreeMap<>();
    private long changes;
    private long settingChanges;
    private long removals;

    private static final class Subject {
        private final TreeMap<Integer, StoredSchema> versions = new TreeMap<>();
        private long changedAt;
    }

    /// The ids of one context.
    private static final class Ids {
        private final Map<Integer, TreeSet<VersionName>> versions = new TreeMap<>();
        /// More than one id of a content comes from an import.
        private final Map<SchemaContent, TreeSet<Integer>> byContent = new HashMap<>();
        private int highest;
        /// What the log says of the highest id apart from schemas.
        private int told;
    }

    void apply(RegistryFact fact) {
        changes++;
        switch (fact) {
            case RegistryFact.SchemaStored(StoredSchema schema) -> store(schema);
            case RegistryFact.SchemaGone(VersionName name) -> remove(name);
            case RegistryFact.SubjectDeleted(String name, int version) -> delete(name, version);
            case RegistryFact.SubjectCleared(String name) ->
                versions(name, true).forEach(each -> remove(each.name()));
            case RegistryFact.ConfigSet(String name, ObjectNode config) -> {
                configs.put(name, config);
                settingChanges++;
            }
            case RegistryFact.ConfigGone(String name) -> {
                configs.remove(name);
                settingChanges++;
            }
            case RegistryFact.ModeSet(String name, Mode mode, var _) -> {
                modes.put(name, mode);
                settingChanges++;
            }
            case RegistryFact.ModeGone(String name) -> {
                modes.remove(name);
                settingChanges++;
            }
            case RegistryFact.IdsUsed(String context, int highestId) -> {
                var ids = ids(context);
                ids.highest = Math.max(ids.highest, highestId);
                ids.told = Math.max(ids.told, highestId);
            }
            case RegistryFact.Noop() -> {
            }
        }
    }

    private Ids ids(String context) {
        return contexts.computeIfAbsent(context, _ -> new Ids());
    }

    private void store(StoredSchema schema) {
        var name = schema.name();
        var subject = subjects.computeIfAbsent(schema.subject(), _ -> new Subject());
        var before = subject.versions.get(schema.version());
        boolean isOther = before != null
            && (before.id() != schema.id() || !before.content().equals(schema.content()));
        if (isOther) remove(name);
        subjects.put(schema.subject(), subject);
        subject.versions.put(schema.version(), schema);
        subject.changedAt = changes;
        var ids = ids(Subjects.context(schema.subject()));
        ids.highest = Math.max(ids.highest, schema.id());
        ids.versions.computeIfAbsent(schema.id(), _ -> new TreeSet<>()).add(name);
        ids.byContent.computeIfAbsent(schema.content(), _ -> new TreeSet<>()).add(schema.id());
        for (var reference : schema.content().references()) {
            referrers.computeIfAbsent(target(reference), _ -> new TreeSet<>()).add(name);
        }
    }

    private static VersionName target(Reference reference) {
        return new VersionName(Subjects.plain(reference.subject()), reference.version());
    }

    private void remove(VersionName name) {
        var subject = subjects.get(name.subject());
        var gone = subject == null ? null : subject.versions.remove(name.version());
        if (subject == null || gone == null) return;
        subject.changedAt = changes;
        removals++;
        if (subject.versions.isEmpty()) subjects.remove(name.subject());
        var ids = ids(Subjects.context(name.subject()));
        var others = ids.versions.getOrDefault(gone.id(), new TreeSet<>());
        others.remove(name);
        if (others.isEmpty()) ids.versions.remove(gone.id());
        forget(ids, gone, others);
        for (var reference : gone.content().references()) {
            var from = referrers.getOrDefault(target(reference), new TreeSet<>());
            from.remove(name);
            if (from.isEmpty()) referrers.remove(target(reference));
        }
    }

    /// The id no longer stands for the content, unless another version says so.
    private void forget(Ids ids, StoredSchema gone, SortedSet<VersionName> others) {
        for (var other : others) {
            var schema = version(other);
            if (schema != null && schema.content().equals(gone.content())) return;
        }
        var same = ids.byContent.getOrDefault(gone.content(), new TreeSet<>());
        same.remove(gone.id());
        if (same.isEmpty()) ids.byContent.remove(gone.content());
    }

    private void delete(String name, int upToVersion) {
        var subject = subjects.get(name);
        if (subject == null) return;
        subject.changedAt = changes;
        subject.versions.headMap(upToVersion, true)
            .replaceAll((_, schema) -> schema.deleted());
    }

    @Override public List<StoredSchema> versions(String subject, boolean withDeleted) {
        var known = subjects.get(subject);
        if (known == null) return List.of();
        return known.versions.values().stream()
            .filter(each -> withDeleted || !each.isDeleted()).toList();
    }

    @Nullable StoredSchema version(VersionName name) {
        var subject = subjects.get(name.subject());
        return subject == null ? null : subject.versions.get(name.version());
    }

    @Override public List<String> subjects(String prefix, boolean withDeleted) {
        var found = new ArrayList<String>();
        for (var name : subjects.tailMap(prefix, true).keySet()) {
            if (!name.startsWith(prefix)) break;
            if (!versions(name, withDeleted).isEmpty()) found.add(name);
        }
        return found;
    }

    @Override public Optional<StoredSchema> byId(String context, int id) {
        return versionsOf(context, id, true).stream().findFirst()
            .map(name -> version(name));
    }

    @Override public List<VersionName> versionsOf(String context, int id, boolean withDeleted) {
        var ids = contexts.get(context);
        if (ids == null) return List.of();
        return ids.versions.getOrDefault(id, new TreeSet<>()).stream()
            .filter(name -> withDeleted || isLive(name)).toList();
    }

    private boolean isLive(VersionName name) {
        var schema = version(name);
        return schema != null && !schema.isDeleted();
    }

    @Override public Optional<Integer> idOf(String context, SchemaContent content) {
        var ids = contexts.get(context);
        return ids == null
            ? Optional.empty()
            : Optional.ofNullable(ids.byContent.get(content)).map(TreeSet::first);
    }

    @Override public int highestId(String context) {
        var ids = contexts.get(context);
        return ids == null ? 0 : ids.highest;
    }

    /// Whether the log says of the highest id of a context also when schemas are taken away.
    boolean isHighestTold(String context) {
        var ids = contexts.get(context);
        return ids == null || ids.told >= ids.highest;
    }

    @Override public SortedSet<String> contexts() {
        var all = new TreeSet<>(contexts.keySet());
        all.add(Subjects.DEFAULT_CONTEXT);
        return all;
    }

    @Override public List<VersionName> referrers(VersionName name, boolean withDeleted) {
        return referrers.getOrDefault(name, new TreeSet<>()).stream()
            .filter(each -> withDeleted || isLive(each)).toList();
    }

    @Override public Optional<ObjectNode> ownConfig(String subject) {
        return Optional.ofNullable(configs.get(subject)).map(ObjectNode::deepCopy);
    }

    @Override public Optional<String> setting(String subject, String name) {
        for (var place : places(subject)) {
            var config = configs.get(place);
            if (config != null && config.hasNonNull(name)) {
                return Optional.of(config.get(name).asString(""));
            }
        }
        return Optional.empty();
    }

    /// Where settings of a subject are looked for.
    private static List<String> places(String subject) {
        return List.of(subject, Subjects.ofContext(subject), Subjects.EVERYTHING);
    }

    @Override public Optional<Mode> ownMode(String subject) {
        return Optional.ofNullable(modes.get(subject));
    }

    /// A READONLY_OVERRIDE of everything, or of a context, counts before what is below it.
    @Override public Mode mode(String subject) {
        var everywhere = places(subject).reversed();
        for (var place : everywhere) {
            if (modes.get(place) == Mode.READONLY_OVERRIDE) return Mode.READONLY_OVERRIDE;
        }
        for (var place : places(subject)) {
            var mode = modes.get(place);
            if (mode != null) return mode;
        }
        return Mode.READWRITE;
    }

    @Override public Basis basis(String subject) {
        var known = subjects.get(subject);
        return new Basis(known == null ? 0 : known.changedAt, settingChanges, removals);
    }

    /// All of it, for comparisons in tests.
    String picture() {
        var text = new StringBuilder();
        subjects.forEach((name, subject) -> text.append(name).append('=')
            .append(subject.versions).append('\n'));
        contexts.forEach((name, ids) -> text.append(name).append(" highest ").append(ids.highest)
            .append(' ').append(ids.versions).append(' ')
            .append(new TreeSet<>(ids.byContent.values().stream().map(Object::toString)
                .toList()))
            .append('\n'));
        return text.append(configs).append(modes).append(referrers).toString();
    }
}
