package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.Clock;
import dev.naru.base.Disk;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionReader;
import dev.naru.replica.CopyBudget;
import dev.naru.wire.message.FetchRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One fetch under way: visits the loops in turn, each with what is left of the byte budget, then
/// answers, or waits for a watch or the deadline and visits again what may have changed. Owned by
/// the connection's loop.
final class FetchRound {
    static final byte READ_COMMITTED = 1;
    private static final short LEADERS_SINCE_VERSION = 16;

    /// What rounds need of the node.
    record Rooms(Cluster cluster, Partitions partitions, Clock clock, Disk disk,
        Throttles throttles) {}

    private final Rooms rooms;
    private final Call call;
    private final FetchRequest request;
    private final FetchSession session;
    private final boolean isFull;
    private final PartitionReader.Reader reader;
    private final NearReplica near;
    private final Loop loop;
    private final long deadlineNs;
    /// Entries that this round has read; they keep what they found until the answer.
    private final Set<FetchEntry> touched = new LinkedHashSet<>();
    private int bytesLeft;
    private int bytesFound;
    private boolean isVisiting;
    private boolean isOver;
    private boolean isHurried;
    private Loop.@Nullable Timer timer;
    /// When to look again at those whose budget is used up.
    private Loop.@Nullable Timer holding;

    FetchRound(Rooms rooms, Call call, FetchSession session, boolean isFull) {
        this.rooms = rooms;
        this.call = call;
        this.request = (FetchRequest) call.request();
        this.session = session;
        this.isFull = isFull;
        this.reader = FetchHandler.reader(call, request);
        this.near = new NearReplica(rooms.cluster(), reader.isReplica() ? "" : request.rackId());
        this.loop = call.connection().loop();
        this.deadlineNs = rooms.clock().monotonicNs()
            + Math.max(0, request.maxWaitMs()) * Now.NS_PER_MS;
    }

    void start() {
        session.onReady(this::onReady);
        call.whenAbandoned(this::abandon);
        if (reader.isReplica()) call.whenHurried(this::hurry);
        visit();
    }

    private void visit() {
        isVisiting = true;
        var image = rooms.cluster().image();
        var byLoop = new TreeMap<Integer, Stop>();
        for (var entry : session.ready()) {
            entry.discard();
            touched.add(entry);
            var topic = entry.resolve(image, session.usesTopicIds());
            if (topic.isEmpty()) continue;
            int loopIndex = rooms.partitions()
                .loopIndexOf(topic.get().name(), entry.key().partition());
            byLoop.computeIfAbsent(loopIndex, this::stop).entries().add(entry);
        }
        bytesFound = 0;
        for (var entry : touched)
            bytesFound += entry.resultBytes();
        bytesLeft = Math.max(0, bytesMax() - bytesFound);
        next(new ArrayList<>(byLoop.values()));
    }

    private int bytesMax() {
        return Math.min(request.maxBytes(),
            rooms.cluster().settings().integer("fetch.max.bytes"));
    }

    private Stop stop(int loopIndex) {
        return new Stop(rooms.partitions().table(loopIndex), new ArrayList<>());
    }

    private record Stop(PartitionTable table, List<FetchEntry> entries) {}

    private void next(List<Stop> stops) {
        if (stops.isEmpty()) {
            Partitions.on(loop, this::visited);
            return;
        }
        var stop = stops.removeFirst();
        Partitions.on(stop.table().shared().loop(), () -> readAt(stop, stops));
    }

    /// On the loop of the partitions: reads them one after the other within the budget.
    private void readAt(Stop stop, List<Stop> rest) {
        var cold = new ArrayList<Bytes.Slice>(0);
        for (var entry : stop.entries())
            read(stop.table(), entry, cold);
        if (bytesFound < request.minBytes()) {
            // more may come to those with too little, too
            for (var entry : stop.entries())
                armIfFound(stop.table(), entry);
        }
        warm(stop, cold, rest);
    }

    private void read(PartitionTable table, FetchEntry entry, List<Bytes.Slice> cold) {
        var topic = entry.topic();
        if (topic == null) return;
        switch (table.find(topic, entry.key().partition())) {
            case PartitionTable.Lookup.Not not -> entry.refuse(not.why());
            case PartitionTable.Lookup.Here here -> {
                var partition = here.partition();
                var nearer = near.instead(partition, entry.fetchOffset());
                if (nearer.isPresent()) {
                    entry.sendTo(nearer.getAsInt());
                    return;
                }
                var budget = budget(topic, entry);
                boolean isHeldBack = budget.isPresent() && budget.get().isExhausted()
                    && entry.fetchOffset() < partition.highWatermark();
                entry.holdBack(isHeldBack);
                var fetched = PartitionReader.read(partition, isHeldBack
                    ? entry.question(0, false, reader)
                    : entry.question(bytesLeft, bytesFound == 0, reader));
                entry.result(fetched);
                if (reader.isReplica()) table.isrWishes().heardOf(partition);
                int size = fetched.sizeBytes();
                budget.ifPresent(bounds -> bounds.spent(size));
                bytesFound += size;
                bytesLeft = Math.max(0, bytesLeft - size);
                if (fetched.isCold()) addSlices(fetched.records(), cold);
                boolean isBlank = size == 0 && fetched.error() == ErrorCode.NONE
                    && fetched.diverging().isEmpty()
                    && entry.fetchOffset() >= fetched.ends().of(reader.upTo());
                if (isBlank) arm(table, entry, partition);
            }
        }
    }

