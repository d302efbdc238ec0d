package dev.naru.metadata;

import dev.naru.base.Clock;
import dev.naru.base.Entropy;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs the controller on its loop: requests that wait are decided on a draft, the facts are
/// proposed as one batch, and the answers leave when that batch is in the image. One batch is in
/// flight; it says on which accepted index it is based, and is applied only if that is still the
/// last one (I15). After an unknown outcome the draft is gone, its requests are answered retriably,
/// and an empty batch opens anew. Clients are answered when every active node has the batch.
public final class ControllerHost {
    private static final long REOPEN_DELAY_NS = 1_000_000_000L;

    private final Loop loop;
    private final MetadataLog log;
    private final Controller controller;
    private final Trace trace;
    private final Clock clock;
    private final List<ImageListener> listeners = new ArrayList<>();
    private final Deque<Asked> waiting = new ArrayDeque<>();
    private final HeldAnswers held = new HeldAnswers();
    private final AppliedQueue applied = new AppliedQueue();
    private final int nodeId;
    private final NodeSessions sessions;
    private final Caretaker caretaker;
    private final Mover mover;
    private final QuorumDesk quorumDesk;

    private volatile ClusterImage image = ClusterImage.EMPTY;
    private volatile int leaderId = MetadataLog.NO_LEADER;
    private Role role = Role.LOADING;
    private boolean isLoaded;
    private boolean isCaring;
    private int controllerEpoch;
    private @Nullable Draft inFlight;
    private Optional<NodeProbes> probes = Optional.empty();

    /// All run on the world's loop, which the log shares.
    public ControllerHost(World world, MetadataLog log, ClusterRules rules) {
        this.loop = world.loop();
        this.log = log;
        this.nodeId = world.nodeId();
        this.controller = new Controller(rules.configs(), rules.features(), world.entropy());
        this.trace = world.trace();
        this.clock = world.clock();
        this.quorumDesk = new QuorumDesk(log);
        this.sessions = new NodeSessions(world, rules.nodes());
        this.mover = new Mover(world.clock(), sessions, controller, world.trace());
        this.caretaker = new Caretaker(loop, world.clock(), rules.nodes(), sessions, controller);
    }

    /// Adds a listener, before [#start].
    public void listen(ImageListener listener) {
        Invariant.check(role == Role.LOADING && !isLoaded,
            "metadata: listeners come before the start");
        listeners.add(listener);
    }

    /// Has other nodes tried from now on: all that are counted on, whenever this node leads, else the
    /// one that leads. On the loop only.
    public void probe(NodeProbes with) {
        probes = Optional.of(with);
        watch();
    }

    private void watch() {
        probes.ifPresent(each -> each.watch(image, watched()));
    }

    private SortedSet<Integer> watched() {
        var watched = new TreeSet<Integer>();
        if (isCaring) {
            for (var node : image.nodes().values())
                if (!node.isFenced()) watched.add(node.nodeId());
        } else if (role == Role.FOLLOWING && image.node(leaderId).isPresent()) {
            watched.add(leaderId);
        }
        watched.remove(nodeId);
        return watched;
    }

    /// Loads the log; requests that come meanwhile wait.
    public void start() {
        log.start(loop, new LogListener());
    }

    /// Stops; what is in flight is not answered any more.
    public void close() {
        role = Role.CLOSED;
        leaderId = MetadataLog.NO_LEADER;
        isCaring = false;
        caretaker.end();
        watch();
        log.close();
    }

    /// Asks; from any thread. `answer` is called on the controller's loop, once. What was decided is
    /// then in [#image]: its accepted index is what the answer depends on, wherever it is carried.
    public void submit(ClusterRequest request, Consumer<ClusterAnswer> answer) {
        loop.execute(() -> {
            if (request instanceof ClusterRequest.OfQuorum asked) {
                takeOfQuorum(asked, answer);
                return;
            }
            if (request instanceof ClusterRequest.Heartbeat beat) hear(beat);
            if (request instanceof ClusterRequest.HandOver over) sessions.slow(over);
            if (request instanceof ClusterRequest.Reassign moved) mover.byHand(image, moved);
            take(new Asked(on -> decide(on, request),
                !(request instanceof ClusterRequest.FromNode), answer));
        });
    }

    /// Who agrees on the log, as far as this node knows; from any thread.
    public Quorum quorum() {
        return log.quorum();
    }

    private void takeOfQuorum(ClusterRequest.OfQuorum asked, Consumer<ClusterAnswer> answer) {
        switch (role) {
            case LEADING -> quorumDesk.take(asked, answer);
            case LOADING, OPENING, FOLLOWING ->
                answer.accept(new ClusterAnswer.Failed(ErrorCode.NOT_CONTROLLER,
                    "This node does not lead the quorum."));
            case FAILED -> answer.accept(new ClusterAnswer.Failed(ErrorCode.KAFKA_STORAGE_ERROR,
                "This node's metadata has failed."));
            case CLOSED -> {
            }
        }
    }

    /// Runs `task` when this node's image stands at `index` or later: at once, or after the listeners
    /// have heard of it. On the loop only. False when too many wait.
    public boolean whenApplied(long index, Runnable task) {
        if (image.acceptedIndex() < index) return applied.add(index, task);
        task.run();
        return true;
    }

    /// Somebody could not reach a node, which is fenced soon unless it is heard of. From any thread;
    /// means nothing on a node that does not lead.
    public void suspect(int suspected) {
        loop.execute(() -> {
            if (role != Role.LEADING) return;
            sessions.suspect(suspected);
            caretaker.wake();
        });
    }

