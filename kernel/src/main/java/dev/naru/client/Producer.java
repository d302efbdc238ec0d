package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.InitProducerIdRequest;
import dev.naru.wire.message.InitProducerIdResponse;
import dev.naru.wire.message.ProduceRequest;
import dev.naru.wire.message.ProduceResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Sends records as the usual clients do: batches of a partition in order, several requests under
/// way on one connection, and again after an unclear end; with idempotence under the same sequence,
/// so that the node can tell. A batch that is given up while it may have been written costs the
/// epoch: the next ones go under a higher one, and a late one cannot slip in behind them. Owned by
/// the client's loop.
public final class Producer {
    private static final short TOPIC_IDS_SINCE_VERSION = 13;
    private static final int SERVER_TIMEOUT_MS = 3_000;

    private final ClusterView view;
    private final ClientTools tools;
    private final ProducerSettings settings;
    private final Map<Slot, ProducerQueue> queues = new TreeMap<>();
    private final Map<String, Integer> inFlight = new TreeMap<>();
    private ProducerIdentity identity = ProducerIdentity.NONE;
    private boolean isAskingIdentity;
    private boolean mustRise;
    private boolean isBroken;
    private boolean isTimed;
    private boolean isClosed;
    private int sequencesLost;
    private final Optional<Transactional> transaction;

    /// What a producer is told when all that it sends belongs to transactions.
    interface Transactional {
        String id();

        /// Whether batches may leave for this partition now.
        boolean mayLeave(Slot slot);

        /// A batch is given up: the transaction cannot be committed any more.
        void broken(ErrorCode why);
    }

    public Producer(ClusterView view, ProducerSettings settings) {
        this(view, settings, Optional.empty());
    }

    /// One whose identity is given to it (see [#continueAs]).
    Producer(ClusterView view, ProducerSettings settings, Transactional transaction) {
        this(view, settings, Optional.of(transaction));
    }

    private Producer(ClusterView view, ProducerSettings settings,
        Optional<Transactional> transaction) {
        this.view = view;
        this.tools = view.tools();
        this.settings = settings;
        this.transaction = transaction;
        view.listen(_ -> drainSoon(0));
    }

    /// Sends under this identity from now on; sequences begin again when it is another one. Nothing
    /// is under way.
    void continueAs(ProducerIdentity next) {
        if (!identity.equals(next)) {
            for (var queue : queues.values())
                queue.restart();
        }
        identity = next;
        isBroken = false;
        drainSoon(0);
    }

    /// Gives everything up. True if some of it may have been written, or leaves a gap.
    boolean dropAll() {
        boolean isUncertain = false;
        for (var queue : queues.values()) {
            for (var batch : queue.dropAll()) {
                // sequences that were given out and are not used any more are missed
                isUncertain |= batch.isUncertain() || batch.hasSequence();
                giveUp(batch, ErrorCode.INVALID_TXN_STATE);
            }
        }
        return isUncertain;
    }

    /// There may be something to send now.
    void wake() {
        drainSoon(0);
    }

    /// Takes a record; `listener` hears how it ended.
    public void send(Slot slot, long timestampMs, @Nullable ByteBuffer key, ByteBuffer value,
        Sent.Listener listener) {
        if (isClosed) {
            listener.onSent(new Sent.Refused(ErrorCode.BROKER_NOT_AVAILABLE));
            return;
        }
        view.want(List.of(slot.topic()));
        var queue = queues.computeIfAbsent(slot, ProducerQueue::new);
        queue.open(settings.batchRecordsMax(), nowNs()).add(timestampMs, key, value, listener);
        drainSoon(settings.lingerMs());
    }

    /// Records whose end is not known yet.
    public int unsettled() {
        int count = 0;
        for (var queue : queues.values())
            count += queue.recordCount();
        return count;
    }

    /// How often a node refused a sequence although every earlier batch had been acknowledged: it
    /// has forgotten what it had promised to remember.
    public int sequencesLost() {
        return sequencesLost;
    }

    /// The end. What is not decided is unknown, or refused when it never left.
    public void close() {
        isClosed = true;
        for (var queue : queues.values()) {
            for (var batch : queue.drop())
                giveUp(batch, ErrorCode.BROKER_NOT_AVAILABLE);
        }
    }

    private long nowNs() {
        return tools.clock().monotonicNs();
    }

    private void drainSoon(long delayMs) {
        if (isTimed) return;
        isTimed = true;
        tools.loop().after(delayMs * Now.NS_PER_MS, () -> {
            isTimed = false;
            drain();
        });
    }

    private void drain() {
        if (isClosed) return;
        expire();
        if (settings.isIdempotent() && !mayNumber()) return;
        while (sendRound()) {
        }
        if (unsettled() > 0) drainSoon(settings.lingerMs() + 1 + view.settings().backoffMs() / 4);
    }

