package dev.naru.client;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.wire.message.AddOffsetsToTxnRequest;
import dev.naru.wire.message.AddOffsetsToTxnResponse;
import dev.naru.wire.message.AddPartitionsToTxnRequest;
import dev.naru.wire.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import dev.naru.wire.message.AddPartitionsToTxnResponse;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.EndTxnRequest;
import dev.naru.wire.message.EndTxnResponse;
import dev.naru.wire.message.InitProducerIdRequest;
import dev.naru.wire.message.InitProducerIdResponse;
import dev.naru.wire.message.TxnOffsetCommitResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs transactions as the usual clients do, in either flow: begin, send, commit with a group's
/// offsets or abort, and again after an unclear end of any step. Owned by the client's loop.
///
/// In the classic flow the epoch stays, and what was sent and lost could arrive late, in the next
/// transaction: after such a loss this client asks for a new epoch first.
public final class TransactionalProducer {
    private static final long POLL_NS = 3 * Now.NS_PER_MS;

    private final Settings settings;
    private final ClusterView view;
    private final Producer producer;
    private final CoordinatorLink coordinator;
    private final Listener listener;
    private final TreeSet<Slot> added = new TreeSet<>();
    private final TreeSet<Slot> wanted = new TreeSet<>();
    private ProducerIdentity identity = ProducerIdentity.NONE;
    private State state = State.NEW;
    private @Nullable Ending ending;
    private boolean isAdding;
    private boolean isBroken;
    private boolean hasSent;
    /// Something of this transaction was sent and lost.
    private boolean isUnclear;

    private enum State {
        NEW, READY, OPEN, ENDING, CLOSED
    }

    /// `isV2`: partitions are added by the first write, and every end raises the epoch.
    public record Settings(String transactionalId, int timeoutMs, boolean isV2) {}

    /// A group's progress, which is to move with the transaction.
    public record Offsets(String groupId, Membership as, Map<Slot, Long> positions) {}

    /// Hears when it may begin, and when it never may again.
    public interface Listener {
        /// A transaction may begin: after the start and after each end.
        void onReady();

        /// Somebody newer has the id, or the coordinator does not know this producer any more.
        void onFenced(ErrorCode why);
    }

    /// What is wanted of the transaction that is going on.
    private static final class Ending {
        private final Optional<Offsets> offsets;
        private final Consumer<TransactionEnd> done;
        private boolean commits;
        private boolean areOffsetsThere;
        private boolean isUncertain;

        Ending(boolean commits, Optional<Offsets> offsets, Consumer<TransactionEnd> done) {
            this.commits = commits;
            this.offsets = offsets;
            this.done = done;
        }
    }

    public TransactionalProducer(ClusterView view, Settings settings, ProducerSettings sending,
        Listener listener) {
        this.view = view;
        this.settings = settings;
        this.listener = listener;
        this.producer = new Producer(view, sending, new Guard());
        this.coordinator = new CoordinatorLink(view, settings.transactionalId(),
            CoordinatorLink.TRANSACTION);
    }

    /// What the transaction tells its producer.
    private final class Guard implements Producer.Transactional {
        @Override public String id() {
            return settings.transactionalId();
        }

        @Override public boolean mayLeave(Slot slot) {
            if (isBroken || (state != State.OPEN && state != State.ENDING)) return false;
            hasSent = true;
            if (settings.isV2() || added.contains(slot)) return true;
            wanted.add(slot);
            add();
            return false;
        }

        @Override public void broken(ErrorCode why) {
            isBroken = true;
        }
    }

    /// Takes the id from whoever has it; the listener hears when that is done.
    public void start() {
        initialize();
    }

    /// Sequences that a node refused although it had acknowledged everything before them.
    public int sequencesLost() {
        return producer.sequencesLost();
    }

    public void begin() {
        if (state != State.READY) throw new IllegalStateException("not ready: " + state);
        state = State.OPEN;
        added.clear();
        wanted.clear();
        isBroken = false;
        hasSent = false;
        isUnclear = false;
    }

    public void send(Slot slot, long timestampMs, ByteBuffer value, Sent.Listener sent) {
        producer.send(slot, timestampMs, null, value, sent);
    }

    /// Whether the transaction can still be committed, as far as is known.
    public boolean isSound() {
        return state == State.OPEN && !isBroken;
    }

    /// Commits when all of it is written; aborts when that cannot be.
    public void commit(Optional<Offsets> offsets, Consumer<TransactionEnd> done) {
        // newer requests name them by their ids
        offsets.ifPresent(moved -> moved.positions().keySet()
            .forEach(slot -> view.want(List.of(slot.topic()))));
        end(new Ending(true, offsets, done));
    }

