package dev.naru.metadata;

import dev.naru.base.Disk;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Trace;
import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The metadata log of a cluster of one node: files in a directory of the [Disk]. A batch is
/// committed when it is flushed; proposals that come during a flush are written together and share
/// the next one. Owned by the loop it was started on. A full disk refuses and goes on; a failed
/// write or flush fences the log.
public final class LocalMetadataLog implements MetadataLog {
    private static final String DIRECTORY = "metadata";
    private static final NodeIdentity NOBODY = new NodeIdentity("", 0, Uuid.ZERO);

    private final Disk disk;
    private final String directory;
    private final MetadataFiles files;
    private final Reserve reserve;
    private final Trace trace;
    private final long snapshotAfterBytes;
    private final NodeIdentity identity;

    private final List<Proposal> waiting = new ArrayList<>();
    private @Nullable Loop loop;
    private @Nullable Listener listener;
    private State state = State.LOADING;
    private @Nullable DiskFile active;
    private boolean isNewFile;
    private boolean isFlushing;
    private boolean isSnapshotting;
    private boolean startsNewFile;
    private int term;
    private long lastIndex;
    private long flushedIndex;
    private long endPosition;
    private long bytesSinceSnapshot;
    private long bytesBeforeSnapshot;
    private volatile Quorum quorum = Quorum.NONE;
    private @Nullable Consumer<Retired> onRetired;

    /// Where a node that is a cluster of its own gets its log: the directory `metadata` of its disk.
    public static MetadataLogs in(Disk disk, Trace trace) {
        return identity -> new LocalMetadataLog(disk, DIRECTORY, trace,
            Limits.METADATA_BYTES_BEFORE_SNAPSHOT, identity);
    }

    /// `directory` is the log's own, without '/' at its end.
    public LocalMetadataLog(Disk disk, String directory, Trace trace) {
        this(disk, directory, trace, Limits.METADATA_BYTES_BEFORE_SNAPSHOT);
    }

    /// As above, with a snapshot each time the log has grown by `snapshotAfterBytes` (or the size
    /// of the last snapshot, if that is more).
    public LocalMetadataLog(Disk disk, String directory, Trace trace, long snapshotAfterBytes) {
        this(disk, directory, trace, snapshotAfterBytes, NOBODY);
    }

    private LocalMetadataLog(Disk disk, String directory, Trace trace, long snapshotAfterBytes,
        NodeIdentity identity) {
        this.disk = disk;
        this.directory = directory;
        this.files = new MetadataFiles(disk, directory);
        this.reserve = new Reserve(disk, directory);
        this.trace = trace;
        this.snapshotAfterBytes = snapshotAfterBytes;
        this.identity = identity;
    }

    @Override public void start(Loop loop, Listener listener) {
        Invariant.check(this.listener == null, "metadata: a log is started once");
        this.loop = loop;
        this.listener = listener;
        loop.execute(() -> load(listener));
    }

    @Override public void propose(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome) {
        Invariant.check(loop().inLoop(), "metadata: proposals come on the log's loop");
        var refusal = refusal(batch);
        if (refusal.isPresent()) {
            answer(outcome, refusal.get());
            return;
        }
        waiting.add(new Proposal(batch, kind, outcome));
        if (!isFlushing) writeWaiting();
    }

    /// A quorum of one, which has what it has committed.
    @Override public Quorum quorum() {
        return quorum;
    }

    private void publishQuorum() {
        var self = new Quorum.Member(identity.nodeId(), identity.directoryId(), flushedIndex, 0, 0);
        quorum = new Quorum(identity.nodeId(), term, flushedIndex, List.of(self), List.of());
    }

    @Override public void close() {
        state = State.CLOSED;
        if (active != null) active.close();
    }