    private void expire() {
        long timeoutNs = settings.deliveryTimeoutMs() * Now.NS_PER_MS;
        for (var queue : queues.values()) {
            var batch = queue.expired(nowNs(), timeoutNs);
            while (batch.isPresent()) {
                boolean leavesGap = batch.get().hasSequence() || transaction.isPresent();
                if (leavesGap) breakOff(ErrorCode.REQUEST_TIMED_OUT);
                giveUp(batch.get(), ErrorCode.REQUEST_TIMED_OUT);
                batch = queue.expired(nowNs(), timeoutNs);
            }
        }
    }

    /// Sequences cannot go on as they are.
    private void breakOff(ErrorCode why) {
        isBroken = true;
        if (transaction.isPresent()) transaction.get().broken(why);
        else
            mustRise = true;
    }

    private static void giveUp(ProducerBatch batch, ErrorCode why) {
        batch.end(
            batch.isUncertain() ? new Sent.Unknown(why.toString()) : new Sent.Refused(why));
    }

    /// Whether there is a producer id, at an epoch that is still good.
    private boolean mayNumber() {
        if (transaction.isPresent()) return identity.isKnown();
        if (mustRise && isAnyInFlight()) return false;
        if (mustRise) rise();
        if (identity.isKnown()) return true;
        askIdentity();
        return false;
    }

    private boolean isAnyInFlight() {
        for (int count : inFlight.values()) {
            if (count > 0) return true;
        }
        return false;
    }

    private void rise() {
        mustRise = false;
        isBroken = false;
        for (var queue : queues.values()) {
            for (var batch : queue.restart())
                giveUp(batch, ErrorCode.INVALID_PRODUCER_EPOCH);
        }
        identity = identity.canRise() ? identity.risen() : ProducerIdentity.NONE;
    }

    private void askIdentity() {
        if (isAskingIdentity) return;
        isAskingIdentity = true;
        var request = InitProducerIdRequest.builder()
            .transactionalId(null)
            .transactionTimeoutMs(60_000)
            .build();
        view.any().request(ApiKey.INIT_PRODUCER_ID, _ -> request, reply -> {
            isAskingIdentity = false;
            if (reply instanceof Reply.Answer answer) {
                identified((InitProducerIdResponse) answer.body());
            }
            drainSoon(identity.isKnown() ? 0 : view.settings().backoffMs());
        });
    }

    private void identified(InitProducerIdResponse answer) {
        if (answer.errorCode() != ErrorCode.NONE.code()) return;
        identity = new ProducerIdentity(answer.producerId(), answer.producerEpoch());
    }

    /// Sends at most one request to each node. False when nothing could leave.
    private boolean sendRound() {
        var parcels = new TreeMap<String, Parcel>();
        for (var queue : queues.values()) {
            boolean isReady = queue.isReady(nowNs(), settings.lingerMs() * Now.NS_PER_MS,
                settings.batchRecordsMax());
            if (!isReady || !mayLeave(queue.slot())) continue;
            var leader = view.leader(queue.slot());
            if (leader.isEmpty()) {
                view.refresh();
                continue;
            }
            var name = leader.get().address().toString();
            if (inFlight.getOrDefault(name, 0) >= settings.inFlightMax()) continue;
            if (settings.acks() == 0 && !leader.get().isReady()) {
                view.refresh();
                continue;
            }
            parcels.computeIfAbsent(name, _ -> new Parcel(leader.get(), new ArrayList<>()))
                .batches().add(queue.take(identity));
        }
        for (var parcel : parcels.values())
            send(parcel);
        return !parcels.isEmpty();
    }

    private boolean mayLeave(Slot slot) {
        return transaction.isEmpty() || transaction.get().mayLeave(slot);
    }

    private record Parcel(NodeLink link, List<ProducerBatch> batches) {}

    private void send(Parcel parcel) {
        if (settings.acks() == 0) {
            parcel.link().tell(ApiKey.PRODUCE, version -> request(parcel, version));
            for (var batch : parcel.batches()) {
                queue(batch).landed(batch);
                batch.end(new Sent.Unknown("acks=0"));
            }
            return;
        }
        var name = parcel.link().address().toString();
        inFlight.merge(name, 1, Integer::sum);
        parcel.link().request(ApiKey.PRODUCE, version -> request(parcel, version), reply -> {
            inFlight.merge(name, -1, Integer::sum);
            switch (reply) {
                case Reply.Answer answer -> answered(parcel, (ProduceResponse) answer.body());
                case Reply.Lost lost -> lost(parcel, lost);
            }
            drainSoon(0);
        });
    }

    private ProducerQueue queue(ProducerBatch batch) {
        return queues.computeIfAbsent(batch.slot(), ProducerQueue::new);
    }

