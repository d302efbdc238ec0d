package dev.naru.registry.state;

import dev.naru.registry.schema.JsonText;
import dev.naru.registry.state.RegistryShard.Decided;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Settings and modes of subjects, contexts and everything. Reads the state and changes nothing.
final class SettingsDecider {
    private final RegistryState state;

    SettingsDecider(RegistryState state) {
        this.state = state;
    }

    Decided<ObjectNode> set(RegistryRequest.SetConfig q) {
        if (state.mode(q.subject()).isReadOnly()) return Decided.refused(readOnly(q.subject()));
        var config = state.ownConfig(q.subject()).orElseGet(JsonText::object);
        q.config().properties().forEach(each -> config.set(each.getKey(), each.getValue()));
        return Decided.done(List.of(new RegistryFact.ConfigSet(q.subject(), config)),
            config.deepCopy());
    }

    private static RegistryError readOnly(String subject) {
        return RegistryError.notPermitted(subject.isEmpty()
            ? "The registry is in read-only mode"
            : "Subject " + subject + " is in read-only mode");
    }

    Decided<ObjectNode> delete(RegistryRequest.DeleteConfig q) {
        if (state.mode(q.subject()).isReadOnly()) return Decided.refused(readOnly(q.subject()));
        var config = state.ownConfig(q.subject());
        if (config.isEmpty()) {
            return Decided.refused(RegistryError.noOwnCompatibility(q.subject()));
        }
        return Decided.done(List.of(new RegistryFact.ConfigGone(q.subject())), config.get());
    }

    Decided<Mode> set(RegistryRequest.SetMode q) {
        boolean isImport = q.mode() == Mode.IMPORT && state.mode(q.subject()) != Mode.IMPORT;
        if (isImport && !q.isForced()) {
            var inTheWay = firstSubject(q.subject());
            if (inTheWay.isPresent()) {
                return Decided.refused(RegistryError.notPermitted(
                    "Cannot import since found existing subjects, such as " + inTheWay.get()));
            }
        }
        return Decided.done(
            List.of(new RegistryFact.ModeSet(q.subject(), q.mode(), JsonText.object())), q.mode());
    }

    /// A subject that the name covers and that has a schema.
    private Optional<String> firstSubject(String name) {
        boolean isContext = name.isEmpty() || Subjects.unqualified(name).isEmpty();
        if (!isContext) {
            return state.versions(name, false).isEmpty() ? Optional.empty() : Optional.of(name);
        }
        return state.subjects(Subjects.EVERYTHING, false).stream()
            .filter(each -> name.isEmpty()
                || Subjects.context(each).equals(Subjects.context(name)))
            .findFirst();
    }

    Decided<Mode> delete(RegistryRequest.DeleteMode q) {
        var mode = state.ownMode(q.subject());
        if (mode.isEmpty()) return Decided.refused(RegistryError.noOwnMode(q.subject()));
        return Decided.done(List.of(new RegistryFact.ModeGone(q.subject())), mode.get());
    }
}
