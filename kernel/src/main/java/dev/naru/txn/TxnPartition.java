package dev.naru.txn;

/// A partition that a transaction writes to; groups' offsets are partitions of
/// `__consumer_offsets`.
public record TxnPartition(String topic, int partition) implements Comparable<TxnPartition> {
    @Override public int compareTo(TxnPartition other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }
}
