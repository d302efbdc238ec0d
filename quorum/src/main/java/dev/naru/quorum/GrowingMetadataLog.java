package dev.naru.quorum;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Loop;
import dev.naru.metadata.LocalMetadataLog;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.MetadataLogs;
import dev.naru.metadata.NodeIdentity;
import dev.naru.metadata.Quorum;
import dev.naru.metadata.QuorumChange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The log of a node that is a cluster of its own, and of a quorum when the first other node joins: the
/// node's log ends, its files become those of a quorum of one, and Ratis goes on with them. Its owner
/// sees a leader go and come again. If the files cannot be made the node's own log goes on. Owned by
/// the loop.
final class GrowingMetadataLog implements MetadataLog {
    private final MetadataLogs single;
    private final MetadataLogs several;
    private final QuorumGrowth growth;
    private final NodeIdentity identity;
    private @Nullable Loop loop;
    private @Nullable Listener listener;
    private volatile MetadataLog now;
    private boolean isGrowing;
    private boolean isClosed;

    GrowingMetadataLog(MetadataLogs single, MetadataLogs several, QuorumGrowth growth,
        NodeIdentity identity) {
        this.single = single;
        this.several = several;
        this.growth = growth;
        this.identity = identity;
        this.now = single.open(identity);
    }

    @Override public void start(Loop owner, Listener hears) {
        loop = owner;
        listener = hears;
        now.start(owner, hears);
    }

    @Override public void propose(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome) {
        now.propose(batch, kind, outcome);
    }

    @Override public Quorum quorum() {
        return now.quorum();
    }

    @Override public void change(QuorumChange change, Consumer<Outcome> outcome) {
        if (!(now instanceof LocalMetadataLog log)) {
            now.change(change, outcome);
            return;
        }
        boolean grows = change instanceof QuorumChange.AddVoter
            || change instanceof QuorumChange.AddObserver;
        loop().execute(() -> outcome.accept(grows
            ? new Outcome.Refused(ErrorCode.NOT_CONTROLLER, "The node becomes a quorum of one.")
            : new Outcome.Refused(ErrorCode.INVALID_REQUEST, "The node is a cluster of its own.")));
        if (grows && !isGrowing) grow(log);
    }

    private void grow(LocalMetadataLog log) {
        isGrowing = true;
        log.retire(ended -> {
            if (isClosed) return;
            listener().onFollowing(NO_LEADER);
            var state = listener().snapshot();
            var grower = new Thread(() -> write(ended, state), "naru-quorum-growth");
            grower.setDaemon(true);
            grower.start();
        });
    }

    private void write(LocalMetadataLog.Retired ended, Iterator<ByteBuffer> state) {
        try {
            growth.grow(new QuorumGrowth.LastUsed(ended.lastIndex(), ended.lastTerm()), state);
            loop().execute(() -> goOnWith(several.open(identity), listener()));
        } catch (IOException | RuntimeException failed) {
            loop().execute(() -> goOnWith(single.open(identity), new Knowing(listener())));
        }
    }

    private void goOnWith(MetadataLog next, Listener hears) {
        isGrowing = false;
        if (isClosed) {
            next.close();
            return;
        }
        now = next;
        next.start(loop(), hears);
    }

    @Override public void close() {
        isClosed = true;
        now.close();
    }

    private Loop loop() {
        return Invariant.present(loop, "metadata: a log is started before it is used");
    }

    private Listener listener() {
        return Invariant.present(listener, "metadata: a log is started before it is used");
    }

    /// One that knows all that is in the node's log, and is not told again.
    private static final class Knowing implements Listener {
        private final Listener inner;
        private boolean hasCaughtUp;

        private Knowing(Listener inner) {
            this.inner = inner;
        }

        @Override public void onSnapshot(Iterator<ByteBuffer> blocks) {
            if (hasCaughtUp) inner.onSnapshot(blocks);
        }

        @Override public void onCommitted(long index, ByteBuffer batch) {
            if (hasCaughtUp) inner.onCommitted(index, batch);
        }

        @Override public void onLeading(int controllerEpoch) {
            hasCaughtUp = true;
            inner.onLeading(controllerEpoch);
        }

        @Override public void onFollowing(int leaderId) {
            inner.onFollowing(leaderId);
        }

        @Override public void onFailed(String reason) {
            inner.onFailed(reason);
        }

        @Override public Iterator<ByteBuffer> snapshot() {
            return inner.snapshot();
        }
    }
}
