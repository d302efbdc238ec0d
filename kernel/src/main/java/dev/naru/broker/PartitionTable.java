package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import dev.naru.log.LogManifestEntry;
import dev.naru.log.PartitionLog;
import dev.naru.measure.Traffic;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.LogUpkeep;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionId;
import dev.naru.partition.PartitionLoop;
import dev.naru.partition.PartitionSettings;
import dev.naru.partition.Replicas;
import dev.naru.partition.Term;
import dev.naru.replica.IsrWishes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The partitions of one loop. A partition is opened when somebody first touches it, so that an
/// idle one costs an entry in the image and nothing here. Owned by the loop.
final class PartitionTable {
    /// What a look-up found.
    sealed interface Lookup {
        record Here(Partition partition) implements Lookup {}

        record Not(ErrorCode why) implements Lookup {}
    }

    private static final Lookup UNKNOWN = new Lookup.Not(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    private static final Lookup ELSEWHERE = new Lookup.Not(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    private static final Lookup STORAGE = new Lookup.Not(ErrorCode.KAFKA_STORAGE_ERROR);

    private final PartitionLoop shared;
    private final LogDirectory directory;
    private final Cluster cluster;
    private final Ports ports;
    private final IsrWishes isrWishes;
    private final Map<Uuid, Map<Integer, Lookup.Here>> open = new LinkedHashMap<>();
    private final Traffic written = new Traffic();
    private final GivenUp givenUp = new GivenUp();
    private boolean isFenced;

    /// Whom it tells: `controller` takes what the leaders here wish for their ISR, `recordSoon` has the
    /// checkpoint files written.
    record Ports(IsrWishes.Controller controller, Runnable recordSoon, Trace trace) {}

    PartitionTable(PartitionLoop shared, LogDirectory directory, Cluster cluster, Ports ports) {
        this.ports = ports;
        this.shared = shared;
        this.directory = directory;
        this.cluster = cluster;
        this.isrWishes = new IsrWishes(shared.loop(), ports.controller(),
            () -> cluster.live().number("replica.lag.time.max.ms"), this::all, this::mayJoin);
    }

    /// A life that this node has not heard of yet is the controller's to judge (KIP-903).
    private boolean mayJoin(int nodeId, long brokerEpoch) {
        return cluster.image().node(nodeId)
            .filter(node -> node.isActive() && brokerEpoch >= node.brokerEpoch()).isPresent();
    }

    /// The ISR that leaders here would have.
    IsrWishes isrWishes() {
        return isrWishes;
    }

    /// What was written to the partitions here, by topic.
    Traffic written() {
        return written;
    }

    boolean isFenced() {
        return isFenced;
    }

    PartitionLoop shared() {
        return shared;
    }

    /// The partition, opened if need be.
    Lookup find(TopicImage topic, int index) {
        if (isFenced) return STORAGE;
        var ofTopic = open.get(topic.topicId());
        if (ofTopic != null) {
            var here = ofTopic.get(index);
            if (here != null) return here;
        }
        return openPartition(topic, index);
    }

    private Lookup openPartition(TopicImage topic, int index) {
        // the caller's image may be older than a deletion that this loop has already carried out
        var now = cluster.image().topic(topic.topicId());
        if (now.isEmpty() || index < 0 || index >= now.get().partitionCount()) return UNKNOWN;
        if (!isHere(now.get(), index)) return ELSEWHERE;
        var id = new PartitionId(topic.topicId(), topic.name(), index);
        var settings = settings(now.get());
        try {
            PartitionLog log = openLog(id, settings);
            var partition = new Partition(id, log, shared, settings, term(now.get(), index));
            var here = new Lookup.Here(partition);
            open.computeIfAbsent(topic.topicId(), _ -> new LinkedHashMap<>()).put(index, here);
            if (partition.upkeep().isNameInUse()) ports.recordSoon().run();
            tellLeading(partition, -1);
            partition.serve();
            return here;
        } catch (DiskFault fault) {
            if (fault.kind() == DiskFault.Kind.FAILED) shared.onDiskFailed().accept(fault);
            return STORAGE;
        }
    }

    private PartitionLog openLog(PartitionId id, PartitionSettings settings) throws DiskFault {
        var name = id.directory();
        return givenUp.has(name)
            ? directory.openInPlace(id, settings.log(), shared, givenUp.takenUpAgain(name))
            : directory.open(id, settings.log(), shared);
    }

    private boolean isHere(TopicImage topic, int index) {
        return topic.partitions().get(index).replicas().contains(cluster.nodeId());
    }

    private Term term(TopicImage topic, int index) {
        var image = topic.partitions().get(index);
        int minInSync = image.moving().enough(image.replicas(),
            cluster.topicSettings(topic).integer("min.insync.replicas"));
        return new Term(cluster.nodeId(), image.leader(), image.leaderEpoch(), new Replicas(
            image.partitionEpoch(), image.replicas(), image.isr(), minInSync));
    }

    private PartitionSettings settings(TopicImage topic) {
        return TopicShapes.of(cluster.topicSettings(topic),
            cluster.live().number("producer.id.expiration.ms"));
    }

    /// The partition if it is open already.
    @Nullable Partition opened(Uuid topicId, int index) {
        var ofTopic = open.get(topicId);
        var here = ofTopic == null ? null : ofTopic.get(index);
        return here == null ? null : here.partition();
    }

    /// All that are open, in the order they were opened.
    List<Partition> all() {
        var all = new ArrayList<Partition>();
        for (var ofTopic : open.values()) {
            for (var here : ofTopic.values())
                all.add(here.partition());
        }
        return all;
    }

    void each(Consumer<Partition> visitor) {
        for (var ofTopic : open.values()) {
            for (var here : ofTopic.values())
                visitor.accept(here.partition());
        }
    }

    /// Follows the image: the topic has other settings now, or these partitions are elsewhere or led
    /// by others.
    void changed(TopicImage topic, List<Integer> indexes) {
        var ofTopic = open.getOrDefault(topic.topicId(), new LinkedHashMap<>());
        for (int index : indexes) {
            if (!isHere(topic, index))
                leave(new PartitionId(topic.topicId(), topic.name(), index), ofTopic);
        }
        if (ofTopic.isEmpty()) return;
        var settings = settings(topic);
        for (int index : indexes) {
            var here = ofTopic.get(index);
            if (here == null) continue;
            var partition = here.partition();
            partition.settings(settings);
            var term = term(topic, index);
            // one that was opened meanwhile knows more than this image
            int epochBefore = partition.leads() ? partition.leaderEpoch() : -1;
            if (partition.isNews(term)) partition.term(term);
            tellLeading(partition, epochBefore);
        }
    }

    /// The partition is elsewhere, open here or not.
    private void leave(PartitionId id, Map<Integer, Lookup.Here> ofTopic) {
        boolean isHeld = ofTopic.containsKey(id.index())
            || (directory.leftOf(id).isPresent() && !givenUp.has(id.directory()));
        if (isHeld)
            discard(id, ofTopic.remove(id.index()), ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    private void tellLeading(Partition partition, int epochBefore) {
        if (!partition.leads() || partition.leaderEpoch() == epochBefore) return;
        ports.trace().emit(new BrokerEvent.Leads(partition.id(), partition.leaderEpoch()));
    }

    /// Follows the image: the topic is gone, and its files go.
    void deleted(TopicImage topic, List<Integer> indexes) {
        var ofTopic = open.remove(topic.topicId());
        for (int index : indexes) {
            var here = ofTopic == null ? null : ofTopic.get(index);
            discard(new PartitionId(topic.topicId(), topic.name(), index), here,
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
    }

    /// Its files go.
    private void discard(PartitionId id, Lookup.@Nullable Here here, ErrorCode why) {
        if (here != null) here.partition().close(why);
        giveUp(id, here);
        try {
            if (here != null) here.partition().log().close();
            directory.discard(id);
        } catch (DiskFault fault) {
            if (fault.kind() == DiskFault.Kind.FAILED) shared.onDiskFailed().accept(fault);
        }
    }

    private void giveUp(PartitionId id, Lookup.@Nullable Here here) {
        boolean isLeft = directory.leftOf(id).isPresent();
        if (here == null && !isLeft) return;
        givenUp.add(id.directory());
        // in time for a log that takes the name
        if (here == null || isOfNote(here.partition().log())) ports.recordSoon().run();
    }

    /// What this loop's partitions would leave behind if the node stopped now; with their entries
    /// for the manifest when it does.
    List<LeftBehind> progress(Partitions partitions, int loopIndex, boolean isLast) {
        var progress = new ArrayList<LeftBehind>();
        if (!isLast) givenUp.gathered();
        for (var partition : all()) {
            // without an entry the next life finds what is said of the one that had the name
            boolean isNameless = isLast && partition.upkeep().isNameInUse()
                && partition.log().logEndOffset() == 0;
            if (isOfNote(partition.log()) && !isNameless)
                progress.add(leaving(partition, isLast));
        }
        for (var left : directory.left()) {
            if (isStillClosed(left, partitions, loopIndex)) progress.add(left);
        }
        return progress;
    }

    /// Whether the files have to say something of it, or say more than is true: it was emptied since.
    private static boolean isOfNote(PartitionLog log) {
        return log.logEndOffset() > 0 || log.recordedAtMost() > 0 || log.recordedStart() > 0;
    }

    private LeftBehind leaving(Partition partition, boolean isLast) {
        var id = partition.id();
        var log = partition.log();
        Optional<LogManifestEntry> manifest = Optional.empty();
        try {
            if (isLast) manifest = log.manifestEntry();
        } catch (DiskFault fault) {
            // without an entry the next start scans
            if (fault.kind() == DiskFault.Kind.FAILED) shared.onDiskFailed().accept(fault);
        }
        return new LeftBehind(id.topicId(), id.topic(), id.index(), manifest, log.recoveryPoint(),
            log.logStartOffset(), false, log.cleanedUpTo());
    }

    private boolean isStillClosed(LeftBehind left, Partitions partitions, int loopIndex) {
        if (partitions.loopIndexOf(left.topic(), left.index()) != loopIndex) return false;
        if (givenUp.has(left.directory())) return false;
        var topic = cluster.image().topic(left.topic());
        return topic.isPresent() && opened(topic.get().topicId(), left.index()) == null
            && (left.topicId().isZero() || left.topicId().equals(topic.get().topicId()));
    }

    /// Opens what the last life left, one partition to a turn of the loop, so that whoever needs
    /// one that is ready does not wait for the rest. `done` hears how many there were.
    void openLeft(Partitions partitions, int loopIndex, IntConsumer done) {
        var mine = new ArrayDeque<LeftBehind>();
        for (var left : directory.left()) {
            if (isStillClosed(left, partitions, loopIndex)) mine.add(left);
        }
        openNext(mine, mine.size(), done);
    }

    private void openNext(ArrayDeque<LeftBehind> rest, int count, IntConsumer done) {
        var next = rest.pollFirst();
        if (next == null) {
            done.accept(count);
            return;
        }
        cluster.image().topic(next.topic()).ifPresent(topic -> find(topic, next.index()));
        shared.loop().execute(() -> openNext(rest, count, done));
    }

    /// One turn of the retention sweep over what is open here.
    void tidy(Now now) {
        for (var partition : all()) {
            partition.upkeep().tidy(now);
        }
    }

    /// Lets the next start scan less: see [dev.naru.partition.LogUpkeep#checkpoint].
    void checkpoint() {
        for (var partition : all())
            partition.upkeep().checkpoint();
    }

    /// The log starts of [#progress] are durable.
    void startsRecorded(List<LeftBehind> progress) {
        eachOpen(progress, (log, left) -> log.startRecorded(left.logStartOffset()));
    }

    /// The recovery points of [#progress] are.
    void pointsRecorded(List<LeftBehind> progress) {
        eachOpen(progress, (log, left) -> log.pointRecorded(left.recoveryPoint()));
        givenUp.recorded(directory::isLeft);
        boolean isAnyAhead = progress.stream()
            .map(each -> opened(each.topicId(), each.index()))
            .anyMatch(partition -> partition != null && partition.upkeep().isNameInUse());
        if (isAnyAhead && !isFenced) ports.recordSoon().run();
    }

    private void eachOpen(List<LeftBehind> progress, BiConsumer<LogUpkeep, LeftBehind> told) {
        for (var each : progress) {
            var partition = opened(each.topicId(), each.index());
            if (partition != null && !givenUp.isYounger(partition.id().directory()))
                told.accept(partition.upkeep(), each);
        }
    }

    /// Nothing here may be acknowledged any more.
    void fence() {
        isFenced = true;
        for (var partition : all())
            partition.close(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    /// The end of the node's life: no partition takes anything any more; logs are closed.
    void stop() {
        for (var partition : all()) {
            partition.close(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            try {
                partition.log().close();
            } catch (DiskFault fault) {
                shared.onDiskFailed().accept(fault);
            }
        }
        isFenced = true;
    }
}
