package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Topics that come and go; a new picture with each change.
final class TestTopics {
    private TopicsView view = TopicsView.NONE;
    private final List<String> changes = new ArrayList<>(); // one in each version
    private long ids;
    private int lookups;

    /// How often a topic has been looked up.
    int lookups() {
        return lookups;
    }

    TopicsView view() {
        return view;
    }

    Uuid id(String name) {
        return view.topic(name).orElseThrow().topicId();
    }

    TestTopics add(String name, int partitionCount) {
        var topics = known();
        topics.put(name, new TopicsView.Topic(name, new Uuid(3, ++ids), partitionCount));
        show(topics, name);
        return this;
    }

    void grow(String name, int partitionCount) {
        var topics = known();
        topics.put(name, new TopicsView.Topic(name, id(name), partitionCount));
        show(topics, name);
    }

    void remove(String name) {
        var topics = known();
        topics.remove(name);
        show(topics, name);
    }

    private void show(SortedMap<String, TopicsView.Topic> topics, String changed) {
        changes.add(changed);
        view = new Picture(topics, view.version() + 1);
    }

    private SortedMap<String, TopicsView.Topic> known() {
        var topics = new TreeMap<String, TopicsView.Topic>();
        view.topics().forEach(topic -> topics.put(topic.name(), topic));
        return topics;
    }

    private final class Picture implements TopicsView {
        private final SortedMap<String, Topic> byName;
        private final long version;

        private Picture(SortedMap<String, Topic> byName, long version) {
            this.byName = byName;
            this.version = version;
        }

        @Override public long version() {
            return version;
        }

        @Override public Optional<SortedSet<String>> changedSince(long earlier) {
            return Optional.of(
                new TreeSet<>(changes.subList(Math.toIntExact(earlier), changes.size())));
        }

        @Override public Optional<Topic> topic(String name) {
            lookups++;
            return Optional.ofNullable(byName.get(name));
        }

        @Override public Optional<Topic> topic(Uuid topicId) {
            lookups++;
            return byName.values().stream().filter(it -> it.topicId().equals(topicId)).findFirst();
        }

        @Override public Iterable<Topic> topics() {
            return List.copyOf(byName.values());
        }
    }
}
