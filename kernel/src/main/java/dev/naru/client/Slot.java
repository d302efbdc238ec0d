package dev.naru.client;

/// A partition as a client names it.
public record Slot(String topic, int partition) implements Comparable<Slot> {
    @Override public int compareTo(Slot other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }

    @Override public String toString() {
        return topic + "-" + partition;
    }
}
