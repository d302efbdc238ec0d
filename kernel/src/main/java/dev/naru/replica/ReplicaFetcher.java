package dev.naru.replica;

import dev.naru.base.Bytes;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.client.Address;
import dev.naru.client.ClientSettings;
import dev.naru.client.NodeLink;
import dev.naru.client.Reply;
import dev.naru.partition.Fetched;
import dev.naru.partition.PartitionId;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.FetchResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Fetches the partitions of one loop that one other node leads, over one connection and in one
/// session. A request tells the leader where replicas stand, so it leaves only when all that they
/// have counts here: in flush mode, after the flush. A request that is parked at the leader does
/// not hold up news: the next one is sent behind it, and the leader answers the parked one at once.
/// Owned by the loop.
///
/// ```
///   changed --> request --> answer --> append --> flush --> changed
///                              '--> parted --> record the recovery point --> cut --> changed
/// ```
final class ReplicaFetcher {
    private static final int IN_FLIGHT_MAX = 2;
    /// Whoever asks for what is from before the leader's first batch is told where that begins.
    private static final long THE_BEGINNING = 0;
    private static final ByteBuffer NOBODY = ByteBuffer.allocate(0);

    /// Where a log is cut; with `producers` (empty: nobody) it begins anew there.
    private record Cut(long offset, Optional<ByteBuffer> producers) {}

    private final ReplicaPorts ports;
    private final int leaderId;
    private final Map<ReplicaEntry.Key, ReplicaEntry> entries = new LinkedHashMap<>();
    private final ReplicaSession session = new ReplicaSession();
    /// Those that wait for their budget.
    private final List<ReplicaEntry> held = new ArrayList<>();
    private @Nullable NodeLink link;
    private int inFlight;
    /// Answers to what was asked before a reset are not heard any more.
    private int generation;
    private int uncounted;
    private boolean isLost;
    private boolean isResting;
    private boolean isSending;
    private boolean isClosed;

    ReplicaFetcher(ReplicaPorts ports, int leaderId) {
        this.ports = ports;
        this.leaderId = leaderId;
    }

    /// Fetches this partition from now on, instead of what was there for it under an older epoch.
    void add(ReplicaEntry entry) {
        var before = entries.get(entry.key());
        if (before != null && before.following == entry.following) {
            before.budget = entry.budget;
            return;
        }
        if (before != null) session.forget(before);
        entries.put(entry.key(), entry);
        entry.isResting = true;
        if (entry.partition.upkeep().isNameInUse()) {
            cut(entry, new Cut(entry.partition.log().logEndOffset(), Optional.empty()));
            return;
        }
        // a leader of a new epoch has not heard of it, and so does not count it yet
        if (entry.isHeldBack(Long.MAX_VALUE)) {
            hold(entry);
        } else {
            wake(entry);
        }
    }

