package dev.naru.client;

import dev.naru.base.Bytes;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.record.BatchView;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.FetchRequest;
import dev.naru.wire.message.FetchResponse;
import dev.naru.wire.message.ListOffsetsRequest;
import dev.naru.wire.message.ListOffsetsResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads assigned partitions from given positions, with one fetch under way to each node, in a
/// fetch session where it may. What was read is handed over record by record. Owned by the client's
/// loop.
public final class Consumer {
    /// Special timestamps for [#listOffset].
    public static final long LATEST = -1;
    public static final long EARLIEST = -2;
    private static final short TOPIC_IDS_SINCE_VERSION = 13;
    private static final short EPOCHS_SINCE_VERSION = 9;
    private static final short OFFSET_EPOCHS_SINCE_VERSION = 4;
    private static final int NO_EPOCH = -1;

    private final ClusterView view;
    private final ClientTools tools;
    private final ConsumerSettings settings;
    private final Listener listener;
    private final RecordCursor cursor;
    private final Map<Slot, Long> positions = new TreeMap<>();
    private final Map<String, FetchSession> sessions = new TreeMap<>();
    private final Map<String, Boolean> asking = new TreeMap<>();
    private boolean isTimed;
    private boolean isClosed;
    private int assignment;

    /// Hears what is read. Within a call it may assign, seek or close.
    public interface Listener {
        void onRecord(FetchedRecord each);

        /// A fetch of this partition failed with `code`; or, with NONE, found nothing at all.
        default void onFetched(Slot slot, Fetched fetched, ErrorCode code) {}

        /// Nothing can be read at this position; the consumer leaves the partition alone until it
        /// is told where to go on ([Consumer#seek]).
        void onOutOfRange(Slot slot, long position);
    }

    /// What was asked at `startedNs`: what there is from `position` on. `leaderEpoch` is the epoch in
    /// which the leader answered, -1 when the request was too old to name one (KIP-320).
    public record Fetched(long position, int leaderEpoch, long startedNs) {}

    public Consumer(ClusterView view, ConsumerSettings settings, Listener listener) {
        this.view = view;
        this.tools = view.tools();
        this.settings = settings;
        this.listener = listener;
        this.cursor = new RecordCursor(tools.codecs());
    }

    /// Reads exactly these partitions from now on, each from its position.
    public void assign(Map<Slot, Long> from) {
        assignment++;
        positions.clear();
        positions.putAll(from);
        var topics = new ArrayList<String>();
        for (var slot : from.keySet())
            topics.add(slot.topic());
        view.want(topics);
        pollSoon(0);
    }

    /// Goes on from another position.
    public void seek(Slot slot, long position) {
        assignment++;
        positions.put(slot, position);
        pollSoon(0);
    }

    /// The offset after the last record handed over, or where reading begins.
    public Map<Slot, Long> positions() {
        return new TreeMap<>(positions);
    }

    public void close() {
        isClosed = true;
        positions.clear();
    }

    private void pollSoon(long delayMs) {
        if (isTimed || isClosed) return;
        isTimed = true;
        tools.loop().after(delayMs * Now.NS_PER_MS, () -> {
            isTimed = false;
            poll();
        });
    }

    private void poll() {
        if (isClosed) return;
        var byLink = new TreeMap<String, Map<Slot, Long>>();
        var links = new TreeMap<String, NodeLink>();
        for (var each : positions.entrySet()) {
            var leader = view.leader(each.getKey());
            if (leader.isEmpty() || each.getValue() < 0) {
                if (leader.isEmpty()) view.refresh();
                continue;
            }
            var name = leader.get().address().toString();
            links.put(name, leader.get());
            byLink.computeIfAbsent(name, _ -> new TreeMap<>()).put(each.getKey(), each.getValue());
        }
        for (var each : byLink.entrySet()) {
            var link = links.get(each.getKey());
            if (link != null && !asking.containsKey(each.getKey())) fetch(link, each.getValue());
        }
        if (byLink.isEmpty() && !positions.isEmpty()) pollSoon(view.settings().backoffMs());
    }

    private static final class Round {
        private final FetchSession session;
        private final Map<Slot, FetchSession.Place> wanted;
        private final int assignment;
        private final long startedNs;
        private boolean namesEpochs;

        Round(FetchSession session, Map<Slot, FetchSession.Place> wanted, int assignment,
            long startedNs) {
            this.session = session;
            this.wanted = wanted;
            this.assignment = assignment;
            this.startedNs = startedNs;
        }

        Fetched fetched(FetchSession.Place place) {
            return new Fetched(place.offset(), namesEpochs ? place.leaderEpoch() : NO_EPOCH,
                startedNs);
        }
    }

