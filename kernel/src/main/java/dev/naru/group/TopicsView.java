package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// The topics of the cluster at one moment: immutable. Groups look at the newest one with every
/// request; a different [#version] tells them to look closer.
public interface TopicsView {
    /// Before there are any.
    TopicsView NONE = new TopicsView() {
        @Override public long version() {
            return 0;
        }

        @Override public Optional<SortedSet<String>> changedSince(long version) {
            return Optional.of(Collections.emptySortedSet());
        }

        @Override public Optional<Topic> topic(String name) {
            return Optional.empty();
        }

        @Override public Optional<Topic> topic(Uuid topicId) {
            return Optional.empty();
        }

        @Override public Iterable<Topic> topics() {
            return List.of();
        }
    };

    /// Another number whenever topics or partitions came or went.
    long version();

    /// The names of the topics that came, went or got partitions after an earlier version; empty if
    /// that is not known any more.
    Optional<SortedSet<String>> changedSince(long version);

    Optional<Topic> topic(String name);

    Optional<Topic> topic(Uuid topicId);

    /// All of them, sorted by name.
    Iterable<Topic> topics();

    record Topic(String name, Uuid topicId, int partitionCount) {}
}