    /// Fetches it no more.
    void remove(PartitionId id) {
        var gone = entries.remove(ReplicaEntry.Key.of(id));
        if (gone != null) session.forget(gone);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void close() {
        isClosed = true;
        generation++;
        if (link != null) link.close();
    }

    /// The other nodes may listen elsewhere now.
    void readdress() {
        var known = link;
        if (known == null) return;
        var now = ports.node().addressOf(leaderId);
        if (now.isPresent() && now.get().equals(known.address())) return;
        link = null;
        startAnew();
        known.close();
        send();
    }

    /// Sends in a later turn what has changed by then.
    private void send() {
        if (isSending || isClosed) return;
        isSending = true;
        ports.tools().loop().execute(() -> {
            isSending = false;
            sendNow();
        });
    }

    private void sendNow() {
        if (isClosed || isResting || uncounted > 0 || !maySend()) return;
        var to = link();
        if (to.isEmpty()) {
            rest();
            return;
        }
        var request = session.next(ports);
        long number = session.lastNumber();
        int asked = generation;
        inFlight++;
        to.get().request(ApiKey.FETCH, _ -> request, ports.settings().get().timeoutMs(), reply -> {
            if (asked == generation) heard(number, reply);
        });
    }

    private boolean maySend() {
        if (inFlight == 0) return session.hasNews() || isAnyAwake();
        return inFlight < IN_FLIGHT_MAX && session.isOpen() && session.hasNews();
    }

    /// An empty session would be answered at once, again and again.
    private boolean isAnyAwake() {
        for (var entry : entries.values()) {
            if (!entry.isResting && !entry.following.isOver()) return true;
        }
        return false;
    }

    private Optional<NodeLink> link() {
        if (link == null) {
            ports.node().addressOf(leaderId).ifPresent(address -> link = NodeLink.to(address,
                ports.tools(), clientSettings(address), this::violated));
        }
        return Optional.ofNullable(link);
    }

    private ClientSettings clientSettings(Address address) {
        var settings = ports.settings().get();
        return new ClientSettings("naru-replica-" + ports.node().nodeId(), List.of(address),
            settings.timeoutMs(), settings.backoffMs(), Map.of());
    }

    private void violated(String what) {
        ports.trace().emit(new ReplicaEvent.LeaderLost(leaderId, entries.size(), what));
    }

    private void heard(long number, Reply reply) {
        inFlight--;
        switch (reply) {
            case Reply.Lost(var why, var _) -> lost(why);
            case Reply.Answer(var body, var _) -> answered(number, (FetchResponse) body);
        }
    }

    private void lost(String why) {
        // said once, until it answers again
        if (!isClosed && !isLost)
            ports.trace().emit(new ReplicaEvent.LeaderLost(leaderId, entries.size(), why));
        isLost = true;
        startAnew();
        rest();
    }

    /// What was asked is not heard of any more; everything is told again.
    private void startAnew() {
        generation++;
        inFlight = 0;
        session.reset(entries.values());
    }

    private void rest() {
        if (isResting) return;
        isResting = true;
        ports.tools().loop().after(ports.settings().get().backoffMs() * Now.NS_PER_MS, () -> {
            isResting = false;
            sendNow();
        });
    }

    private void answered(long number, FetchResponse response) {
        var error = ErrorCode.of(response.errorCode());
        if (error != ErrorCode.NONE) {
            startAnew();
            if (isAboutSession(error)) {
                send();
            } else {
                refused(error);
            }
            return;
        }
        isLost = false;
        if (!session.isOpen()) session.opened(response.sessionId());
        var grown = new ArrayList<ReplicaEntry>();
        for (var topic : response.responses()) {
            for (var data : topic.partitions()) {
                var entry = entries
                    .get(new ReplicaEntry.Key(topic.topicId(), data.partitionIndex()));
                if (entry != null && isFor(entry, number)) take(entry, data, grown);
            }
        }
        if (!session.isOpen()) session.reset(entries.values());
        count(grown);
        sendNow();
    }

    private static boolean isAboutSession(ErrorCode error) {
        return switch (error) {
            case FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH,
                FETCH_SESSION_TOPIC_ID_ERROR -> true;
            default -> false;
        };
    }

    private void refused(ErrorCode error) {
        if (!isLost) violated("the leader answers " + error);
        isLost = true;
        rest();
    }

    private static boolean isFor(ReplicaEntry entry, long number) {
        return !entry.isResting && entry.isTold() && entry.toldIn <= number
            && !entry.following.isOver();
    }

    private void take(ReplicaEntry entry, FetchResponse.PartitionData data,
        List<ReplicaEntry> grown) {
        var error = ErrorCode.of(data.errorCode());
        if (error == ErrorCode.OFFSET_OUT_OF_RANGE) {
            outOfRange(entry, data);
        } else if (error != ErrorCode.NONE) {
            ports.trace()
                .emit(new ReplicaEvent.Refused(entry.partition.id(), leaderId, error));
            restEntry(entry);
        } else if (data.divergingEpoch().epoch() >= 0) {
            parted(entry, data.divergingEpoch());
        } else {
            append(entry, data, grown);
        }
    }

    private void append(ReplicaEntry entry, FetchResponse.PartitionData data,
        List<ReplicaEntry> grown) {
        long before = entry.partition.log().logEndOffset();
        var records = buffers(data);
        long sizeBytes = records.stream().mapToLong(ByteBuffer::remaining).sum();
        entry.budget.ifPresent(budget -> budget.spent(sizeBytes));
        var outcome = entry.following.take(records, data.highWatermark(),
            data.logStartOffset(), ports.clock().now());
        if (outcome == ErrorCode.CORRUPT_MESSAGE) {
            ports.trace().emit(new ReplicaEvent.Corrupt(entry.partition.id(), leaderId,
                entry.partition.log().logEndOffset()));
        }
        if (entry.partition.log().logEndOffset() > before) {
            session.changed(entry);
            grown.add(entry);
        }
        recordStartIfMoved(entry);
        if (outcome == ErrorCode.OFFSET_OUT_OF_RANGE) {
            beginsAmidBatch(entry);
        } else if (outcome != ErrorCode.NONE) {
            restEntry(entry);
        } else if (entry.isHeldBack(data.highWatermark())) {
            hold(entry);
        }
    }

    /// Nothing is asked for it until its budget has something left again.
    private void hold(ReplicaEntry entry) {
        session.forget(entry);
        entry.isResting = true;
        held.add(entry);
        if (held.size() == 1) ports.tools().loop().after(CopyBudget.TICK_NS, this::release);
    }

    private void release() {
        var all = List.copyOf(held);
        held.clear();
        for (var entry : all) {
            if (entry.isHeldBack(Long.MAX_VALUE)) {
                hold(entry);
            } else {
                wake(entry);
            }
        }
    }

    /// The leader hears of it when it will be so after a crash, too.
    private void recordStartIfMoved(ReplicaEntry entry) {
        long start = entry.partition.log().logStartOffset();
        if (start <= entry.startRecorded) return;
        entry.startRecorded = start;
        recordStart(entry);
    }

    private void recordStart(ReplicaEntry entry) {
        if (!isFollowed(entry)) return;
        ports.node().recordRecoveryPoints(() -> {
            if (entry.partition.log().recordedStart() < entry.startRecorded) {
                later(() -> recordStart(entry)); // a full disk, or it has moved on
            } else if (!entry.isResting && isFollowed(entry)) {
                session.changed(entry);
                send();
            }
        });
    }

    private static List<ByteBuffer> buffers(FetchResponse.PartitionData data) {
        var records = data.records();
        if (records == null) return List.of();
        var buffers = new ArrayList<ByteBuffer>(records.size());
        for (var bytes : records) {
            if (bytes instanceof Bytes.Memory(var buffer)) buffers.add(buffer);
        }
        return buffers;
    }

    /// The leader is told when all of them count.
    private void count(List<ReplicaEntry> grown) {
        uncounted += grown.size();
        for (var entry : grown) {
            entry.following.whenCounted(() -> {
                uncounted--;
                if (isFollowed(entry)) recordStartIfMoved(entry);
                if (uncounted == 0) sendNow();
            });
        }
    }

    private void outOfRange(ReplicaEntry entry, FetchResponse.PartitionData data) {
        long leaderStart = data.logStartOffset();
        if (leaderStart > entry.partition.log().logEndOffset()) {
            restart(entry, leaderStart, producers(data));
            return;
        }
        if (entry.following.isEmptyAbove(leaderStart)) {
            restart(entry, THE_BEGINNING, NOBODY);
            return;
        }
        restOutOfRange(entry);
    }

    private void restOutOfRange(ReplicaEntry entry) {
        ports.trace().emit(new ReplicaEvent.Refused(entry.partition.id(), leaderId,
            ErrorCode.OFFSET_OUT_OF_RANGE));
        restEntry(entry);
    }

    /// The leader's next batch begins before the end here, for what is deleted may end amid a batch. Without
    /// a record, and nothing that the leader has answered to, the replica begins anew with that batch.
    private void beginsAmidBatch(ReplicaEntry entry) {
        var log = entry.partition.log();
        boolean isEmpty = log.logStartOffset() == log.logEndOffset();
        if (isEmpty && !entry.following.hasTaken()) {
            restart(entry, THE_BEGINNING, NOBODY);
        } else {
            restOutOfRange(entry);
        }
    }

    /// What the leader knows of producers from below its start; the answer does not outlast its turn.
    private static ByteBuffer producers(FetchResponse.PartitionData data) {
        var buffers = buffers(data);
        if (buffers.isEmpty()) return NOBODY;
        var told = buffers.getFirst();
        return ByteBuffer.allocate(told.remaining()).put(told.duplicate()).flip();
    }

    private void restart(ReplicaEntry entry, long leaderStart, ByteBuffer producers) {
        ports.trace().emit(new ReplicaEvent.Restarted(entry.partition.id(), leaderId,
            entry.partition.log().logEndOffset(), leaderStart));
        cut(entry, new Cut(leaderStart, Optional.of(producers)));
    }

    /// A leader whose log parted below where the replica begins was not in sync when it was elected: what
    /// it has there is not what was deleted here. Else the replica stays where it begins, be it without a
    /// record: it has told that it has all below, and may have been counted.
    private void parted(ReplicaEntry entry, FetchResponse.EpochEndOffset leader) {
        if (leader.endOffset() < entry.partition.log().logStartOffset()) {
            restart(entry, THE_BEGINNING, NOBODY);
            return;
        }
        long cutAt = entry.following
            .cutFor(new Fetched.Diverging(leader.epoch(), leader.endOffset()));
        ports.trace().emit(new ReplicaEvent.Parted(entry.partition.id(), leaderId,
            entry.partition.log().logEndOffset(), cutAt));
        cut(entry, new Cut(cutAt, Optional.empty()));
    }

    private void cut(ReplicaEntry entry, Cut cut) {
        if (!isFollowed(entry)) return;
        session.forget(entry);
        entry.isResting = true;
        if (!entry.following.prepareCut(cut.offset())) {
            cutNow(entry, cut);
            return;
        }
        ports.node().recordRecoveryPoints(() -> {
            if (!isFollowed(entry)) return;
            if (entry.partition.log().recordedAtMost() > cut.offset()) {
                // another writing was under way, with what was true before; or the disk is full
                later(() -> cut(entry, cut));
            } else {
                cutNow(entry, cut);
            }
        });
    }

    private void cutNow(ReplicaEntry entry, Cut cut) {
        var before = entry.following.place();
        boolean startFalls = cut.offset() < entry.partition.log().logStartOffset();
        boolean isDone = cut.producers()
            .map(producers -> entry.following.beginAnew(cut.offset(), producers))
            .orElseGet(() -> entry.following.cut(cut.offset()));
        if (!isDone) {
            later(() -> wake(entry)); // the disk is full, say: it is asked for again
        } else if (startFalls) {
            entry.startRecorded = cut.offset();
            recordFallenStart(entry);
        } else if (before.equals(entry.following.place())) {
            later(() -> wake(entry)); // what it says next is what it said before
        } else {
            wake(entry);
        }
    }

    /// As long as a crash would bring back the log start that was, what is taken below it does not
    /// last, so nothing is.
    private void recordFallenStart(ReplicaEntry entry) {
        ports.node().recordRecoveryPoints(() -> {
            if (!isFollowed(entry)) return;
            var log = entry.partition.log();
            if (log.recordedStart() == log.logStartOffset()) {
                wake(entry);
            } else {
                later(() -> recordFallenStart(entry));
            }
        });
    }

    /// Asks for it again after a while.
    private void restEntry(ReplicaEntry entry) {
        session.forget(entry);
        entry.isResting = true;
        later(() -> wake(entry));
    }

    /// It is asked for, and told where it stands, once all that it has counts: what an earlier life,
    /// an earlier leader or a cut left may still be on its way to the disk.
    private void wake(ReplicaEntry entry) {
        entry.following.whenCounted(() -> {
            if (!isFollowed(entry)) return;
            entry.isResting = false;
            recordStartIfMoved(entry);
            session.changed(entry);
            send();
        });
    }

    private boolean isFollowed(ReplicaEntry entry) {
        return !isClosed && entries.get(entry.key()) == entry && !entry.following.isOver();
    }

    private void later(Runnable task) {
        ports.tools().loop().after(ports.settings().get().backoffMs() * Now.NS_PER_MS, task);
    }
}
