package dev.naru.registry.state;

import dev.naru.registry.state.RegistryShard.Decided;
import java.util.ArrayList;
import java.util.List;

/// What may be deleted: softly first, for good after that, and never while a schema refers to it. Reads
/// the state and changes nothing.
final class DeletionDecider {
    private final RegistryState state;

    DeletionDecider(RegistryState state) {
        this.state = state;
    }

    Decided<Integer> version(RegistryRequest.DeleteVersion q) {
        if (state.mode(q.subject()).isReadOnly()) return Decided.refused(readOnly(q.subject()));
        var all = state.versions(q.subject(), true);
        if (all.isEmpty()) return Decided.refused(RegistryError.subjectNotFound(q.subject()));
        var candidates = state.versions(q.subject(), q.isPermanent());
        int number = q.version() > 0 || candidates.isEmpty()
            ? q.version()
            : candidates.getLast().version();
        var name = new VersionName(q.subject(), number);
        var schema = state.version(name);
        if (schema == null) {
            return Decided.refused(RegistryError.versionNotFound(
                number > 0 ? String.valueOf(number) : "latest"));
        }
        if (!q.isPermanent() && schema.isDeleted()) {
            return Decided.refused(RegistryError.versionSoftDeleted(name));
        }
        if (q.isPermanent() && !schema.isDeleted()) {
            return Decided.refused(RegistryError.versionNotSoftDeleted(name));
        }
        if (!state.referrers(name, q.isPermanent()).isEmpty()) {
            return Decided.refused(RegistryError.referenceExists(name));
        }
        var facts = new ArrayList<RegistryFact>();
        if (q.isPermanent()) {
            goneForGood(List.of(schema), facts);
        } else {
            facts.add(new RegistryFact.SchemaStored(schema.deleted()));
            if (state.versions(q.subject(), false).size() == 1) settingsGo(q.subject(), facts);
        }
        return Decided.done(facts, number);
    }

    private static RegistryError readOnly(String subject) {
        return RegistryError.notPermitted("Subject " + subject + " is in read-only mode");
    }

    private void goneForGood(List<StoredSchema> schemas, List<RegistryFact> facts) {
        var context = Subjects.context(schemas.getFirst().subject());
        RegistrationDecider.tellHighest(state, context, facts);
        schemas.forEach(each -> facts.add(new RegistryFact.SchemaGone(each.name())));
    }

    /// A subject without versions has no settings of its own either.
    private void settingsGo(String subject, List<RegistryFact> facts) {
        if (state.ownMode(subject).isPresent()) facts.add(new RegistryFact.ModeGone(subject));
        if (state.ownConfig(subject).isPresent()) facts.add(new RegistryFact.ConfigGone(subject));
    }

    Decided<List<Integer>> subject(RegistryRequest.DeleteSubject q) {
        var subject = q.subject();
        if (state.mode(subject).isReadOnly()) return Decided.refused(readOnly(subject));
        var all = state.versions(subject, true);
        if (all.isEmpty()) return Decided.refused(RegistryError.subjectNotFound(subject));
        var live = state.versions(subject, false);
        if (!q.isPermanent() && live.isEmpty()) {
            return Decided.refused(RegistryError.subjectSoftDeleted(subject));
        }
        if (q.isPermanent() && !live.isEmpty()) {
            return Decided.refused(RegistryError.subjectNotSoftDeleted(subject));
        }
        var going = q.isPermanent() ? all : live;
        for (var each : going) {
            boolean isHeld = state.referrers(each.name(), q.isPermanent()).stream()
                .anyMatch(name -> !name.subject().equals(subject));
            if (isHeld) return Decided.refused(RegistryError.referenceExists(each.name()));
        }
        var facts = new ArrayList<RegistryFact>();
        if (q.isPermanent()) {
            goneForGood(all, facts);
        } else {
            facts.add(new RegistryFact.SubjectDeleted(subject, live.getLast().version()));
            settingsGo(subject, facts);
        }
        return Decided.done(facts, going.stream().map(StoredSchema::version).toList());
    }
}
