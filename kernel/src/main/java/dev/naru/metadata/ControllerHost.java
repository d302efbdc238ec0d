package dev.naru.metadata;

import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs the controller on its loop: requests that wait are decided on a draft, the facts are
/// proposed as one batch, and the answers leave when that batch is in the image. One batch is in
/// flight; it says on which accepted index it is based, and is applied only if that is still the
/// last one (I15). After an unknown outcome the draft is gone, its requests are answered retriably,
/// and an empty batch opens anew.
public final class ControllerHost {
    private static final long REOPEN_DELAY_NS = 1_000_000_000L;

    private final Loop loop;
    private final MetadataLog log;
    private final Controller controller;
    private final Trace trace;
    private final List<ImageListener> listeners = new ArrayList<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private volatile ClusterImage image = ClusterImage.EMPTY;
    private Role role = Role.LOADING;
    private boolean isLoaded;
    private int controllerEpoch;
    private @Nullable Draft inFlight;

    /// All run on `loop`, which the log shares.
    public ControllerHost(Loop loop, MetadataLog log, ClusterRules rules, Entropy entropy,
        Trace trace) {
        this.loop = loop;
        this.log = log;
        this.controller = new Controller(rules.configs(), rules.features(), entropy);
        this.trace = trace;
    }

    /// Adds a listener, before [#start].
    public void listen(ImageListener listener) {
        Invariant.check(role == Role.LOADING && !isLoaded,
            "metadata: listeners come before the start");
        listeners.add(listener);
    }

    /// Loads the log; requests that come meanwhile wait.
    public void start() {
        log.start(loop, new LogListener());
    }

    /// Stops; what is in flight is not answered any more.
    public void close() {
        role = Role.CLOSED;
        log.close();
    }

    /// Asks; from any thread. `answer` is called on the controller's loop, once.
    public void submit(ClusterRequest request, Consumer<ClusterAnswer> answer) {
        loop.execute(() -> take(new Waiting(request, answer)));
    }

    /// The image after the last accepted batch; from any thread.
    public ClusterImage image() {
        return image;
    }

    private void take(Waiting asked) {
        switch (role) {
            case LOADING, OPENING, LEADING -> enqueue(asked);
            case FOLLOWING ->
                asked.fail(ErrorCode.NOT_CONTROLLER, "Another node is the controller.");
            case FAILED ->
                asked.fail(ErrorCode.KAFKA_STORAGE_ERROR, "This node's metadata has failed.");
            case CLOSED -> {
            }
        }
    }

    private void enqueue(Waiting asked) {
        if (waiting.size() >= Limits.CONTROLLER_REQUESTS_WAITING_MAX) {
            asked.fail(ErrorCode.THROTTLING_QUOTA_EXCEEDED,
                "Too many requests wait for the controller.");
            return;
        }
        waiting.add(asked);
        decideWaiting();
    }

    /// Decides on drafts until one has facts; that one is proposed.
    private void decideWaiting() {
        while (role == Role.LEADING && inFlight == null && !waiting.isEmpty()) {
            var draft = decideDraft();
            if (draft.facts.isEmpty()) {
                draft.answer();
            } else {
                propose(draft);
            }
        }
    }

    private Draft decideDraft() {
        var draft = new Draft(image.acceptedIndex());
        var drafted = image;
        while (!waiting.isEmpty() && draft.weight < Limits.CONTROLLER_DRAFT_WEIGHT_MAX) {
            var asked = waiting.removeFirst();
            var decided = controller.decide(drafted, asked.request());
            drafted = drafted.draft(decided.facts());
            draft.add(asked, decided);
        }
        return draft;
    }

    private void propose(Draft draft) {
        inFlight = draft;
        var batch = new MetadataBatch(controllerEpoch, draft.basedOn, draft.facts);
        var kind = draft.isUrgent() ? MetadataLog.Kind.URGENT : MetadataLog.Kind.ORDINARY;
        log.propose(batch.encode(), kind, outcome -> settle(draft, outcome));
    }

    /// An empty batch of this epoch: when it is accepted, nothing of an earlier controller can
    /// follow.
    private void open() {
        role = Role.OPENING;
        propose(new Draft(image.acceptedIndex()));
    }

    private void settle(Draft draft, MetadataLog.Outcome outcome) {
        if (draft != inFlight) return; // of an earlier term
        inFlight = null;
        switch (outcome) {
            case MetadataLog.Outcome.Committed(var index) -> settleCommitted(draft, index);
            case MetadataLog.Outcome.Refused(var why, var message) ->
                settleRefused(draft, why, message);
            case MetadataLog.Outcome.Unknown(var reason) -> settleUnknown(draft, reason);
        }
        decideWaiting();
    }

    private void settleCommitted(Draft draft, long index) {
        if (draft.acceptedIndex != index) {
            draft.fail(ErrorCode.REQUEST_TIMED_OUT, "Another change came first.");
            if (isController()) open();
            return;
        }
        if (role == Role.OPENING) {
            role = Role.LEADING;
            trace.emit(new MetadataEvent.Leading(controllerEpoch, image.acceptedIndex()));
        }
        draft.answer();
    }

    /// Nothing changed: the draft fails alone. An opening that is refused is tried again later.
    private void settleRefused(Draft draft, ErrorCode why, String message) {
        trace.emit(new MetadataEvent.ProposalRefused(message));
        draft.fail(why, message);
        if (role != Role.OPENING) return;
        failWaiting(why, message);
        loop.after(REOPEN_DELAY_NS, () -> {
            if (role == Role.OPENING && inFlight == null) open();
        });
    }