    /// What bounds how fast a replica is given this partition.
    private Optional<CopyBudget> budget(TopicImage topic, FetchEntry entry) {
        return reader.isReplica()
            ? rooms.throttles().ofLeader(topic, entry.key().partition(), reader.replicaId())
            : Optional.empty();
    }

    private void arm(PartitionTable table, FetchEntry entry,
        Partition partition) {
        if (entry.isArmed()) return;
        partition.arm(
            entry.arm(table.shared().loop(), () -> loop.execute(() -> session.markReady(entry))),
            reader.upTo());
    }

    private void armIfFound(PartitionTable table, FetchEntry entry) {
        var topic = entry.topic();
        if (topic == null || entry.error() != ErrorCode.NONE || entry.isHeldBack()) return;
        var partition = table.opened(topic.topicId(), entry.key().partition());
        if (partition != null) arm(table, entry, partition);
    }

    private static void addSlices(List<Bytes> records, List<Bytes.Slice> cold) {
        for (var bytes : records)
            if (bytes instanceof Bytes.Slice slice) cold.add(slice);
    }

    private void warm(Stop stop, List<Bytes.Slice> cold, List<Stop> rest) {
        if (cold.isEmpty()) {
            next(rest);
            return;
        }
        var slice = cold.removeLast();
        rooms.disk().warm(slice, stop.table().shared().loop(), _ -> warm(stop, cold, rest));
    }

    /// Back on the connection's loop.
    private void visited() {
        isVisiting = false;
        if (isOver) {
            discard();
            return;
        }
        boolean isUrgent = session.size() == 0;
        for (var entry : touched) {
            isUrgent |= entry.isUrgent() || (reader.isReplica() && entry.hasMovedStart());
            if (entry.isArmed() || entry.isHeldBack()) session.rest(entry);
        }
        long leftNs = isHurried ? 0 : deadlineNs - rooms.clock().monotonicNs();
        if (isUrgent || bytesFound >= request.minBytes() || leftNs <= 0) {
            answer();
            return;
        }
        if (timer == null) timer = loop.after(leftNs, this::deadline);
        boolean isAnyHeld = touched.stream().anyMatch(FetchEntry::isHeldBack);
        if (isAnyHeld && holding == null)
            holding = loop.after(CopyBudget.TICK_NS, this::lookAtHeld);
        if (session.hasReady()) visit();
    }

    /// No watch fires when a budget has something left again.
    private void lookAtHeld() {
        holding = null;
        releaseHeld();
        if (!isOver && !isVisiting && session.hasReady()) visit();
    }

    private void releaseHeld() {
        for (var entry : touched) {
            if (!entry.isHeldBack()) continue;
            entry.holdBack(false);
            session.readyAgain(entry);
        }
    }

    private void onReady() {
        if (!isVisiting && !isOver) visit();
    }

    /// A replica has moved on: what it waits for here is not worth the wait.
    private void hurry() {
        isHurried = true;
        if (!isOver && !isVisiting) answer();
    }

    private void deadline() {
        timer = null;
        if (!isOver && !isVisiting) answer();
    }

    private void answer() {
        over();
        for (var entry : touched) {
            if (!reader.isReplica()) entry.refuseIfSettling();
            if (entry.isUnread(reader.upTo())) session.readyAgain(entry);
            count(entry);
        }
        var response = FetchAnswer.of(session, touched, isFull,
            request.isolationLevel() == READ_COMMITTED, leaders());
        if (session.id() == 0) session.close();
        call.reply(response);
    }

    private void count(FetchEntry entry) {
        var topic = entry.topic();
        if (topic == null) return;
        var traffic = call.connection().traffic().of(topic.topicId());
        if (reader.isReplica()) traffic.replicated(entry.resultBytes());
        else
            traffic.read(entry.resultBytes(), entry.error() != ErrorCode.NONE);
    }

    private Optional<CurrentLeaders> leaders() {
        if (reader.isReplica() || call.version() < LEADERS_SINCE_VERSION) return Optional.empty();
        return Optional
            .of(new CurrentLeaders(rooms.cluster().image(), call.caller().listener()));
    }

    private void over() {
        isOver = true;
        if (timer != null) timer.cancel();
        if (holding != null) holding.cancel();
        releaseHeld();
        session.onReady(() -> {
        });
    }

    private void discard() {
        for (var entry : touched) {
            if (entry.resultBytes() > 0) session.readyAgain(entry);
            entry.discard();
        }
        if (session.id() == 0) session.close();
    }

    /// The connection is gone: nobody hears the answer.
    private void abandon() {
        if (isOver) return;
        over();
        if (!isVisiting) discard();
    }
}