    /// Nobody answers at the door of a node that was reached before. From any thread; means something
    /// for the node that leads.
    public void gone(int nodeGone) {
        loop.execute(() -> {
            if (role == Role.FOLLOWING && nodeGone == leaderId) log.gone(nodeGone);
        });
    }

    /// Somebody has reached a node just now. From any thread; means nothing on a node that does not
    /// lead.
    public void reached(int nodeReached) {
        loop.execute(() -> {
            if (role != Role.LEADING) return;
            sessions.reached(nodeReached);
            caretaker.wake();
        });
    }

    /// The node that decides, [MetadataLog#NO_LEADER] while none is known; from any thread.
    public int leaderId() {
        return leaderId;
    }

    /// The image after the last accepted batch; from any thread.
    public ClusterImage image() {
        return image;
    }

    private Decided decide(ClusterImage on, ClusterRequest request) {
        return switch (request) {
            case ClusterRequest.DescribeBalance(var stepsMax) ->
                Decided.only(mover.describe(on, stepsMax));
            case ClusterRequest.TellSizes told -> Decided.only(mover.tell(on, told));
            default -> controller.decide(on, request, sessions);
        };
    }

    private void hear(ClusterRequest.Heartbeat beat) {
        if (role != Role.LEADING) return;
        sessions.heard(beat);
        release();
    }

    private void release() {
        held.release(index -> sessions.haveAll(image, index));
    }

    private void take(Asked asked) {
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

    private void enqueue(Asked asked) {
        if (waiting.size() + held.size() >= Limits.CONTROLLER_REQUESTS_WAITING_MAX) {
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
            if (draft.facts().isEmpty()) {
                draft.answer((asked, answer) -> asked.answer().accept(answer));
            } else {
                propose(draft);
            }
        }
    }

    private Draft decideDraft() {
        var draft = new Draft(image.acceptedIndex());
        var drafted = image;
        while (!waiting.isEmpty() && draft.weight() < Limits.CONTROLLER_DRAFT_WEIGHT_MAX) {
            var asked = waiting.removeFirst();
            var decided = asked.decide().apply(drafted);
            drafted = drafted.draft(decided.facts());
            draft.add(asked, decided);
        }
        return draft;
    }

    private void propose(Draft draft) {
        inFlight = draft;
        var batch = new MetadataBatch(controllerEpoch, draft.basedOn(), draft.facts());
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
        if (draft.acceptedIndex() != index) {
            draft.fail(ErrorCode.REQUEST_TIMED_OUT, "Another change came first.");
            if (isController()) open();
            return;
        }
        if (role == Role.OPENING) {
            role = Role.LEADING;
            trace.emit(new MetadataEvent.Leading(controllerEpoch, image.acceptedIndex()));
            if (!isCaring) beginCare();
        }
        draft.answer(this::give);
    }

    /// Once in a term: an opening after an unknown outcome forgets nothing of the nodes.
    private void beginCare() {
        isCaring = true;
        sessions.begin(image);
        mover.begin(image);
        caretaker.begin(
            new Caretaker.Ward(nodeId, this::image, held, this::take, mover));
        watch();
    }

    private void endCare() {
        isCaring = false;
        caretaker.end();
        watch();
        held.giveUp();
    }

    /// Clients wait until every active node has it; this one has.
    private void give(Asked asked, ClusterAnswer answer) {
        long index = image.acceptedIndex();
        if (asked.isForClients() && !sessions.haveAll(image, index)) {
            held.hold(index, clock.monotonicNs(), asked, answer);
        } else {
            asked.answer().accept(answer);
        }
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
        if (mine != null && mine.basedOn() == batch.basedOn()) mine.accepted(index);
        if (isLoaded) listeners.forEach(l -> l.onChanged(before, after, batch.facts()));
        boolean isOfNodes = batch.facts().stream().anyMatch(ControllerHost::isOfNode);
        if (isOfNodes) watch();
        if (isCaring) care(batch.facts(), index, isOfNodes);
        applied.reached(index);
    }

    private void care(List<ClusterRecord> facts, long index, boolean isOfNodes) {
        sessions.apply(facts, index);
        if (isOfNodes) caretaker.wake();
        release();
    }

    private static boolean isOfNode(ClusterRecord fact) {
        return fact instanceof ClusterRecord.NodeRegistered
            || fact instanceof ClusterRecord.NodeChanged;
    }

    private void loaded() {
        if (isLoaded) return;
        isLoaded = true;
        listeners.forEach(l -> l.onLoaded(image));
    }

    private void fail(String reason) {
        if (role == Role.FAILED || role == Role.CLOSED) return;
        role = Role.FAILED;
        leaderId = MetadataLog.NO_LEADER;
        endCare();
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
            watch();
            applied.reached(given.acceptedIndex());
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
            leaderId = nodeId;
            loaded();
            controllerEpoch = epoch;
            dropInFlight();
            endCare();
            open();
        }

        @Override public void onFollowing(int leader) {
            if (role == Role.FAILED || role == Role.CLOSED) return;
            leaderId = leader;
            loaded();
            role = Role.FOLLOWING;
            dropInFlight();
            endCare();
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

    /// What a controller runs with: which node it is, in which of its lives, and the world around it.
    public record World(int nodeId, Uuid incarnationId, Loop loop, Clock clock, Entropy entropy,
        Trace trace) {}

    private enum Role {
        LOADING, OPENING, LEADING, FOLLOWING, FAILED, CLOSED
    }
}
