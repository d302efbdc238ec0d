package dev.naru.registry.state;

import dev.naru.shard.Fact;
import tools.jackson.databind.node.ObjectNode;

/// What is so in the registry: one record of `_schemas` each. The kinds and their bytes are those of
/// Confluent's registry, except [IdsUsed].
public sealed interface RegistryFact extends Fact.Logged {
    /// A version of a subject is this.
    record SchemaStored(StoredSchema schema) implements RegistryFact {}

    /// The version is gone for good.
    record SchemaGone(VersionName name) implements RegistryFact {}

    /// The versions of the subject up to this one are softly deleted.
    record SubjectDeleted(String subject, int upToVersion) implements RegistryFact {}

    /// Everything about the subject is gone.
    record SubjectCleared(String subject) implements RegistryFact {}

    /// Settings of a subject, of a context (`:.context:`) or of everything (an empty name), whole.
    record ConfigSet(String subject, ObjectNode config) implements RegistryFact {}

    record ConfigGone(String subject) implements RegistryFact {}

    /// The mode of a subject, of a context or of everything.
    record ModeSet(String subject, Mode mode, ObjectNode others) implements RegistryFact {}

    record ModeGone(String subject) implements RegistryFact {}

    /// Ids of a context up to this one were given away. Written before a schema is taken away, for
    /// then its own record does not tell any more. Confluent's registry passes over it.
    record IdsUsed(String context, int highestId) implements RegistryFact {}

    /// A record that says nothing.
    record Noop() implements RegistryFact {}
}