    private void load(Listener listener) {
        if (state != State.LOADING) return;
        try {
            if (disk.exists(MetadataLogs.QUORUM_MARKER)) {
                fence("The metadata of this directory is kept by a quorum of nodes, and the"
                    + " settings do not say where this one listens for it"
                    + " (controller.listener.names).");
                return;
            }
            var loaded = new LogLoad(files, listener, trace).load();
            lastIndex = loaded.lastIndex();
            flushedIndex = lastIndex;
            term = loaded.lastTerm() + 1;
            var file = files.log(loaded.activeFirstIndex());
            active = file;
            isNewFile = loaded.activeEnd() == 0;
            endPosition = loaded.activeEnd();
            bytesSinceSnapshot = loaded.logBytes();
            bytesBeforeSnapshot = Math.max(snapshotAfterBytes, loaded.snapshotBytes());
            // What a killed process had written and not flushed counts from here on.
            if (disk.exists(file.path())) disk.flushNow(List.of(file), List.of(directory));
            if (reserve.make()) disk.flushNow(List.of(reserve.file()), List.of(directory));
            state = State.LEADING;
            publishQuorum();
            snapshotIfDue();
            listener.onLeading(term);
        } catch (DiskFault fault) {
            fence(fault.getMessage() == null ? "the disk failed" : fault.getMessage());
        } catch (LogLoad.Unusable unusable) {
            fence(String.valueOf(unusable.getMessage()));
        }
    }

    /// Where a log ended that another one takes over from: the last index in it, and its term.
    public record Retired(long lastIndex, int lastTerm) {}

    /// Ends this log in favour of another one: what it has taken is finished, nothing new is, then it
    /// is closed and `done` is told. On the loop only, of a log that leads. One that fails meanwhile
    /// tells its listener instead.
    public void retire(Consumer<Retired> done) {
        Invariant.check(loop().inLoop(), "metadata: a log retires on its loop");
        onRetired = done;
        loop().execute(this::retireIfIdle);
    }

    private void retireIfIdle() {
        var done = onRetired;
        if (done == null || state != State.LEADING || isFlushing || !waiting.isEmpty()) return;
        close();
        done.accept(new Retired(lastIndex, term));
    }

    private Optional<Outcome> refusal(ByteBuffer batch) {
        if (onRetired != null) {
            return refused(ErrorCode.NOT_CONTROLLER, "The log is taken over by a quorum.");
        }
        if (state != State.LEADING) {
            return refused(ErrorCode.KAFKA_STORAGE_ERROR, "The metadata log is " + state + ".");
        }
        if (batch.remaining() > Limits.METADATA_BATCH_BYTES_MAX) {
            return refused(ErrorCode.POLICY_VIOLATION,
                "A change of " + batch.remaining() + " bytes is too large.");
        }
        if (waiting.size() >= Limits.METADATA_PROPOSALS_WAITING_MAX) {
            return refused(ErrorCode.THROTTLING_QUOTA_EXCEEDED,
                "Too many changes wait for the disk.");
        }
        return Optional.empty();
    }

    private static Optional<Outcome> refused(ErrorCode why, String message) {
        return Optional.of(new Outcome.Refused(why, message));
    }

    private void answer(Consumer<Outcome> outcome, Outcome how) {
        loop().execute(() -> {
            if (state != State.CLOSED) outcome.accept(how);
        });
    }

    /// One write and one flush for all that wait.
    private void writeWaiting() {
        var group = List.copyOf(waiting);
        waiting.clear();
        if (startsNewFile) startNewFile();
        var file = active();
        try {
            write(file, group);
        } catch (DiskFault fault) {
            writeFailed(file, group, fault);
            return;
        }
        isFlushing = true;
        var directories = isNewFile ? List.of(directory) : List.<String>of();
        disk.flush(List.of(file), directories, loop(), fault -> flushed(group, fault));
    }

    private void startNewFile() {
        active().close();
        active = files.log(lastIndex + 1);
        isNewFile = true;
        startsNewFile = false;
        endPosition = 0;
    }

    private void write(DiskFile file, List<Proposal> group) throws DiskFault {
        var buffers = new ByteBuffer[group.size() * 2];
        long sizeBytes = 0;
        for (int i = 0; i < group.size(); i++) {
            var payload = group.get(i).batch();
            var frame = new MetadataFrame(MetadataFrame.BATCH, term, lastIndex + 1 + i,
                flushedIndex,
                payload);
            buffers[2 * i] = frame.header();
            buffers[2 * i + 1] = payload.duplicate();
            sizeBytes += frame.sizeBytes();
        }
        file.write(endPosition, buffers);
        lastIndex += group.size();
        endPosition += sizeBytes;
        bytesSinceSnapshot += sizeBytes;
    }

    private void writeFailed(DiskFile file, List<Proposal> group, DiskFault fault) {
        String reason = String.valueOf(fault.getMessage());
        if (fault.kind() != DiskFault.Kind.FULL || !cutBack(file)) {
            fenceWith(group, reason);
            return;
        }
        // The cut is flushed before anybody hears of it: no start may find what was refused.
        isFlushing = true;
        disk.flush(List.of(file), List.of(), loop(), stuck -> refused(group, reason, stuck));
    }

