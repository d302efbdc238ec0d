package dev.naru.quorum;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;

/// What becomes of the log and of who leads it, as Ratis tells it; from any thread.
interface LogEvents {
    /// All before `at` is replaced by this state.
    void onSnapshot(List<ByteBuffer> blocks, TermIndex at, LogStateMachine machine);

    /// `taken` is completed when the batch has been told.
    void onBatch(byte[] batch, TermIndex at, CompletableFuture<Message> taken,
        LogStateMachine machine);

    /// An entry of Ratis' own.
    void onPassed(TermIndex at, LogStateMachine machine);

    /// This node is the leader of a term, and may not yet know all that was committed before.
    void onElected();

    /// It knows.
    void onReady(long term);

    void onDeposed();

    void onLeader(RaftPeerId leader);

    void onNoLeader();

    /// The disk is full: the member is at its end, and nothing is lost that was promised.
    void onFull(String reason);

    void onFailed(String reason);
}
