package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Topics that come and go; a new picture with each change.
final class TestTopics {
    private TopicsView view = TopicsView.NONE;
    private long ids;

    TopicsView view() {
        return view;
    }

    Uuid id(String name) {
        return view.topic(name).orElseThrow().topicId();
    }

    TestTopics add(String name, int partitionCount) {
        var topics = known();
        topics.put(name, new TopicsView.Topic(name, new Uuid(3, ++ids), partitionCount));
        view = new Picture(topics, view.version() + 1);
        return this;
    }

    void grow(String name, int partitionCount) {
        var topics = known();
        topics.put(name, new TopicsView.Topic(name, id(name), partitionCount));
        view = new Picture(topics, view.version() + 1);
    }

    void remove(String name) {
        var topics = known();
        topics.remove(name);
        view = new Picture(topics, view.version() + 1);
    }

    private SortedMap<String, TopicsView.Topic> known() {
        var topics = new TreeMap<String, TopicsView.Topic>();
        view.topics().forEach(topic -> topics.put(topic.name(), topic));
        return topics;
    }

    private record Picture(SortedMap<String, Topic> byName, long version) implements TopicsView {
        @Override public Optional<Topic> topic(String name) {
            return Optional.ofNullable(byName.get(name));
        }

        @Override public Optional<Topic> topic(Uuid topicId) {
            return byName.values().stream().filter(it -> it.topicId().equals(topicId)).findFirst();
        }

        @Override public Iterable<Topic> topics() {
            return List.copyOf(byName.values());
        }
    }
}
