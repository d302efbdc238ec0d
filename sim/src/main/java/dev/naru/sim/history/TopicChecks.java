package dev.naru.sim.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Metadata: ids are never reused, epochs only grow, what was deleted stays deleted.
final class TopicChecks {
    private TopicChecks() {}

    static List<String> find(History history) {
        var found = new ArrayList<String>();
        Map<String, Integer> epochs = new TreeMap<>();
        Map<String, String> nameOfId = new TreeMap<>();
        Map<String, Long> goneSinceNs = new TreeMap<>();
        var created = new TreeSet<String>();
        for (var each : history.seen()) {
            switch (each) {
                case Seen.TopicChange change -> {
                    if (!change.isThere()) {
                        goneSinceNs.put(change.topicId(), change.atNs());
                    } else if (!created.add(change.topicId())) {
                        found.add("metadata: id used twice: " + change);
                    }
                }
                case Seen.Topic topic -> {
                    var before = nameOfId.put(topic.topicId(), topic.name());
                    if (before != null && !before.equals(topic.name())) {
                        found.add("metadata: id of " + before + " used again: " + topic);
                    }
                    epochs(epochs, topic, found);
                }
                default -> {
                }
            }
        }
        for (var each : history.seen()) {
            if (!(each instanceof Seen.Topic topic)) continue;
            var goneNs = goneSinceNs.get(topic.topicId());
            if (goneNs != null && topic.atNs() > goneNs + ANSWER_LATE_NS) {
                found.add("metadata: deleted and seen again: " + topic);
            }
        }
        return found;
    }

    /// An answer that was on its way when the topic went is allowed to arrive.
    private static final long ANSWER_LATE_NS = 30_000_000_000L;

    private static void epochs(Map<String, Integer> epochs, Seen.Topic topic,
        List<String> found) {
        for (int partition = 0; partition < topic.leaderEpochs().size(); partition++) {
            int epoch = topic.leaderEpochs().get(partition);
            var name = topic.process() + " " + topic.topicId() + " " + partition;
            var before = epochs.put(name, epoch);
            if (before != null && before > epoch) {
                found.add("metadata: leader epoch fell from " + before + ": " + topic);
            }
        }
    }
}
