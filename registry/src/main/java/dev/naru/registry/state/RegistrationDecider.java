package dev.naru.registry.state;

import dev.naru.registry.schema.JsonText;
import dev.naru.registry.state.RegistryShard.Decided;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which version and which id a schema gets. Reads the state and changes nothing.
final class RegistrationDecider {
    private final RegistryState state;

    RegistrationDecider(RegistryState state) {
        this.state = state;
    }

    Decided<StoredSchema> register(RegistryRequest.Register q) {
        var refusal = modeRefusal(q);
        if (refusal.isPresent()) return Decided.refused(refusal.get());
        if (!q.basis().equals(state.basis(q.subject()))) {
            return new Decided<>(List.of(), new Outcome.Stale<>());
        }
        var same = same(q);
        if (same.isPresent()) return Decided.done(List.of(), same.get());
        for (var reference : q.content().references()) {
            var name = new VersionName(Subjects.plain(reference.subject()), reference.version());
            if (state.version(name) == null) {
                return Decided.refused(
                    RegistryError.invalidSchema("there is no schema " + name + " to refer to"));
            }
        }
        return q.id() > 0 ? imported(q) : numbered(q);
    }

    private Optional<RegistryError> modeRefusal(RegistryRequest.Register q) {
        var mode = state.mode(q.subject());
        if (mode.isReadOnly()) {
            return Optional.of(RegistryError.notPermitted(
                "Subject " + q.subject() + " is in read-only mode"));
        }
        boolean isImport = q.id() > 0 || q.version() > 0;
        if (isImport == (mode == Mode.IMPORT)) return Optional.empty();
        return Optional.of(RegistryError.notPermitted("Subject " + q.subject() + " is not in "
            + (isImport ? "import" : "read-write") + " mode"));
    }

    /// A version that is there has this content, and the id and version that are wished for.
    private Optional<StoredSchema> same(RegistryRequest.Register q) {
        return state.versions(q.subject(), false).reversed().stream()
            .filter(each -> each.content().equals(q.content()))
            .filter(each -> q.id() <= 0 || each.id() == q.id())
            .filter(each -> q.version() <= 0 || each.version() == q.version())
            .findFirst();
    }

    private Decided<StoredSchema> numbered(RegistryRequest.Register q) {
        var context = Subjects.context(q.subject());
        var known = state.idOf(context, q.content());
        int highest = state.highestId(context);
        if (known.isEmpty() && highest == Integer.MAX_VALUE) {
            return Decided.refused(RegistryError.noIdsLeft(context));
        }
        return stored(q, known.orElse(highest + 1));
    }

    /// The id is that of another registry: it must be free, or stand for the same content.
    private Decided<StoredSchema> imported(RegistryRequest.Register q) {
        var context = Subjects.context(q.subject());
        var there = state.byId(context, q.id());
        boolean isTaken = there.isPresent() && !there.get().content().equals(q.content());
        if (isTaken) {
            return Decided.refused(RegistryError.notPermitted(
                "Overwrite new schema with id " + q.id() + " is not permitted."));
        }
        return stored(q, q.id());
    }

    private Decided<StoredSchema> stored(RegistryRequest.Register q, int id) {
        var versions = state.versions(q.subject(), true);
        int latest = versions.isEmpty() ? 0 : versions.getLast().version();
        if (q.version() <= 0 && latest == Integer.MAX_VALUE) {
            return Decided.refused(RegistryError.noVersionsLeft(q.subject()));
        }
        var name = new VersionName(q.subject(), q.version() > 0 ? q.version() : latest + 1);
        var facts = new ArrayList<RegistryFact>();
        var over = state.version(name);
        if (over != null && over.id() != id) {
            if (!state.referrers(name, true).isEmpty()) {
                return Decided.refused(RegistryError.referenceExists(name));
            }
            tellHighest(state, Subjects.context(q.subject()), facts);
        }
        var schema = new StoredSchema(name.subject(), name.version(), id, q.content(), false,
            JsonText.object());
        facts.add(new RegistryFact.SchemaStored(schema));
        return Decided.done(facts, schema);
    }

    /// Before a schema's record goes, another one says which ids were given away: else a registry that
    /// reads the compacted log would give the highest id away again.
    static void tellHighest(RegistryState state, String context, List<RegistryFact> facts) {
        if (state.isHighestTold(context)) return;
        facts.add(new RegistryFact.IdsUsed(context, state.highestId(context)));
    }
}
