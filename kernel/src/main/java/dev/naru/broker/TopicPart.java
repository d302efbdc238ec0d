package dev.naru.broker;

import dev.naru.metadata.TopicImage;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// A topic, or some of its partitions, that something has happened to. Made on one loop, and not
/// changed any more once others have it.
final class TopicPart {
    private final TopicImage topic;
    /// Empty when it is the whole topic.
    private final Optional<SortedSet<Integer>> some;

    private TopicPart(TopicImage topic, Optional<SortedSet<Integer>> some) {
        this.topic = topic;
        this.some = some;
    }

    static TopicPart whole(TopicImage topic) {
        return new TopicPart(topic, Optional.empty());
    }

    /// To begin with.
    static TopicPart none(TopicImage topic) {
        return new TopicPart(topic, Optional.of(new TreeSet<>()));
    }

    void add(int partition) {
        some.ifPresent(indexes -> indexes.add(partition));
    }

    TopicImage topic() {
        return topic;
    }

    /// Those of its partitions that live on the loop.
    List<Integer> indexesOn(int loopIndex, Partitions partitions) {
        return some.map(indexes -> indexes.stream()
            .filter(index -> partitions.loopIndexOf(topic.name(), index) == loopIndex).toList())
            .orElseGet(() -> partitions.indexesOn(loopIndex, topic));
    }
}