    public void abort(Consumer<TransactionEnd> done) {
        end(new Ending(false, Optional.empty(), done));
    }

    private void end(Ending next) {
        if (state != State.OPEN) throw new IllegalStateException("nothing to end: " + state);
        state = State.ENDING;
        ending = next;
        advance(next);
    }

    /// The end: whatever is under way stays undecided, for the next one of this id to abort.
    public void close() {
        state = State.CLOSED;
        producer.close();
        coordinator.close();
    }

    private void initialize() {
        var before = identity;
        coordinator.ask(ApiKey.INIT_PRODUCER_ID, _ -> InitProducerIdRequest.builder()
            .transactionalId(settings.transactionalId())
            .transactionTimeoutMs(settings.timeoutMs())
            .producerId(before.producerId())
            .producerEpoch(before.producerEpoch())
            .build(), reply -> {
                if (reply instanceof Reply.Answer answer) {
                    initialized((InitProducerIdResponse) answer.body());
                } else {
                    coordinator.later(this::initialize);
                }
            });
    }

    private void initialized(InitProducerIdResponse answer) {
        var code = ErrorCode.of(answer.errorCode());
        if (code == ErrorCode.NONE) {
            ready(new ProducerIdentity(answer.producerId(), answer.producerEpoch()));
        } else if (isPassing(code)) {
            coordinator.later(this::initialize);
        } else {
            fenced(code);
        }
    }

    private void ready(ProducerIdentity next) {
        identity = next;
        producer.continueAs(next);
        state = State.READY;
        listener.onReady();
    }

    private void fenced(ErrorCode why) {
        state = State.CLOSED;
        producer.close();
        listener.onFenced(why);
    }

    /// Whether to ask again; a coordinator that moves is looked for.
    private boolean isPassing(ErrorCode code) {
        boolean isMoving = code == ErrorCode.NOT_COORDINATOR
            || code == ErrorCode.COORDINATOR_NOT_AVAILABLE;
        if (isMoving) coordinator.forget();
        return code.isRetriable();
    }

    /// Classic: the transaction must hold a partition before anything is written there.
    private void add() {
        if (isAdding || isBroken || wanted.isEmpty()) return;
        isAdding = true;
        var now = List.copyOf(wanted);
        coordinator.ask(ApiKey.ADD_PARTITIONS_TO_TXN, _ -> adding(now), reply -> {
            isAdding = false;
            if (reply instanceof Reply.Answer answer) {
                added(now, (AddPartitionsToTxnResponse) answer.body());
            } else {
                isUnclear |= ((Reply.Lost) reply).wasSent();
                coordinator.later(this::add);
            }
        });
    }

    private AddPartitionsToTxnRequest adding(List<Slot> slots) {
        var topics = new TreeMap<String, List<Integer>>();
        for (var slot : slots)
            topics.computeIfAbsent(slot.topic(), _ -> new ArrayList<>()).add(slot.partition());
        var list = new ArrayList<AddPartitionsToTxnTopic>();
        topics.forEach((name, indexes) -> list
            .add(AddPartitionsToTxnTopic.builder().name(name).partitions(indexes).build()));
        return AddPartitionsToTxnRequest.builder()
            .v3AndBelowTransactionalId(settings.transactionalId())
            .v3AndBelowProducerId(identity.producerId())
            .v3AndBelowProducerEpoch(identity.producerEpoch())
            .v3AndBelowTopics(list)
            .build();
    }

    private void added(List<Slot> slots, AddPartitionsToTxnResponse answer) {
        var worst = ErrorCode.NONE;
        for (var topic : answer.resultsByTopicV3AndBelow()) {
            for (var each : topic.resultsByPartition()) {
                if (each.partitionErrorCode() != 0)
                    worst = ErrorCode.of(each.partitionErrorCode());
            }
        }
        if (worst == ErrorCode.NONE) {
            added.addAll(slots);
            wanted.removeAll(slots);
            producer.wake();
            add();
        } else if (isPassing(worst) || worst == ErrorCode.OPERATION_NOT_ATTEMPTED) {
            coordinator.later(this::add);
        } else {
            isBroken = true;
        }
    }

