package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Appended;
import dev.naru.partition.Partition;
import dev.naru.partition.RefusedBatch;
import dev.naru.record.BatchLayout;
import dev.naru.record.BatchView;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnProducer;
import dev.naru.wire.message.ProduceRequest;
import dev.naru.wire.message.ProduceResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One produce request under way. Each loop works on its own part and reports when all of it is
/// appended, and when all of it is decided; the counting is done on the connection's loop alone.
final class ProduceRound {
    private static final short ALL = -1;
    private static final short V2_SINCE_VERSION = 12;
    private static final short LEADERS_SINCE_VERSION = 10;

    private final Call call;
    private final ProduceRequest request;
    private final Clock clock;
    private final Cluster cluster;
    private final long deadlineNs;
    private final List<Slot> slots = new ArrayList<>();
    private int partsNotAppended;
    private int partsNotDecided;
    private boolean isFailed;

    ProduceRound(Call call, ProduceRequest request, Clock clock, Cluster cluster) {
        this.cluster = cluster;
        this.call = call;
        this.request = request;
        this.clock = clock;
        this.deadlineNs = clock.monotonicNs() + Math.max(0, request.timeoutMs()) * Now.NS_PER_MS;
    }

    /// The outcome of one partition of the request.
    static final class Slot {
        final ProduceRequest.TopicProduceData topic;
        final int index;
        @Nullable
        Appended outcome;
        long logStartOffset = -1;

        private Slot(ProduceRequest.TopicProduceData topic, int index) {
            this.topic = topic;
            this.index = index;
        }

        void refuse(Appended.Refused refused) {
            outcome = refused;
        }
    }

    /// What one loop has to do. Owned by that loop once the round has started.
    final class Part {
        private record Work(Slot slot, TopicImage topic, ByteBuffer records, int sizeBytes) {}

        private final PartitionTable table;
        private final TxnGate gate;
        private final List<Work> work = new ArrayList<>();
        private int unappended;
        private int undecided;
        private boolean isStarting;
        private boolean wasAppendedTold;
        private boolean wasDecidedTold;

        Part(PartitionTable table, TxnGate gate) {
            this.table = table;
            this.gate = gate;
        }

        void add(Slot slot, TopicImage topic, ByteBuffer records) {
            work.add(new Work(slot, topic, records, records.remaining()));
        }

        private void run() {
            isStarting = true;
            undecided = work.size();
            unappended = work.size();
            var now = clock.now();
            for (var each : work)
                append(each, now);
            isStarting = false;
            report();
        }

        /// Tells how far this part has come.
        private void report() {
            if (isStarting || unappended > 0 || wasDecidedTold) return;
            boolean isNews = !wasAppendedTold;
            wasAppendedTold = true;
            if (undecided == 0) {
                wasDecidedTold = true;
                Partitions.on(call.connection().loop(), () -> decided(isNews));
            } else if (isNews) {
                Partitions.on(call.connection().loop(), ProduceRound.this::appended);
            }
        }

        private void append(Work each, Now now) {
            switch (table.find(each.topic(), each.slot().index)) {
                case PartitionTable.Lookup.Not not -> refused(each, not.why());
                case PartitionTable.Lookup.Here here -> {
                    var writer = writer(each.records());
                    if (writer.isEmpty()) {
                        appended(each, here.partition(),
                            offer(here.partition(), each.records(), now));
                    } else {
                        gate.pass(here.partition(), writer.get(), entry(each, here.partition()));
                    }
                }
            }
        }

        /// Nothing is written for one who wants all acknowledgements when there cannot be enough.
        private Appended offer(Partition partition, ByteBuffer records, Now now) {
            if (request.acks() != ALL || partition.hasEnoughInSync())
                return partition.append(records, now);
            RefusedBatch.note(partition, records);
            return new Appended.Refused(ErrorCode.NOT_ENOUGH_REPLICAS, "", List.of());
        }

        private TxnGate.Entry entry(Work each, Partition partition) {
            return new TxnGate.Entry() {
                @Override public void admitted() {
                    appended(each, partition,
                        offer(partition, each.records(), clock.now()));
                    report();
                }

                @Override public void refused(ErrorCode why) {
                    RefusedBatch.note(partition, each.records());
                    Part.this.refused(each, TxnErrors.ofProduce(why, call.version()));
                    report();
                }
            };
        }

        private void refused(Work each, ErrorCode why) {
            var refused = new Appended.Refused(why, "", List.of());
            each.slot().refuse(refused);
            count(each, refused);
            unappended--;
            undecided--;
        }

        private void count(Work each, Appended outcome) {
            var traffic = table.written().of(each.topic().topicId());
            switch (outcome) {
                case Appended.Written written ->
                    traffic.wrote(written.endOffset() - written.firstOffset(), each.sizeBytes());
                case Appended.Refused _ -> traffic.refused(each.sizeBytes());
            }
        }

        private void appended(Work each, Partition partition, Appended outcome) {
            var slot = each.slot();
            slot.outcome = outcome;
            count(each, outcome);
            slot.logStartOffset = partition.log().logStartOffset();
            unappended--;
            if (outcome instanceof Appended.Written written && request.acks() == ALL) {
                partition.whenCommitted(written.endOffset(), deadlineNs,
                    code -> committed(each, code));
            } else {
                undecided--;
            }
        }

        private void committed(Work each, ErrorCode code) {
            if (code != ErrorCode.NONE) {
                each.slot().outcome = new Appended.Refused(code, "", List.of());
                table.written().of(each.topic().topicId()).unacknowledged();
            }
            undecided--;
            if (undecided == 0) report();
        }
    }

    /// Who writes a batch within a transaction; empty for any other batch. What is no whole batch
    /// is left for the partition to refuse.
    private Optional<TxnGate.Writer> writer(ByteBuffer records) {
        var transactionalId = request.transactionalId();
        if (transactionalId == null || records.remaining() < BatchLayout.RECORDS)
            return Optional.empty();
        var batch = BatchView.over(records, records.position());
        if (!batch.isTransactional() || !batch.hasProducer()) return Optional.empty();
        var flow = call.version() >= V2_SINCE_VERSION ? TxnFlow.V2 : TxnFlow.CLASSIC;
        return Optional.of(new TxnGate.Writer(transactionalId,
            new TxnProducer(batch.producerId(), batch.producerEpoch()), flow));
    }

    Slot add(ProduceRequest.TopicProduceData topic, int index) {
        var slot = new Slot(topic, index);
        slots.add(slot);
        return slot;
    }

    void start(List<Part> parts) {
        partsNotAppended = parts.size();
        partsNotDecided = parts.size();
        if (parts.isEmpty()) {
            finish();
            return;
        }
        call.keepFrame();
        for (var part : parts)
            Partitions.on(part.table.shared().loop(), part::run);
    }

    private void appended() {
        partsNotAppended--;
        if (partsNotAppended == 0 && partsNotDecided > 0) call.isAppended();
    }

    private void decided(boolean alsoAppended) {
        partsNotDecided--;
        if (alsoAppended) appended();
        if (partsNotDecided == 0) finish();
    }

    private void finish() {
        if (request.acks() != 0) {
            call.reply(response());
            return;
        }
        for (var slot : slots)
            isFailed |= slot.outcome instanceof Appended.Refused;
        if (isFailed) {
            call.hangUp("a batch with acks=0 was refused");
        } else {
            call.finishSilently();
        }
    }

    private ProduceResponse response() {
        return new ProduceAnswer(cluster.image(), call.caller().listener(),
            call.version() >= LEADERS_SINCE_VERSION).of(slots);
    }
}