    private void fetch(NodeLink link, Map<Slot, Long> wanted) {
        var name = link.address().toString();
        var session = sessions.computeIfAbsent(name, _ -> new FetchSession());
        if (!settings.usesSessions()) session.reset();
        var places = new TreeMap<Slot, FetchSession.Place>();
        wanted.forEach((slot, offset) -> places.put(slot,
            new FetchSession.Place(offset, view.leaderEpoch(slot))));
        var round = new Round(session, places, assignment, tools.clock().monotonicNs());
        asking.put(name, true);
        long timeoutMs = view.settings().requestTimeoutMs() + settings.maxWaitMs();
        link.request(ApiKey.FETCH, version -> request(round, version), timeoutMs, reply -> {
            asking.remove(name);
            switch (reply) {
                case Reply.Answer answer ->
                    answered(round, (FetchResponse) answer.body());
                case Reply.Lost _ -> {
                    session.reset();
                    view.refresh();
                    pollSoon(view.settings().backoffMs());
                }
            }
        });
    }

    private FetchRequest request(Round round, short version) {
        var session = round.session;
        round.namesEpochs = version >= EPOCHS_SINCE_VERSION;
        var topics = new TreeMap<String, List<FetchRequest.FetchPartition>>();
        for (var each : session.toTell(round.wanted).entrySet()) {
            topics.computeIfAbsent(each.getKey().topic(), _ -> new ArrayList<>())
                .add(FetchRequest.FetchPartition.builder()
                    .partition(each.getKey().partition())
                    .currentLeaderEpoch(each.getValue().leaderEpoch())
                    .fetchOffset(each.getValue().offset())
                    .partitionMaxBytes(settings.partitionBytes())
                    .build());
        }
        var list = new ArrayList<FetchRequest.FetchTopic>();
        for (var topic : topics.entrySet()) {
            list.add(FetchRequest.FetchTopic.builder()
                .topic(topic.getKey())
                .topicId(idOf(topic.getKey(), version))
                .partitions(topic.getValue())
                .build());
        }
        return FetchRequest.builder()
            .replicaId(-1)
            .maxWaitMs(settings.maxWaitMs())
            .minBytes(settings.minBytes())
            .maxBytes(settings.maxBytes())
            .isolationLevel((byte) (settings.readsCommitted() ? 1 : 0))
            .sessionId(settings.usesSessions() ? session.sessionId() : 0)
            .sessionEpoch(settings.usesSessions() ? session.sessionEpoch() : -1)
            .topics(list)
            .forgottenTopicsData(forgotten(session, version))
            .build();
    }

    private List<FetchRequest.ForgottenTopic> forgotten(FetchSession session, short version) {
        var list = new ArrayList<FetchRequest.ForgottenTopic>();
        for (var slot : session.toForget()) {
            list.add(FetchRequest.ForgottenTopic.builder()
                .topic(slot.topic())
                .topicId(idOf(slot.topic(), version))
                .partitions(List.of(slot.partition()))
                .build());
        }
        return list;
    }

    private Uuid idOf(String topic, short version) {
        if (version < TOPIC_IDS_SINCE_VERSION) return Uuid.ZERO;
        return view.topic(topic).map(ClusterView.TopicView::topicId).orElse(Uuid.ZERO);
    }

    private void answered(Round round, FetchResponse answer) {
        var code = ErrorCode.of(answer.errorCode());
        if (code != ErrorCode.NONE) {
            round.session.reset();
            view.refresh();
            pollSoon(view.settings().backoffMs());
            return;
        }
        round.session.accepted(answer.sessionId());
        boolean failed = false;
        boolean isEmpty = true;
        for (var topic : answer.responses()) {
            var name = topic.topic().isEmpty()
                ? view.nameOf(topic.topicId()).orElse("")
                : topic.topic();
            for (var each : topic.partitions()) {
                isEmpty &= each.errorCode() == 0 && sizeOf(each.records()) == 0;
                failed |= !take(round, new Slot(name, each.partitionIndex()), each);
            }
        }
        if (isEmpty && round.assignment == assignment) sayNothingFound(round);
        pollSoon(failed ? view.settings().backoffMs() : 0);
    }

    /// Not a byte came: so there was nothing for any of the partitions. (Beside other records, a
    /// partition may be empty because there was no more room in the answer.)
    private void sayNothingFound(Round round) {
        for (var each : round.wanted.entrySet()) {
            listener.onFetched(each.getKey(), round.fetched(each.getValue()), ErrorCode.NONE);
        }
    }