    /// One step towards the end: everything written, then offsets, then the end itself.
    private void advance(Ending what) {
        if (state != State.ENDING || ending != what) return;
        if (!what.commits || isBroken) {
            abort(what);
        } else if (producer.unsettled() > 0) {
            view.tools().loop().after(POLL_NS, () -> advance(what));
        } else if (what.offsets.isPresent() && !what.areOffsetsThere) {
            hasSent = true;
            if (settings.isV2()) commitOffsets(what, what.offsets.get());
            else
                addOffsets(what, what.offsets.get());
        } else if (hasSent) {
            endTxn(what);
        } else {
            over(what, TransactionEnd.COMMITTED, identity);
        }
    }

    private void addOffsets(Ending what, Offsets offsets) {
        coordinator.ask(ApiKey.ADD_OFFSETS_TO_TXN, _ -> AddOffsetsToTxnRequest.builder()
            .transactionalId(settings.transactionalId())
            .producerId(identity.producerId())
            .producerEpoch(identity.producerEpoch())
            .groupId(offsets.groupId())
            .build(), reply -> {
                if (reply instanceof Reply.Answer answer) {
                    var code = ErrorCode.of(((AddOffsetsToTxnResponse) answer.body()).errorCode());
                    step(what, code, () -> commitOffsets(what, offsets));
                } else {
                    isUnclear |= ((Reply.Lost) reply).wasSent();
                    step(what, ErrorCode.COORDINATOR_NOT_AVAILABLE, () -> {
                    });
                }
            });
    }

    private void commitOffsets(Ending what, Offsets offsets) {
        var group = new CoordinatorLink(view, offsets.groupId(), CoordinatorLink.GROUP);
        var writer = new TransactionOffsets.Writer(settings.transactionalId(), identity);
        group.ask(ApiKey.TXN_OFFSET_COMMIT,
            version -> TransactionOffsets.request(view, writer, offsets, version), reply -> {
                if (reply instanceof Reply.Answer answer) {
                    var code = TransactionOffsets
                        .worst((TxnOffsetCommitResponse) answer.body());
                    step(what, code, () -> {
                        what.areOffsetsThere = true;
                        advance(what);
                    });
                } else {
                    isUnclear |= ((Reply.Lost) reply).wasSent();
                    step(what, ErrorCode.COORDINATOR_NOT_AVAILABLE, () -> {
                    });
                }
            });
    }

    /// On with `next`, or again, or the transaction cannot be committed.
    private void step(Ending what, ErrorCode code, Runnable next) {
        if (code == ErrorCode.NONE) {
            next.run();
        } else {
            isBroken |= !isPassing(code);
            coordinator.later(() -> advance(what));
        }
    }

    private void abort(Ending what) {
        what.commits = false;
        isUnclear |= producer.dropAll();
        if (hasSent) endTxn(what);
        else
            over(what, TransactionEnd.ABORTED, identity);
    }

    private void endTxn(Ending what) {
        coordinator.ask(ApiKey.END_TXN, _ -> EndTxnRequest.builder()
            .transactionalId(settings.transactionalId())
            .producerId(identity.producerId())
            .producerEpoch(identity.producerEpoch())
            .committed(what.commits)
            .build(), reply -> {
                if (reply instanceof Reply.Answer answer) {
                    ended(what, (EndTxnResponse) answer.body());
                } else {
                    what.isUncertain |= ((Reply.Lost) reply).wasSent();
                    isUnclear |= what.isUncertain;
                    coordinator.later(() -> endTxn(what));
                }
            });
    }

    private void ended(Ending what, EndTxnResponse answer) {
        var code = ErrorCode.of(answer.errorCode());
        if (code == ErrorCode.NONE) {
            var next = settings.isV2()
                ? new ProducerIdentity(answer.producerId(), answer.producerEpoch())
                : identity;
            over(what, what.commits ? TransactionEnd.COMMITTED : TransactionEnd.ABORTED, next);
            return;
        }
        // a coordinator that lost its log half-way does not say what it had written
        what.isUncertain |= code == ErrorCode.NOT_COORDINATOR
            || code == ErrorCode.COORDINATOR_NOT_AVAILABLE;
        if (isPassing(code)) {
            coordinator.later(() -> endTxn(what));
            return;
        }
        ending = null;
        what.done.accept(what.commits && what.isUncertain
            ? TransactionEnd.UNKNOWN
            : TransactionEnd.ABORTED);
        fenced(code);
    }

    private void over(Ending what, TransactionEnd how, ProducerIdentity next) {
        ending = null;
        what.done.accept(how);
        if (state == State.CLOSED) return;
        boolean mustRise = !settings.isV2() && (isUnclear || isBroken);
        state = State.NEW;
        if (mustRise) initialize();
        else
            ready(next);
    }
}
