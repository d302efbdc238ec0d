package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.function.Consumer;

/// Where the cluster's facts are agreed on: one sequence of opaque batches, the same on every node.
/// Nodes see it through [Listener], whose methods are all called on the loop given to [#start], one
/// at a time. On one node it is [LocalMetadataLog]; a consensus library supplies it for several.
public interface MetadataLog {
    /// Stands for a leader that is not known.
    int NO_LEADER = -1;

    /// Loads what is there, in a later turn of `loop`: the newest snapshot, the batches after it,
    /// then [Listener#onLeading] or [Listener#onFollowing], or [Listener#onFailed]. Called once.
    void start(Loop loop, Listener listener);

    /// Asks that `batch` be the next one. On the loop only. `outcome` hears how that went, once,
    /// never inside this call; a commit is told first to [Listener#onCommitted] and then to
    /// `outcome`.
    void propose(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome);

    /// Who agrees on this log, as far as this node knows. From any thread.
    default Quorum quorum() {
        return Quorum.NONE;
    }

    /// Asks that the quorum have other members; of its leader, on the loop only. One change at a
    /// time: a second one is refused. A new voter has a vote when it has come as far as the leader,
    /// or never: that a change is refused may take some seconds. `outcome` hears how it ended, once.
    /// A log that cannot change its members refuses.
    default void change(QuorumChange change, Consumer<Outcome> outcome) {
        outcome.accept(new Outcome.Refused(ErrorCode.UNSUPPORTED_VERSION,
            "The members of this quorum do not change."));
    }

    /// Nobody answers any more at the door of a node that was there. If it leads, those who agree on
    /// this log need not wait for it as long as for a leader that is merely silent. On the loop only.
    default void gone(int nodeId) {}

    /// Stops. Nothing is called after it.
    void close();

    /// What a full disk makes of a proposal.
    enum Kind {
        /// It is refused.
        ORDINARY,
        /// It helps the disk (something goes) or the node needs it to start: room is kept back for
        /// it.
        URGENT
    }

    /// How a proposal ended.
    sealed interface Outcome {
        /// It is in the log for good, at `index`.
        record Committed(long index) implements Outcome {}

        /// It is not in the log and never will be.
        record Refused(ErrorCode why, String message) implements Outcome {}

        /// It may be in the log now or later, or not.
        record Unknown(String reason) implements Outcome {}
    }

    /// What the log tells its owner.
    interface Listener {
        /// Forget everything: this is the state up to here. The blocks are given in order and must
        /// be read within the call.
        void onSnapshot(Iterator<ByteBuffer> blocks);

        /// A batch that all agree on. Indexes grow; they start above 0.
        void onCommitted(long index, ByteBuffer batch);

        /// This node may propose; all that earlier leaders committed has been told.
        /// `controllerEpoch` is above every one used before.
        void onLeading(int controllerEpoch);

        /// Some other node may propose, or none; proposals of this one are refused. Called again
        /// whenever the leader is another one. `leaderId` is the leader's node id, [#NO_LEADER]
        /// while none is known.
        void onFollowing(int leaderId);

        /// The log is of no use any more; `reason` is for people. Nothing is called after it but
        /// outcomes.
        void onFailed(String reason);

        /// The state after all that has been told, in blocks that can be made while they are
        /// written. It is immutable: what is committed meanwhile does not change it.
        Iterator<ByteBuffer> snapshot();
    }
}
