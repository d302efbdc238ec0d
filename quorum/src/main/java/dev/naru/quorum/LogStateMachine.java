package dev.naru.quorum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/// What Ratis says, in the words of a metadata log. Nothing is applied here: batches are handed on,
/// and Ratis hears that one is applied when the log's owner has taken it. Called by Ratis' threads.
final class LogStateMachine extends BaseStateMachine {
    private final Owner owner;
    private final SnapshotFiles snapshots;
    private final ForcedDirectories forced;
    private volatile TermIndex applied = TermIndex.INITIAL_VALUE;
    private volatile long lastConfigurationTerm;

    /// Hears it, from any thread.
    interface Owner extends LogEvents {
        /// A configuration is in force; who is in it may be others than before.
        void onConfiguration();

        /// Ratis ended it by itself: by its configuration this node has no vote.
        void onShutdown();
    }

    LogStateMachine(Owner owner, SnapshotFiles snapshots, ForcedDirectories forced) {
        this.owner = owner;
        this.snapshots = snapshots;
        this.forced = forced;
    }

    @Override public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
        throws IOException {
        super.initialize(server, group, storage);
        snapshots.init(storage);
        getLifeCycle().startAndTransition(this::load, IOException.class);
    }

    @Override public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        try {
            ForcedDirectories.undisturbed(snapshots::forceReceived);
        } catch (IOException fault) {
            owner.onFailed("A received snapshot cannot be forced: " + fault);
            throw new UncheckedIOException(fault);
        }
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override public void reinitialize() throws IOException {
        forced.force();
        getLifeCycle().startAndTransition(this::load, IOException.class);
    }

    private void load() throws IOException {
        var latest = snapshots.latest();
        if (latest.isEmpty()) return;
        var at = latest.get().getTermIndex();
        owner.onSnapshot(SnapshotFile.read(latest.get().getFile().getPath()), at, this);
        applied = at;
    }

    @Override public StateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    /// The last entry that the log's owner has taken.
    @Override public TermIndex getLastAppliedTermIndex() {
        return applied;
    }

    void applied(TermIndex at) {
        if (at.compareTo(applied) > 0) applied = at;
    }

    /// Snapshots are written elsewhere; this says up to where the newest goes.
    @Override public long takeSnapshot() {
        return snapshots.latest().map(snapshot -> snapshot.getIndex())
            .orElse(RaftLog.INVALID_LOG_INDEX);
    }

    @Override public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        var entry = transaction.getLogEntry();
        var taken = new CompletableFuture<Message>();
        var batch = entry.getStateMachineLogEntry().getLogData().toByteArray();
        owner.onBatch(batch, TermIndex.valueOf(entry), taken, this);
        return taken;
    }

    @Override public void notifyTermIndexUpdated(long term, long index) {
        owner.onPassed(TermIndex.valueOf(term, index), this);
    }

    @Override public void notifyConfigurationChanged(long term, long index,
        RaftConfigurationProto configuration) {
        lastConfigurationTerm = term;
        owner.onConfiguration();
    }

    /// Before the first entry of a term is flushed, the term and the vote that led to it last.
    @Override public CompletableFuture<Void> flush(long logIndex) {
        forced.force();
        return CompletableFuture.completedFuture(null);
    }

    @Override public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
        if (!leader.equals(self.getPeerId())) {
            owner.onLeader(leader);
            return;
        }
        forced.force();
        owner.onElected();
    }

    /// Called while the configuration that opens the term is applied.
    @Override public void notifyLeaderReady() {
        owner.onReady(lastConfigurationTerm);
    }

    @Override public void notifyNotLeader(Collection<TransactionContext> pending) {
        owner.onDeposed();
    }

    @Override public void notifyExtendedNoLeader(RoleInfoProto role) {
        owner.onNoLeader();
    }

    @Override public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        var reason = "The log of the quorum cannot be written: " + FullDisk.root(cause);
        if (FullDisk.isCause(cause)) owner.onFull(reason);
        else
            owner.onFailed(reason);
    }

    @Override public void notifyServerShutdown(RoleInfoProto role, boolean allServers) {
        owner.onShutdown();
    }
}