    private ProduceRequest request(Parcel parcel, short version) {
        var topics = new TreeMap<String, List<ProduceRequest.PartitionProduceData>>();
        for (var batch : parcel.batches()) {
            topics.computeIfAbsent(batch.slot().topic(), _ -> new ArrayList<>())
                .add(ProduceRequest.PartitionProduceData.builder()
                    .index(batch.slot().partition())
                    .records(batch.encode(transaction.isPresent(), tools.codecs(),
                        settings.codec()))
                    .build());
        }
        var list = new ArrayList<ProduceRequest.TopicProduceData>();
        for (var topic : topics.entrySet()) {
            var id = version < TOPIC_IDS_SINCE_VERSION
                ? Uuid.ZERO
                : view.topic(topic.getKey()).map(ClusterView.TopicView::topicId).orElse(Uuid.ZERO);
            list.add(ProduceRequest.TopicProduceData.builder()
                .name(topic.getKey())
                .topicId(id)
                .partitionData(topic.getValue())
                .build());
        }
        return ProduceRequest.builder()
            .transactionalId(transaction.map(Transactional::id).orElse(null))
            .acks(settings.acks())
            .timeoutMs(SERVER_TIMEOUT_MS)
            .topicData(list)
            .build();
    }

    private void lost(Parcel parcel, Reply.Lost lost) {
        for (var batch : parcel.batches()) {
            queue(batch).landed(batch);
            if (lost.wasSent()) batch.mayBeThere();
            retryOrGiveUp(batch, ErrorCode.NETWORK_EXCEPTION);
        }
        view.refresh();
    }

    private void retryOrGiveUp(ProducerBatch batch, ErrorCode why) {
        if (batch.isOver()) return;
        if (settings.retries() && !isClosed) {
            queue(batch).again(batch);
        } else {
            giveUp(batch, why);
        }
    }

    private void answered(Parcel parcel, ProduceResponse answer) {
        var answers = new TreeMap<Slot, ProduceResponse.PartitionProduceResponse>();
        for (var topic : answer.responses()) {
            var name = topic.name().isEmpty()
                ? view.nameOf(topic.topicId()).orElse("")
                : topic.name();
            for (var each : topic.partitionResponses()) {
                answers.put(new Slot(name, each.index()), each);
            }
        }
        for (var batch : parcel.batches()) {
            queue(batch).landed(batch);
            var mine = answers.get(batch.slot());
            if (mine == null) {
                batch.mayBeThere();
                retryOrGiveUp(batch, ErrorCode.UNKNOWN_SERVER_ERROR);
            } else {
                answered(batch, ErrorCode.of(mine.errorCode()), mine.baseOffset());
            }
        }
    }

    private void answered(ProducerBatch batch, ErrorCode code, long baseOffset) {
        switch (code) {
            case NONE -> batch.acked(baseOffset);
            case DUPLICATE_SEQUENCE_NUMBER -> batch.acked(-1);
            case OUT_OF_ORDER_SEQUENCE_NUMBER -> outOfOrder(batch);
            case INVALID_PRODUCER_EPOCH, UNKNOWN_PRODUCER_ID -> sequenceLost(batch, code);
            default -> failed(batch, code);
        }
    }

    /// While an earlier batch is undecided, that is why; else the node has lost count.
    private void outOfOrder(ProducerBatch batch) {
        if (queue(batch).isOutstandingBefore(batch)) {
            retryOrGiveUp(batch, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        } else {
            sequenceLost(batch, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        }
    }

    private void sequenceLost(ProducerBatch batch, ErrorCode code) {
        if (batch.isOver()) return;
        boolean isSurprise = transaction.isEmpty()
            || code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
        // a new leader, which never heard of this producer, may have taken a later batch as its first
        boolean isFirst = batch.firstSequence() == 0;
        if (!mustRise && !isBroken && isSurprise && !isFirst) sequencesLost++;
        breakOff(code);
        giveUp(batch, code);
    }

    private void failed(ProducerBatch batch, ErrorCode code) {
        if (!code.isRetriable() && code != ErrorCode.UNKNOWN_SERVER_ERROR) {
            boolean leavesGap = batch.hasSequence() || transaction.isPresent();
            if (leavesGap && !batch.isOver()) breakOff(code);
            giveUp(batch, code);
            return;
        }
        if (mayHaveWritten(code)) batch.mayBeThere();
        if (code != ErrorCode.KAFKA_STORAGE_ERROR) view.refresh();
        retryOrGiveUp(batch, code);
    }

    private static boolean mayHaveWritten(ErrorCode code) {
        return switch (code) {
            case NOT_ENOUGH_REPLICAS, CORRUPT_MESSAGE, UNKNOWN_TOPIC_ID -> false;
            default -> true;
        };
    }
}
