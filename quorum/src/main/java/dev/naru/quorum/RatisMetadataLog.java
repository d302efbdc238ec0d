package dev.naru.quorum;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.NodeIdentity;
import dev.naru.metadata.Quorum;
import dev.naru.metadata.QuorumChange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;

/// A node's metadata log as a member of the quorum. The loop owns what this node knows of its role;
/// Ratis' threads only hand things to the loop, in the order in which they happened. What waits for
/// Ratis or the disk does so on a thread of its own. A member that lost its vote is started anew on
/// the same files: Ratis does not make a listener of a voter that runs.
final class RatisMetadataLog implements MetadataLog, RatisLife.Owner {
    private static final long NS_PER_MS = 1_000_000L;
    /// How often a leader looks how far the others are, so as to know since when one lags.
    private static final long LOOK_EVERY_NS = 500 * NS_PER_MS;

    private final QuorumSettings settings;
    private final NodeIdentity identity;
    private final Outside outside;
    private final ForcedDirectories forced;
    private final SnapshotFiles snapshots;
    private final FullDisk disk;
    private final ExecutorService worker;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable Loop loop;
    private @Nullable Listener listener;
    private @Nullable EarlyElection election;

    // Owned by the loop.
    private boolean isLeading;
    private boolean isFailed;
    private boolean isSnapshotting;
    private boolean isChanging;
    private boolean isWatching;
    private long toldIndex;
    private int lastLeaderId = Integer.MIN_VALUE;
    private int unanswered;
    private long bytesSinceSnapshot;

    // Guarded by `order`, which also is the order of what the loop is told.
    private final Object order = new Object();
    private final TreeMap<Long, CompletableFuture<Message>> untaken = new TreeMap<>();
    private boolean isClosed;
    private boolean isElected;
    private boolean isTold;
    private volatile @Nullable RatisMember member;
    private volatile @Nullable RatisQuorum members;

    /// What it has from outside; it starts when `previous` has ended.
    record Outside(Trace trace, ForcedDirectories.Forcing forcing,
        CompletableFuture<Void> previous) {}

