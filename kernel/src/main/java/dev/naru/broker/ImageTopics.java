package dev.naru.broker;

import dev.naru.base.Uuid;
import dev.naru.group.TopicsView;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicImage;
import java.util.Iterator;
import java.util.Optional;
import java.util.SortedSet;

/// The topics of an image, as groups see them.
record ImageTopics(ClusterImage image) implements TopicsView {
    @Override public long version() {
        return image.topicChanges().version();
    }

    @Override public Optional<SortedSet<String>> changedSince(long version) {
        return image.topicChanges().since(version);
    }

    @Override public Optional<Topic> topic(String name) {
        return image.topic(name).map(ImageTopics::seen);
    }

    @Override public Optional<Topic> topic(Uuid topicId) {
        return image.topic(topicId).map(ImageTopics::seen);
    }

    private static Topic seen(TopicImage topic) {
        return new Topic(topic.name(), topic.topicId(), topic.partitionCount());
    }

    @Override public Iterable<Topic> topics() {
        var topics = image.topics();
        return () -> seen(topics.iterator());
    }

    private static Iterator<Topic> seen(Iterator<TopicImage> topics) {
        return new Iterator<>() {
            @Override public boolean hasNext() {
                return topics.hasNext();
            }

            @Override public Topic next() {
                return seen(topics.next());
            }
        };
    }
}
