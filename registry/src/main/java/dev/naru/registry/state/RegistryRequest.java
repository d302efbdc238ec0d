package dev.naru.registry.state;

import dev.naru.shard.Ask;
import dev.naru.shard.ReplyTo;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// What is asked of the registry's shard.
public sealed interface RegistryRequest extends Ask {
    /// Reads what is so, on the shard's loop: `query` is short and keeps nothing of the view.
    record Look<A>(Function<RegistryView, A> query, ReplyTo<A> from) implements RegistryRequest {}

    /// Registers a schema that was checked against `basis`. `version` and `id` are 0 unless they come
    /// from another registry (mode IMPORT).
    record Register(String subject, SchemaContent content, int version, int id, Basis basis,
        ReplyTo<Outcome<StoredSchema>> from) implements RegistryRequest {}

    /// Deletes a version, softly or for good; 0 is the latest.
    record DeleteVersion(String subject, int version, boolean isPermanent,
        ReplyTo<Outcome<Integer>> from) implements RegistryRequest {}

    /// Deletes all versions, softly or for good, and answers with them.
    record DeleteSubject(String subject, boolean isPermanent,
        ReplyTo<Outcome<List<Integer>>> from) implements RegistryRequest {}

    /// Sets what `config` names of the settings of a subject, a context or everything, and answers
    /// with all of them.
    record SetConfig(String subject, ObjectNode config, ReplyTo<Outcome<ObjectNode>> from)
        implements
            RegistryRequest {}

    /// Forgets settings, and answers with what they were.
    record DeleteConfig(String subject, ReplyTo<Outcome<ObjectNode>> from)
        implements
            RegistryRequest {}

    /// Sets the mode; `isForced` lets an import begin where schemas are.
    record SetMode(String subject, Mode mode, boolean isForced, ReplyTo<Outcome<Mode>> from)
        implements
            RegistryRequest {}

    /// Forgets the mode, and answers with what it was.
    record DeleteMode(String subject, ReplyTo<Outcome<Mode>> from) implements RegistryRequest {}
}
