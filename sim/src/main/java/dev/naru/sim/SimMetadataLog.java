package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.Quorum;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node's view of the cluster's log, for one life of its host. What it is told, it is told in
/// order, on its loop; when, and what becomes of its proposals, is the [SimQuorum]'s business.
public final class SimMetadataLog implements MetadataLog {
    private static final int UNTOLD = Integer.MIN_VALUE;

    private final SimQuorum quorum;
    private final SimMember member;
    private final SimHost host;
    private final int life;
    private @Nullable SimLoop loop;
    private @Nullable Listener listener;
    private boolean isClosed;
    private boolean isFailed;
    // What it has been told so far, or will be when its turn comes.
    private int tellsLeader = UNTOLD;
    private int tellsTerm;
    // What it knows.
    private boolean isLeading;
    private int term;
    private int knownLeader = NO_LEADER;
    private int told;
    private int unanswered;

    SimMetadataLog(SimQuorum quorum, SimMember member, SimHost host) {
        this.quorum = quorum;
        this.member = member;
        this.host = host;
        this.life = host.life();
    }

    @Override public void start(Loop owner, Listener hears) {
        Invariant.check(listener == null, "metadata: a log is started once");
        loop = (SimLoop) owner;
        listener = hears;
        quorum.joins(this);
    }

    @Override public void propose(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome) {
        Invariant.check(loop().inLoop(), "metadata: proposals come on the log's loop");
        var bytes = new byte[batch.remaining()];
        batch.duplicate().get(bytes);
        var proposal = new SimProposal(this, term, bytes, outcome);
        unanswered++;
        var refusal = refusal(bytes.length, kind);
        if (refusal == null) {
            quorum.take(proposal);
        } else {
            answer(proposal, refusal);
        }
    }

    private Outcome.@Nullable Refused refusal(int sizeBytes, Kind kind) {
        if (isFailed) {
            return new Outcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "The log has failed.");
        }
        if (!isLeading) {
            return new Outcome.Refused(ErrorCode.NOT_CONTROLLER, "Another node leads.");
        }
        if (sizeBytes > Limits.METADATA_BATCH_BYTES_MAX) {
            return new Outcome.Refused(ErrorCode.POLICY_VIOLATION,
                "A change of " + sizeBytes + " bytes is too large.");
        }
        if (unanswered > Limits.METADATA_PROPOSALS_WAITING_MAX) {
            return new Outcome.Refused(ErrorCode.THROTTLING_QUOTA_EXCEEDED,
                "Too many changes wait.");
        }
        if (kind == Kind.ORDINARY && quorum.refuses()) {
            return new Outcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is full.");
        }
        return null;
    }

    @Override public Quorum quorum() {
        return quorum.seenBy(this);
    }

    @Override public void close() {
        isClosed = true;
    }

    SimMember member() {
        return member;
    }

    boolean isLive() {
        return !isClosed && listener != null && host.life() == life;
    }

    boolean isFailed() {
        return isFailed;
    }

    /// Whether it thinks that it leads, or will when its turn comes.
    boolean tellsLeading() {
        return tellsTerm != 0;
    }

    boolean hasBeenToldWhoLeads() {
        return tellsLeader != UNTOLD || tellsLeading();
    }

    /// How many batches it knows.
    int told() {
        return told;
    }

    int knownLeader() {
        return knownLeader;
    }

    int knownTerm() {
        return term;
    }

    void tellSnapshot(SimMember.Snapshot snapshot) {
        tell(hears -> {
            told = snapshot.batches();
            hears.onSnapshot(buffers(snapshot.blocks()));
        });
    }

    private static Iterator<ByteBuffer> buffers(List<byte[]> blocks) {
        return blocks.stream().map(block -> ByteBuffer.wrap(block).asReadOnlyBuffer()).iterator();
    }

    /// The batch that is number `position` of all, counted from 0.
    void tellCommitted(SimBatch batch, int position) {
        tell(hears -> {
            Invariant.check(told == position, "a log skips nothing", told, position);
            told = position + 1;
            hears.onCommitted(batch.index(), ByteBuffer.wrap(batch.bytes()).asReadOnlyBuffer());
            if (batch.proposal().by() == this && isLive()) {
                batch.proposal().committed(batch.index());
            }
        });
    }

    void tellLeading(int newTerm) {
        if (tellsTerm == newTerm) return;
        tellsTerm = newTerm;
        tellsLeader = member.nodeId();
        tell(hears -> {
            isLeading = true;
            term = newTerm;
            knownLeader = member.nodeId();
            hears.onLeading(newTerm);
        });
    }

    void tellFollowing(int leaderId) {
        if (!tellsLeading() && tellsLeader == leaderId) return;
        tellsTerm = 0;
        tellsLeader = leaderId;
        tell(hears -> {
            isLeading = false;
            knownLeader = leaderId;
            hears.onFollowing(leaderId);
        });
    }

    void tellFailed(String reason) {
        tell(hears -> {
            isFailed = true;
            isLeading = false;
            hears.onFailed(reason);
        });
    }

    /// Says how a proposal of this log ended, unless it was said before.
    void answer(SimProposal proposal, Outcome how) {
        if (proposal.isAnswered() || !isLive()) return;
        loop().inOrder(this, quorum.hopNs(), () -> {
            if (isLive()) proposal.answer(how);
        });
    }

    void answered() {
        unanswered--;
    }

    /// Asks for the state as it is; its blocks are read later, when more may have been told.
    void askSnapshot() {
        tell(hears -> {
            int batches = told;
            var blocks = hears.snapshot();
            quorum.later(() -> {
                if (isLive()) member.snapshot(new SimMember.Snapshot(batches, copies(blocks)));
            });
        });
    }

    private static List<byte[]> copies(Iterator<ByteBuffer> blocks) {
        var copies = new ArrayList<byte[]>();
        while (blocks.hasNext()) {
            var block = blocks.next();
            var copy = new byte[block.remaining()];
            block.duplicate().get(copy);
            copies.add(copy);
        }
        return copies;
    }

    private void tell(Consumer<Listener> what) {
        var hears = listener;
        if (hears == null || !isLive()) return;
        loop().inOrder(this, quorum.hopNs(), () -> {
            if (isLive() && !isFailed) what.accept(hears);
        });
    }

    private SimLoop loop() {
        if (loop == null)
            throw new Invariant.Broken("metadata: a log is started before it is used");
        return loop;
    }
}
