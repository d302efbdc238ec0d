package dev.naru.registry.state;

import java.util.Comparator;

/// A version of a subject.
public record VersionName(String subject, int version) implements Comparable<VersionName> {
    private static final Comparator<VersionName> ORDER = Comparator
        .comparing(VersionName::subject).thenComparingInt(VersionName::version);

    @Override public int compareTo(VersionName other) {
        return ORDER.compare(this, other);
    }

    /// As Confluent's messages name it.
    @Override public String toString() {
        return "{magic=1,keytype=SCHEMA,subject=" + subject + ",version=" + version + "}";
    }
}