    private boolean cutBack(DiskFile file) {
        try {
            file.truncate(endPosition);
            return true;
        } catch (DiskFault stuck) {
            return false;
        }
    }

    private void refused(List<Proposal> group, String reason, Optional<DiskFault> stuck) {
        if (state != State.LEADING) return;
        if (stuck.isPresent()) {
            fenceWith(group, reason);
            return;
        }
        boolean hasRoom = reserve.giveUp();
        var again = new ArrayList<Proposal>();
        for (var proposal : group) {
            if (hasRoom && proposal.kind() == Kind.URGENT) {
                again.add(proposal);
            } else {
                proposal.outcome().accept(new Outcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR,
                    "The disk is full."));
            }
        }
        waiting.addAll(0, again);
        isFlushing = false;
        if (!waiting.isEmpty()) writeWaiting();
        else
            retireIfIdle();
    }

    private void flushed(List<Proposal> group, Optional<DiskFault> fault) {
        if (state != State.LEADING) return;
        if (fault.isPresent()) {
            fenceWith(group, String.valueOf(fault.get().getMessage()));
            return;
        }
        isNewFile = false;
        flushedIndex = lastIndex;
        publishQuorum();
        long index = lastIndex - group.size();
        for (var proposal : group) {
            index++;
            listener().onCommitted(index, proposal.batch().duplicate());
            proposal.outcome().accept(new Outcome.Committed(index));
            if (state != State.LEADING) return;
        }
        isFlushing = false;
        restoreReserve();
        if (state != State.LEADING) return;
        if (onRetired == null) snapshotIfDue();
        if (!waiting.isEmpty()) writeWaiting();
        else
            retireIfIdle();
    }

    private void restoreReserve() {
        try {
            if (!reserve.make()) return;
        } catch (DiskFault fault) {
            fence(String.valueOf(fault.getMessage()));
            return;
        }
        disk.flush(List.of(reserve.file()), List.of(directory), loop(),
            fault -> fault.ifPresent(f -> fence(String.valueOf(f.getMessage()))));
    }

    private void fenceWith(List<Proposal> group, String reason) {
        for (var proposal : group) {
            answer(proposal.outcome(), new Outcome.Unknown(reason));
        }
        fence(reason);
    }

    private void fence(String reason) {
        if (state == State.FENCED || state == State.CLOSED) return;
        state = State.FENCED;
        for (var proposal : waiting) {
            answer(proposal.outcome(), new Outcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, reason));
        }
        waiting.clear();
        trace.emit(new MetadataEvent.Failed(reason));
        listener().onFailed(reason);
    }

    private void snapshotIfDue() {
        if (isSnapshotting || bytesSinceSnapshot < bytesBeforeSnapshot) return;
        isSnapshotting = true;
        startsNewFile = true;
        bytesSinceSnapshot = 0;
        var coverage = new SnapshotWrite.Coverage(flushedIndex, term);
        new SnapshotWrite(disk, directory, files, coverage, listener().snapshot())
            .start(loop(), this::snapshotEnded);
    }

    private void snapshotEnded(SnapshotWrite.End end) {
        isSnapshotting = false;
        if (state != State.LEADING) return;
        switch (end) {
            case SnapshotWrite.End.Written(var index, var sizeBytes) -> {
                bytesBeforeSnapshot = Math.max(snapshotAfterBytes, sizeBytes);
                trace.emit(new MetadataEvent.SnapshotWritten(index, sizeBytes));
            }
            case SnapshotWrite.End.Full(var reason) -> trace
                .emit(new MetadataEvent.SnapshotPutOff(reason));
            case SnapshotWrite.End.Failed(var reason) -> fence(reason);
        }
    }

    private Loop loop() {
        return Invariant.present(loop, "metadata: a log is started before it is used");
    }

    private Listener listener() {
        return Invariant.present(listener, "metadata: a log is started before it is used");
    }

    private DiskFile active() {
        return Invariant.present(active, "metadata: a log is loaded before it is written");
    }

    private record Proposal(ByteBuffer batch, Kind kind, Consumer<Outcome> outcome) {}

    private enum State {
        LOADING, LEADING, FENCED, CLOSED
    }
}
