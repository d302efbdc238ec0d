package dev.naru.quorum;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;

/// One life of a member, from the start of Ratis to its end: what an earlier life still says is not
/// heard any more. It sees when the member is no longer what it was started as. From any thread.
final class RatisLife implements LogStateMachine.Owner {
    private final Owner owner;
    private @Nullable RatisMember member;
    private RatisMember.Seat seat = RatisMember.Seat.NONE;
    private boolean isOver;

    /// Hears it, but for what only a life needs to know.
    interface Owner extends LogEvents {
        /// This life is over: the member has to be started again, with another part to play.
        void onSeatLost();
    }

    RatisLife(Owner owner) {
        this.owner = owner;
    }

    /// Ratis runs; as what, its files said.
    void begins(RatisMember running) throws IOException {
        synchronized (this) {
            member = running;
            seat = running.seat();
        }
    }

    private synchronized boolean isOver() {
        return isOver;
    }

    /// A voter that is one no longer would ask for votes and be ended for it. A new observer has to
    /// be started as one. Configurations of long ago are told anew after a start: the newest that is
    /// in the log counts.
    @Override public void onConfiguration() {
        try {
            synchronized (this) {
                if (isOver || member == null || member.isChanging()) return;
                var now = member.seat();
                boolean isLost = now != seat && (now == RatisMember.Seat.OBSERVER
                    || seat == RatisMember.Seat.VOTER);
                seat = now;
                if (!isLost) return;
                isOver = true;
            }
            owner.onSeatLost();
        } catch (IOException ended) {
            // nothing is to be done for a member that is gone
        }
    }

    /// Ratis ends a voter that finds itself in no configuration when it asks for votes.
    @Override public void onShutdown() {
        synchronized (this) {
            if (isOver) return;
            isOver = true;
        }
        owner.onSeatLost();
    }

    @Override public void onSnapshot(List<ByteBuffer> blocks, TermIndex at,
        LogStateMachine machine) {
        if (!isOver()) owner.onSnapshot(blocks, at, machine);
    }

    @Override public void onBatch(byte[] batch, TermIndex at, CompletableFuture<Message> taken,
        LogStateMachine machine) {
        if (isOver()) {
            taken.complete(Message.EMPTY);
        } else {
            owner.onBatch(batch, at, taken, machine);
        }
    }

    @Override public void onPassed(TermIndex at, LogStateMachine machine) {
        if (!isOver()) owner.onPassed(at, machine);
    }

    @Override public void onElected() {
        if (!isOver()) owner.onElected();
    }

    @Override public void onReady(long term) {
        if (!isOver()) owner.onReady(term);
    }

    @Override public void onDeposed() {
        if (!isOver()) owner.onDeposed();
    }

    @Override public void onLeader(RaftPeerId leader) {
        if (!isOver()) owner.onLeader(leader);
    }

    @Override public void onNoLeader() {
        if (!isOver()) owner.onNoLeader();
    }

    @Override public void onFull(String reason) {
        synchronized (this) {
            if (isOver) return;
            isOver = true;
        }
        owner.onFull(reason);
    }

    @Override public void onFailed(String reason) {
        if (!isOver()) owner.onFailed(reason);
    }
}
