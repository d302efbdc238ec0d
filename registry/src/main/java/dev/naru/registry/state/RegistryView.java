package dev.naru.registry.state;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import tools.jackson.databind.node.ObjectNode;

/// What is so in the registry. Read on the shard's loop only; what it returns may be kept.
public interface RegistryView {
    /// The versions of a subject, in their order; none when there is no such subject.
    List<StoredSchema> versions(String subject, boolean withDeleted);

    /// The subjects that begin with a prefix and have a version, in order.
    List<String> subjects(String prefix, boolean withDeleted);

    /// A schema of that id in a context, also one of which all versions are softly deleted.
    Optional<StoredSchema> byId(String context, int id);

    /// The versions that have that id in a context.
    List<VersionName> versionsOf(String context, int id, boolean withDeleted);

    /// The id of a content in a context.
    Optional<Integer> idOf(String context, SchemaContent content);

    /// The highest id that was ever given away in a context; 0 when none was.
    int highestId(String context);

    /// The contexts that have ever had a schema, and the default one.
    SortedSet<String> contexts();

    /// The versions that refer to this one.
    List<VersionName> referrers(VersionName name, boolean withDeleted);

    /// Settings that a subject (a context, everything) has itself.
    Optional<ObjectNode> ownConfig(String subject);

    /// One setting as it counts for a subject: its own, else its context's, else that of everything.
    Optional<String> setting(String subject, String name);

    /// The mode that a subject (a context, everything) has itself.
    Optional<Mode> ownMode(String subject);

    /// The mode that counts for a subject.
    Mode mode(String subject);

    /// What a registration in the subject must be based on.
    Basis basis(String subject);
}