    private void settleUnknown(Draft draft, String reason) {
        trace.emit(new MetadataEvent.ProposalUnknown(reason));
        draft.fail(ErrorCode.REQUEST_TIMED_OUT, "It is not known whether the change was stored.");
        if (isController()) open();
    }

    private boolean isController() {
        return role == Role.LEADING || role == Role.OPENING;
    }

    private void failWaiting(ErrorCode why, String message) {
        var all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(asked -> asked.fail(why, message));
    }

    /// Applies a committed batch, if it was based on the last accepted one (I15).
    private void commit(long index, MetadataBatch batch) {
        var before = image;
        if (batch.basedOn() != before.acceptedIndex()) {
            trace.emit(
                new MetadataEvent.BatchSkipped(index, batch.basedOn(), before.acceptedIndex()));
            return;
        }
        Invariant.check(index > before.acceptedIndex(), "I15: indexes grow", index,
            before.acceptedIndex());
        var after = before.apply(batch, index);
        image = after;
        var mine = inFlight;
        if (mine != null && mine.basedOn == batch.basedOn()) mine.acceptedIndex = index;
        if (isLoaded) listeners.forEach(l -> l.onChanged(before, after, batch.facts()));
    }

    private void loaded() {
        if (isLoaded) return;
        isLoaded = true;
        listeners.forEach(l -> l.onLoaded(image));
    }

    private void fail(String reason) {
        if (role == Role.FAILED || role == Role.CLOSED) return;
        role = Role.FAILED;
        trace.emit(new MetadataEvent.Failed(reason));
        failWaiting(ErrorCode.KAFKA_STORAGE_ERROR, reason);
        listeners.forEach(l -> l.onFailed(reason));
    }

    /// The log's view of this host.
    private final class LogListener implements MetadataLog.Listener {
        @Override public void onSnapshot(Iterator<ByteBuffer> blocks) {
            var restored = ClusterImage.EMPTY;
            try {
                while (blocks.hasNext()) {
                    var block = MetadataBatch.decode(blocks.next());
                    restored = restored.apply(block, block.basedOn());
                }
            } catch (Undecodable newer) {
                fail("The metadata snapshot cannot be read: " + newer.getMessage());
                return;
            }
            image = restored;
            var given = restored;
            if (isLoaded) listeners.forEach(l -> l.onLoaded(given));
        }

        @Override public void onCommitted(long index, ByteBuffer bytes) {
            if (role == Role.FAILED || role == Role.CLOSED) return;
            try {
                commit(index, MetadataBatch.decode(bytes));
            } catch (Undecodable newer) {
                fail("Batch " + index + " of the metadata cannot be read: " + newer.getMessage());
            }
        }

        @Override public void onLeading(int epoch) {
            if (role == Role.FAILED || role == Role.CLOSED) return;
            loaded();
            controllerEpoch = epoch;
            dropInFlight();
            open();
        }

        @Override public void onFollowing(int leaderId) {
            if (role == Role.FAILED || role == Role.CLOSED) return;
            loaded();
            role = Role.FOLLOWING;
            dropInFlight();
            failWaiting(ErrorCode.NOT_CONTROLLER, "Another node has become the controller.");
            trace.emit(new MetadataEvent.Following(image.acceptedIndex()));
        }

        @Override public void onFailed(String reason) {
            fail(reason);
        }

        @Override public Iterator<ByteBuffer> snapshot() {
            return new SnapshotBlocks(image);
        }

        private void dropInFlight() {
            var draft = inFlight;
            inFlight = null;
            if (draft != null) {
                draft.fail(ErrorCode.REQUEST_TIMED_OUT,
                    "It is not known whether the change was stored.");
            }
        }
    }

    private record Waiting(ClusterRequest request, Consumer<ClusterAnswer> answer) {
        private void fail(ErrorCode why, String message) {
            answer.accept(new ClusterAnswer.Failed(why, message));
        }
    }

    /// Requests decided together, and what they make.
    private static final class Draft {
        private final long basedOn;
        private final List<ClusterRecord> facts = new ArrayList<>();
        private final List<Waiting> asked = new ArrayList<>();
        private final List<ClusterAnswer> answers = new ArrayList<>();
        private int weight;
        private long acceptedIndex; // of the one batch accepted on this base, ours or another's

        private Draft(long basedOn) {
            this.basedOn = basedOn;
        }

        private void add(Waiting request, Decided decided) {
            asked.add(request);
            answers.add(decided.answer());
            facts.addAll(decided.facts());
            weight++;
            for (var fact : decided.facts())
                weight += weigh(fact);
        }

        private void answer() {
            for (int i = 0; i < asked.size(); i++)
                asked.get(i).answer().accept(answers.get(i));
        }

        private void fail(ErrorCode why, String message) {
            asked.forEach(a -> a.fail(why, message));
        }

        /// Nothing in it takes room on this node; an opening is needed to decide at all.
        private boolean isUrgent() {
            return facts.stream().noneMatch(Draft::takesRoom);
        }

        private static int weigh(ClusterRecord fact) {
            if (fact instanceof ClusterRecord.TopicCreated created)
                return created.partitions().size();
            if (fact instanceof ClusterRecord.PartitionsAdded added)
                return added.partitions().size();
            return 1;
        }

        private static boolean takesRoom(ClusterRecord fact) {
            return fact instanceof ClusterRecord.TopicCreated
                || fact instanceof ClusterRecord.PartitionsAdded
                || fact instanceof ClusterRecord.ProducerIdsGranted;
        }
    }

    private enum Role {
        LOADING, OPENING, LEADING, FOLLOWING, FAILED, CLOSED
    }
}
