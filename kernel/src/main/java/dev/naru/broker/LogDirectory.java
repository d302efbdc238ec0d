package dev.naru.broker;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.log.LogSettings;
import dev.naru.log.OpenHow;
import dev.naru.log.PartitionLog;
import dev.naru.log.StoredTopicId;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.PartitionId;
import dev.naru.partition.PartitionLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The partitions' directories on the disk: what the last life left, where a log is opened, where
/// it goes when its topic is deleted. What was left is immutable; any loop may open.
final class LogDirectory {
    private static final String DELETED = "deleted-";
    private static final String STRAY = "stray-";

    private final Disk disk;
    private final Trace trace;
    private final Map<String, LeftBehind> left = new TreeMap<>();
    /// What the checkpoint files say of directories that are not there, or not ours.
    private final Map<String, Long> recordedOfOthers = new TreeMap<>();

    /// Nothing is known of it before [#takeStock].
    LogDirectory(Disk disk, Trace trace) {
        this.disk = disk;
        this.trace = trace;
    }

    /// Takes stock, before any loop opens a log: from the manifest of a clean stop, or by looking
    /// at every directory. Directories of which the cluster knows nothing, or not on this node, are
    /// moved aside, never deleted.
    void takeStock(Optional<List<LeftBehind>> cleanStop, ClusterImage image, int nodeId)
        throws DiskFault {
        var found = cleanStop.isPresent() ? cleanStop.get() : search(disk);
        var cleaned = OffsetCheckpoint.read(disk, OffsetCheckpoint.CLEANED);
        for (var each : found) {
            var topic = image.topic(each.topic());
            boolean isOurs = topic.isPresent() && isHeldBy(nodeId, topic.get(), each.index())
                && (each.topicId().isZero() || each.topicId().equals(topic.get().topicId()));
            if (isOurs) {
                left.put(each.directory(),
                    each.cleaned(cleaned.getOrDefault(each.directory(), 0L)));
            } else {
                moveAside(disk, trace, each);
            }
        }
        for (var file : List.of(OffsetCheckpoint.RECOVERY_POINTS, OffsetCheckpoint.LOG_STARTS))
            OffsetCheckpoint.read(disk, file).forEach((directory, offset) -> {
                if (!left.containsKey(directory))
                    recordedOfOthers.merge(directory, offset, Math::max);
            });
    }

    private static boolean isHeldBy(int nodeId, TopicImage topic, int index) {
        return topic.partition(index).filter(each -> each.replicas().contains(nodeId)).isPresent();
    }

    private static List<LeftBehind> search(Disk disk) throws DiskFault {
        var recoveryPoints = OffsetCheckpoint.read(disk, OffsetCheckpoint.RECOVERY_POINTS);
        var logStarts = OffsetCheckpoint.read(disk, OffsetCheckpoint.LOG_STARTS);
        var found = new ArrayList<LeftBehind>();
        for (var name : disk.list("")) {
            if (!name.endsWith("/")) continue;
            var directory = name.substring(0, name.length() - 1);
            if (directory.startsWith(DELETED)) {
                disk.delete(directory);
                continue;
            }
            if (directory.startsWith(STRAY)) continue;
            int dash = directory.lastIndexOf('-');
            if (dash <= 0 || !isPartition(directory.substring(dash + 1))) continue;
            found.add(new LeftBehind(topicId(disk, directory), directory.substring(0, dash),
                Integer.parseInt(directory.substring(dash + 1)), Optional.empty(),
                recoveryPoints.getOrDefault(directory, 0L), logStarts.getOrDefault(directory, 0L),
                true, 0));
        }
        return found;
    }

    private static boolean isPartition(String text) {
        return !text.isEmpty() && text.length() <= 9
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// Zero for a directory that does not say: it is judged by its name.
    private static Uuid topicId(Disk disk, String directory) throws DiskFault {
        return StoredTopicId.read(disk, directory).orElse(Uuid.ZERO);
    }

    private static void moveAside(Disk disk, Trace trace, LeftBehind each) throws DiskFault {
        if (!disk.exists(each.directory())) return;
        var aside = STRAY + each.topicId() + "-" + each.directory();
        disk.delete(aside);
        disk.rename(each.directory(), aside);
        disk.flushNow(List.of(), List.of(""));
        trace.emit(new BrokerEvent.Stray(aside, "no topic of this cluster has this id"));
    }

    /// Opens a partition's log: as it was left, or as a new one.
    PartitionLog open(PartitionId id, LogSettings settings, PartitionLoop shared)
        throws DiskFault {
        var known = leftOf(id);
        var how = known.isPresent() ? known.get().openHow(id.topicId()) : openUnknown(id);
        return open(id, settings, shared, how);
    }

    /// Opens a new log in place of one that was discarded in this life.
    PartitionLog openInPlace(PartitionId id, LogSettings settings, PartitionLoop shared,
        boolean mayBeRecorded) throws DiskFault {
        long recordedAtMost = mayBeRecorded ? Long.MAX_VALUE : 0;
        return open(id, settings, shared, OpenHow.inPlaceOf(recordedAtMost, id.topicId()));
    }

    private PartitionLog open(PartitionId id, LogSettings settings, PartitionLoop shared,
        OpenHow how) throws DiskFault {
        return PartitionLog.open(disk, id.directory(), settings, how, shared.clock(), trace);
    }

    /// Nothing is known of it: it is new, or somebody put its directory there.
    private OpenHow openUnknown(PartitionId id) throws DiskFault {
        long recordedAtMost = recordedOfOthers.getOrDefault(id.directory(), 0L);
        if (!disk.exists(id.directory())) return OpenHow.inPlaceOf(recordedAtMost, id.topicId());
        var stored = topicId(disk, id.directory());
        if (stored.isZero() || stored.equals(id.topicId())) {
            return OpenHow.afterCrash(0, 0, id.topicId());
        }
        moveAside(disk, trace,
            new LeftBehind(stored, id.topic(), id.index(), Optional.empty(), 0, 0, false, 0));
        return OpenHow.inPlaceOf(recordedAtMost, id.topicId());
    }

    Optional<LeftBehind> leftOf(PartitionId id) {
        return Optional.ofNullable(left.get(id.directory()))
            .filter(each -> each.topicId().isZero() || each.topicId().equals(id.topicId()));
    }

    boolean isLeft(String directory) {
        return left.containsKey(directory);
    }

    /// All that the last life left, in the order of the directories' names.
    Collection<LeftBehind> left() {
        return left.values();
    }

    /// The topic is deleted, or the partition elsewhere: its directory gives up the name at once, then
    /// its bytes.
    void discard(PartitionId id) throws DiskFault {
        if (!disk.exists(id.directory())) return;
        var aside = DELETED + id.topicId() + "-" + id.index();
        disk.rename(id.directory(), aside);
        disk.delete(aside);
    }

    Disk disk() {
        return disk;
    }
}
