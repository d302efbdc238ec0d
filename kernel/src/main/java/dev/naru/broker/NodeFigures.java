package dev.naru.broker;

import dev.naru.base.Uuid;
import dev.naru.measure.DurationReading;
import dev.naru.measure.RequestTimes;
import dev.naru.measure.TopicTraffic;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.Quorum;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// What a node has counted, and how things stand, at one moment: for metrics, health and pages. Counts are
/// since the node's start. Immutable.
///
/// @param controllerId the node that decides about the cluster, -1 while none is known
/// @param image the cluster as far as this node knows
/// @param isFenced the data directory failed: nothing here is acknowledged any more
/// @param sizeBytesTotal of the disk that holds the data directory; `sizeBytesUsable` of them are free
/// @param topics what clients wrote and read, by topic; with `all` also of topics that are gone
/// @param partitions the replicas here, none above `naru.metrics.partitions.max`
/// @param groups those that this node coordinates
public record NodeFigures(int nodeId, int controllerId, ClusterImage image, Quorum quorum,
    boolean isFenced, long sizeBytesTotal, long sizeBytesUsable, IsrTally.Reading isr,
    List<LoopFigures> loops, SortedMap<String, RequestTimes.Reading> requests,
    Map<Uuid, TopicTraffic.Reading> topics, TopicTraffic.Reading all,
    List<PartitionFigures> partitions, List<GroupFigures> groups) {

    public boolean isController() {
        return nodeId == controllerId;
    }

    /// One loop.
    ///
    /// @param flushes rounds in which everything that waited was made durable
    /// @param memoryUsedBytes what unanswered large requests hold of `memoryBytes`
    /// @param memoryWaiting large requests that wait for room there
    public record LoopFigures(DurationReading flushes, long filesFlushed,
        SortedMap<String, Integer> connectionsByListener, long connectionsOpened,
        long memoryUsedBytes, long memoryBytes, int memoryWaiting, int partitionCount,
        long logSizeBytes) {}

    /// One replica on this node.
    public record PartitionFigures(String topic, int partition, boolean leads,
        long logStartOffset, long highWatermark, long logEndOffset, long sizeBytes,
        int segmentCount) {}

    /// One group.
    public record GroupFigures(String group, String kind, String state, int members,
        List<LagFigures> lags) {}

    /// A group's progress in one partition.
    ///
    /// @param lag records between the committed offset and the high watermark; [#UNKNOWN] where this
    ///        node has no replica
    /// @param lagMs how long ago the batch was written that the committed offset is in, by the time of
    ///        its first record; 0 without lag
    public record LagFigures(String topic, int partition, long committedOffset, long lag,
        long lagMs) {
        /// Stands for a lag that this node cannot tell.
        public static final long UNKNOWN = -1;
    }
}