    RatisMetadataLog(QuorumSettings settings, NodeIdentity identity, Outside outside) {
        this.settings = settings;
        this.identity = identity;
        this.outside = outside;
        this.forced = new ForcedDirectories(
            RatisMember.directories(settings.dataDirectory(), identity.clusterId()),
            outside.forcing());
        this.snapshots = new SnapshotFiles(forced);
        this.disk = new FullDisk(settings.dataDirectory(), outside.trace());
        this.worker = Executors.newSingleThreadExecutor(task -> {
            var thread = new Thread(task, "naru-quorum-" + identity.nodeId());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override public void start(Loop owner, Listener hears) {
        Invariant.check(listener == null, "metadata: a log is started once");
        loop = owner;
        listener = hears;
        election = new EarlyElection(owner, this::work);
        forced.onFault(this::onFailed);
        worker.execute(this::join);
    }

    /// Completed when a closed log has left disk and network alone.
    CompletableFuture<Void> ended() {
        return ended;
    }

    private void join() {
        outside.previous().join();
        synchronized (order) {
            if (isClosed) return;
        }
        var data = settings.dataDirectory();
        var group = RatisMember.root(data, identity.clusterId());
        var problem = QuorumMarker.problem(data, group);
        if (problem.isEmpty()) problem = QuorumMarker.stranger(settings, identity);
        if (!problem.isEmpty()) {
            onFailed("The quorum cannot be joined: " + problem);
            return;
        }
        try {
            begin();
        } catch (IOException | RuntimeException failed) {
            notBegun(failed, "joined");
        }
        synchronized (order) {
            if (!isTold) follow(NO_LEADER);
        }
    }

    private void begin() throws IOException {
        TornTail.mend(settings, identity, outside);
        var hears = new RatisLife(this);
        var running = RatisMember.start(settings, identity,
            new LogStateMachine(hears, snapshots, forced), forced);
        var moved = running.moved(settings.listening());
        if (moved.isPresent()) {
            running.close();
            throw new IOException(moved.get());
        }
        members = new RatisQuorum(running);
        member = running;
        hears.begins(running);
        QuorumMarker.writeOnce(settings.dataDirectory(), identity.clusterId(), outside.forcing());
    }

    private void notBegun(Exception failed, String what) {
        if (FullDisk.isCause(failed)) awaitRoom(String.valueOf(FullDisk.root(failed)));
        else
            onFailed("The quorum cannot be " + what + ": " + failed.getMessage());
    }

    private void awaitRoom(String reason) {
        disk.refused(reason);
        loop().after(FullDisk.LOOK_EVERY_NS, () -> work(this::beginAgain));
    }

    /// The member begins anew with what is on its disk; nothing that was told is told again.
    @Override public void onSeatLost() {
        end(() -> {
            if (!disk.isFull()) beginAgain(); // else that is on its way
        });
    }

    /// The same, once there is room.
    @Override public void onFull(String reason) {
        end(() -> {
            disk.refused(reason);
            beginAgain();
        });
    }

    private void end(Runnable then) {
        synchronized (order) {
            if (isClosed) return;
            isElected = false;
            follow(NO_LEADER);
            worker.execute(then);
        }
    }

    private void beginAgain() {
        try {
            leaveMember();
            if (isClosed()) return;
            if (!disk.hasRoom()) {
                awaitRoom("No space left on device");
                return;
            }
            begin();
            disk.works();
        } catch (IOException | RuntimeException failed) {
            notBegun(failed, "joined again");
        }
    }

    private void leaveMember() throws IOException {
        var running = member;
        member = null;
        members = null;
        if (running != null) running.close();
        synchronized (order) {
            untaken.values().forEach(taken -> taken.complete(Message.EMPTY));
            untaken.clear();
        }
    }

    @Override public void change(QuorumChange change, Consumer<Outcome> outcome) {
        Invariant.check(loop().inLoop(), "metadata: changes come on the log's loop");
        var running = member;
        var looks = members;
        if (!isLeading || isFailed || running == null || looks == null) {
            loop().execute(() -> outcome.accept(
                new Outcome.Refused(ErrorCode.NOT_CONTROLLER, "Another node leads.")));
            return;
        }
        if (isChanging) {
            loop().execute(() -> outcome.accept(new Outcome.Refused(ErrorCode.REQUEST_TIMED_OUT,
                "Another change of the quorum is under way.")));
            return;
        }
        isChanging = true;
        var changer = new Thread(() -> {
            var how = new RatisChange(running, looks).make(change);
            loop().execute(() -> {
                isChanging = false;
                if (!isClosed()) outcome.accept(how);
            });
        }, "naru-quorum-change-" + identity.nodeId());
        changer.setDaemon(true);
        changer.start();
    }

    @Override public void propose(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome) {
        Invariant.check(loop().inLoop(), "metadata: proposals come on the log's loop");
        var proposal = new Proposal(outcome);
        unanswered++;
        var refusal = refusal(batch.remaining());
        if (refusal != null) {
            loop().execute(() -> answer(proposal, refusal));
            return;
        }
        loop().after(settings.tuning().timing().proposalMs() * NS_PER_MS,
            () -> answer(proposal, new Outcome.Unknown("The quorum did not answer in time.")));
        var copy = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
        worker.execute(() -> submit(copy, proposal));
    }

    private Outcome.@Nullable Refused refusal(int sizeBytes) {
        if (isFailed) {
            return new Outcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "The log has failed.");
        }
        if (!isLeading) {
            return new Outcome.Refused(ErrorCode.NOT_CONTROLLER, "Another node leads.");
        }
        if (sizeBytes > RatisProperties.BATCH_BYTES_MAX) {
            return new Outcome.Refused(ErrorCode.POLICY_VIOLATION,
                "A change of " + sizeBytes + " bytes is too large for the quorum, which takes up to"
                    + " " + RatisProperties.BATCH_BYTES_MAX + ".");
        }
        if (unanswered > Limits.METADATA_PROPOSALS_WAITING_MAX) {
            return new Outcome.Refused(ErrorCode.THROTTLING_QUOTA_EXCEEDED,
                "Too many changes wait for the quorum.");
        }
        return null;
    }

    private void submit(ByteBuffer batch, Proposal proposal) {
        var running = member;
        if (running == null) return;
        try {
            running.propose(batch).whenComplete((reply, failure) -> {
                var how = outcome(reply, failure);
                loop().execute(() -> answer(proposal, how));
            });
        } catch (IOException | RuntimeException failed) {
            loop().execute(() -> answer(proposal, new Outcome.Unknown(String.valueOf(failed))));
        }
    }

    private static Outcome outcome(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
        if (reply != null && reply.isSuccess()) return new Outcome.Committed(reply.getLogIndex());
        return new Outcome.Unknown(
            String.valueOf(reply == null ? failure : reply.getException()));
    }

    private void answer(Proposal proposal, Outcome how) {
        if (proposal.isAnswered || isClosed()) return;
        proposal.isAnswered = true;
        unanswered--;
        proposal.outcome.accept(how);
    }

    @Override public void gone(int nodeId) {
        var running = member;
        var early = election;
        if (running == null || early == null || isLeading || isFailed || isClosed()) return;
        if (nodeId == lastLeaderId) early.leaderGone(running, nodeId);
    }

    @Override public Quorum quorum() {
        var looks = members;
        if (looks == null || isClosed()) return Quorum.NONE;
        try {
            return looks.look();
        } catch (IOException stopped) {
            return Quorum.NONE;
        }
    }

    @Override public void close() {
        synchronized (order) {
            if (isClosed) return;
            isClosed = true;
            untaken.values().forEach(taken -> taken.complete(Message.EMPTY));
            untaken.clear();
        }
        worker.execute(this::leave);
        worker.shutdown();
    }

    /// Not any more once it is closed.
    private void work(Runnable task) {
        synchronized (order) {
            if (!isClosed) worker.execute(task);
        }
    }

    private void leave() {
        var running = member;
        try {
            if (running != null) running.close();
        } catch (IOException failed) {
            outside.trace().emit(new QuorumEvent.CloseFailed(String.valueOf(failed)));
        } finally {
            ended.complete(null);
        }
    }

    @Override public void onSnapshot(List<ByteBuffer> blocks, TermIndex at,
        LogStateMachine machine) {
        tell(hears -> {
            machine.applied(at);
            if (at.getIndex() <= toldIndex) return;
            toldIndex = at.getIndex();
            hears.onSnapshot(blocks.iterator());
        });
    }

    @Override public void onBatch(byte[] batch, TermIndex at, CompletableFuture<Message> taken,
        LogStateMachine machine) {
        synchronized (order) {
            if (isClosed) {
                taken.complete(Message.EMPTY);
                return;
            }
            untaken.put(at.getIndex(), taken);
            loop().execute(() -> take(batch, at, taken, machine));
        }
    }

    private void take(byte[] batch, TermIndex at, CompletableFuture<Message> taken,
        LogStateMachine machine) {
        if (!isClosed() && !isFailed && at.getIndex() > toldIndex) {
            toldIndex = at.getIndex();
            listener().onCommitted(at.getIndex(), ByteBuffer.wrap(batch).asReadOnlyBuffer());
            bytesSinceSnapshot += batch.length;
        }
        if (!isClosed() && !isFailed) {
            machine.applied(at);
            snapshotIfDue(at);
        }
        synchronized (order) {
            untaken.remove(at.getIndex());
        }
        taken.complete(Message.EMPTY);
    }

    @Override public void onPassed(TermIndex at, LogStateMachine machine) {
        tell(_ -> machine.applied(at));
    }

    private void snapshotIfDue(TermIndex at) {
        if (isSnapshotting || bytesSinceSnapshot < settings.tuning().snapshotAfterBytes()) return;
        if (isClosed()) return;
        isSnapshotting = true;
        bytesSinceSnapshot = 0;
        var blocks = listener().snapshot();
        var writer = new Thread(() -> writeSnapshot(at, blocks),
            "naru-quorum-snapshot-" + identity.nodeId());
        writer.setDaemon(true);
        writer.start();
    }

    private void writeSnapshot(TermIndex at, Iterator<ByteBuffer> blocks) {
        try {
            long sizeBytes = snapshots.write(at, blocks);
            var running = member;
            if (running != null && !isClosed()) running.snapshotWritten();
            outside.trace().emit(new QuorumEvent.SnapshotWritten(at.getIndex(), sizeBytes));
        } catch (IOException | RuntimeException failed) {
            outside.trace().emit(new QuorumEvent.SnapshotPutOff(String.valueOf(failed)));
        }
        loop().execute(() -> isSnapshotting = false);
    }

    @Override public void onElected() {
        synchronized (order) {
            isElected = true;
        }
    }

    @Override public void onReady(long term) {
        synchronized (order) {
            if (!isElected) return; // deposed meanwhile
            isTold = true;
            int controllerEpoch = Math.toIntExact(term);
            tell(hears -> {
                isLeading = true;
                lastLeaderId = identity.nodeId();
                hears.onLeading(controllerEpoch);
                if (!isWatching) watch();
            });
        }
    }

    private void watch() {
        isWatching = isLeading && !isFailed && !isClosed();
        if (!isWatching) return;
        quorum();
        loop().after(LOOK_EVERY_NS, this::watch);
    }

    @Override public void onDeposed() {
        synchronized (order) {
            isElected = false;
            follow(NO_LEADER);
        }
    }

    @Override public void onLeader(RaftPeerId leader) {
        synchronized (order) {
            isElected = false;
            follow(Voter.nodeId(leader));
        }
    }

    @Override public void onNoLeader() {
        synchronized (order) {
            if (!isElected) follow(NO_LEADER);
        }
    }

    private void follow(int leaderId) {
        isTold = true;
        tell(hears -> {
            if (!isLeading && leaderId == lastLeaderId) return;
            isLeading = false;
            lastLeaderId = leaderId;
            if (election != null) election.leaderChanged();
            hears.onFollowing(leaderId);
        });
    }

    @Override public void onFailed(String reason) {
        tell(hears -> {
            isFailed = true;
            isLeading = false;
            hears.onFailed(reason);
        });
    }

    private void tell(Consumer<Listener> what) {
        synchronized (order) {
            if (isClosed) return;
            loop().execute(() -> {
                if (!isClosed() && !isFailed) what.accept(listener());
            });
        }
    }

    private boolean isClosed() {
        synchronized (order) {
            return isClosed;
        }
    }

    private Loop loop() {
        return Invariant.present(loop, "metadata: a log is started before it is used");
    }

    private Listener listener() {
        return Invariant.present(listener, "metadata: a log is started before it is used");
    }

    /// Owned by the loop.
    private static final class Proposal {
        private final Consumer<Outcome> outcome;
        private boolean isAnswered;

        private Proposal(Consumer<Outcome> outcome) {
            this.outcome = outcome;
        }
    }
}