    /// False when the partition had an error that a pause or news may cure.
    private boolean take(Round round, Slot slot, FetchResponse.PartitionData each) {
        var place = round.wanted.get(slot);
        if (round.assignment != assignment || place == null) return true;
        long asked = place.offset();
        if (positions.getOrDefault(slot, -1L) != asked) return true;
        var code = ErrorCode.of(each.errorCode());
        if (code == ErrorCode.NONE) {
            deliver(slot, asked, each);
            return true;
        }
        listener.onFetched(slot, round.fetched(place), code);
        if (code == ErrorCode.OFFSET_OUT_OF_RANGE) {
            positions.put(slot, -1L);
            listener.onOutOfRange(slot, asked);
            return true;
        }
        round.session.reset();
        view.refresh();
        return false;
    }

    private static int sizeOf(@Nullable List<Bytes> records) {
        int size = 0;
        if (records != null) for (var bytes : records)
            size += bytes.sizeBytes();
        return size;
    }

    private void deliver(Slot slot, long from, FetchResponse.PartitionData each) {
        var records = each.records();
        if (records == null) return;
        var aborted = new AbortedBatches(each.abortedTransactions());
        long next = from;
        for (var bytes : records) {
            if (!(bytes instanceof Bytes.Memory memory)) continue;
            next = deliver(slot, next, memory.buffer().slice(), aborted);
        }
        if (positions.get(slot) != null && positions.get(slot) == from) positions.put(slot, next);
    }

    private long deliver(Slot slot, long from, ByteBuffer bytes, AbortedBatches aborted) {
        long next = from;
        int position = 0;
        while (BatchView.framing(bytes, position, bytes.limit()) == BatchView.Framing.WHOLE) {
            var batch = BatchView.over(bytes, position);
            if (!batch.crcMatches()) return next;
            boolean isAborted = aborted.holds(batch);
            if (!batch.isControl() && !isAborted) deliver(slot, next, batch);
            next = Math.max(next, batch.nextOffset());
            position += batch.sizeBytes();
        }
        return next;
    }

    private void deliver(Slot slot, long from, BatchView batch) {
        try {
            cursor.open(batch);
            while (cursor.next()) {
                if (cursor.offset() < from) continue;
                listener.onRecord(new FetchedRecord(slot, cursor.offset(), batch.leaderEpoch(),
                    cursor.timestamp(), cursor.key(), cursor.value()));
            }
        } catch (Unreadable damaged) {
            listener.onFetched(slot, new Fetched(from, batch.leaderEpoch(),
                tools.clock().monotonicNs()), ErrorCode.CORRUPT_MESSAGE);
        } finally {
            cursor.close();
        }
    }

    /// Hears an offset, or why there is none.
    public interface OffsetListener {
        /// `leaderEpoch` is the epoch in which the leader answered; -1 when that is not known.
        void onOffset(ErrorCode code, long offset, int leaderEpoch);
    }

    /// Asks for the offset at a timestamp, or at one of the special ones.
    public void listOffset(Slot slot, long timestampMs, OffsetListener answer) {
        view.want(List.of(slot.topic()));
        var leader = view.leader(slot);
        if (leader.isEmpty()) {
            view.refresh();
            answer.onOffset(ErrorCode.LEADER_NOT_AVAILABLE, -1, NO_EPOCH);
            return;
        }
        int leaderEpoch = view.leaderEpoch(slot);
        var request = ListOffsetsRequest.builder()
            .replicaId(-1)
            .isolationLevel((byte) (settings.readsCommitted() ? 1 : 0))
            .topics(List.of(ListOffsetsRequest.ListOffsetsTopic.builder()
                .name(slot.topic())
                .partitions(List.of(ListOffsetsRequest.ListOffsetsPartition.builder()
                    .partitionIndex(slot.partition())
                    .currentLeaderEpoch(leaderEpoch)
                    .timestamp(timestampMs)
                    .build()))
                .build()))
            .build();
        leader.get().request(ApiKey.LIST_OFFSETS, _ -> request, reply -> {
            if (reply instanceof Reply.Answer(ListOffsetsResponse body, short version)) {
                var each = body.topics().getFirst().partitions().getFirst();
                var code = ErrorCode.of(each.errorCode());
                if (code != ErrorCode.NONE) view.refresh();
                answer.onOffset(code, each.offset(),
                    version >= OFFSET_EPOCHS_SINCE_VERSION ? leaderEpoch : NO_EPOCH);
            } else {
                view.refresh();
                answer.onOffset(ErrorCode.NETWORK_EXCEPTION, -1, NO_EPOCH);
            }
        });
    }
}
