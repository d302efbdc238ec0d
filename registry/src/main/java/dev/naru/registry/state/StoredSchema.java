package dev.naru.registry.state;

import tools.jackson.databind.node.ObjectNode;

/// One version of a subject. `isDeleted`: softly, which hides it and keeps its id readable. `others`
/// are fields of its record that this release does not know; they are kept.
public record StoredSchema(String subject, int version, int id, SchemaContent content,
    boolean isDeleted, ObjectNode others) {
    StoredSchema deleted() {
        return new StoredSchema(subject, version, id, content, true, others);
    }

    VersionName name() {
        return new VersionName(subject, version);
    }
}
