package dev.naru.log;

import dev.naru.base.DiskFile;
import dev.naru.base.Invariant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What of a log is certain to survive a power cut, and what has yet to be flushed for more of it
/// to be. Owned by its log. Laws: a recovery point becomes known only after the producers and
/// epochs up to it are durable (DESIGN 3, restart); it is lowered before the log is cut (I16);
/// names are forced with their files (P11).
final class Durability {
    private static final long NONE = -1;

    private final String directory;
    private final String parent;
    private long flushedEnd;
    private long recoveryPoint;
    private long recordedPoint;
    /// The file holds no more than this: after a clean stop nobody has read it, and it may hold as much as
    /// the manifest said.
    private long recordedAtMost;
    private long recordedStart;
    private int cutNumber;
    private long takenNumber;
    private long doneNumber;
    private List<Unflushed> inFlight = List.of();
    private List<Unflushed> doneEarly = List.of();
    private @Nullable DiskFile written;
    private List<DiskFile> alsoWritten = List.of();
    private boolean directoryChanged;
    private boolean parentChanged;
    private boolean namesUncertain;
    private List<DiskFile> uncertainFiles = List.of();
    private long nameChanges;
    private long nameChangesFlushed;
    private long checkpointOffset = NONE;
    private boolean epochsWaiting;
    private long renamedForOffset = NONE;
    private boolean renamedInFlight;
    /// What has to be flushed for the latest restart to be durable.
    private long restartTicket;

    Durability(String directory, String parent, OpenHow how) {
        this.directory = directory;
        this.parent = parent;
        this.recoveryPoint = how.isNew() ? 0 : how.recoveryPoint();
        this.recordedAtMost = how.recoveryPoint();
        this.recordedPoint = how.isRecorded() ? how.recoveryPoint() : 0;
        this.recordedStart = how.isRecorded() ? how.logStartOffset() : 0;
        this.flushedEnd = recoveryPoint;
    }

    long flushedEnd() {
        return flushedEnd;
    }

    long recoveryPoint() {
        return recoveryPoint;
    }

    /// The recovery point that the directory's checkpoint file holds for certain.
    long recordedPoint() {
        return recordedPoint;
    }

    /// The recovery point that the directory's checkpoint file holds is not above this.
    long recordedAtMost() {
        return recordedAtMost;
    }

    /// The log start that the directory's checkpoint file holds for certain.
    long recordedStart() {
        return recordedStart;
    }

    void recordedStart(long logStartOffset) {
        recordedStart = logStartOffset;
    }

    /// It may be above the recovery point when that was lowered meanwhile: nothing is cut then
    /// before it is recorded again.
    void recorded(long offset) {
        recordedPoint = offset;
        recordedAtMost = offset;
    }

    void wrote(DiskFile file) {
        var first = written;
        if (first == null) {
            written = file;
            return;
        }
        if (first.path().equals(file.path())) return;
        if (alsoWritten.isEmpty()) alsoWritten = new ArrayList<>(2);
        for (var known : alsoWritten) {
            if (known.path().equals(file.path())) return;
        }
        alsoWritten.add(file);
    }

    void changedDirectory() {
        directoryChanged = true;
        nameChanges++;
    }

    void changedParent() {
        parentChanged = true;
    }

    /// After a crash nobody knows whether names that are there were forced: the next flush of
    /// anything forces them.
    void namesUncertain() {
        namesUncertain = true;
        nameChanges++;
    }

    /// The same for a file, which may have been cut just before the crash.
    void uncertain(DiskFile file) {
        if (uncertainFiles.isEmpty()) uncertainFiles = new ArrayList<>(1);
        uncertainFiles.add(file);
    }

    /// There is no record between the flushed end and `offset`, so nothing there to flush.
    void nothingBelow(long offset) {
        flushedEnd = Math.max(flushedEnd, offset);
    }

    /// Names went whose loss does not matter: the next flush may take the directory along.
    void changedDirectoryUnimportantly() {
        directoryChanged = true;
    }

    /// Whether every name in the directory would survive a power cut.
    boolean areNamesDurable() {
        return nameChangesFlushed == nameChanges;
    }

    /// A deleted file is not flushed any more.
    void forget(DiskFile file) {
        var path = file.path();
        if (!alsoWritten.isEmpty()) alsoWritten.removeIf(other -> other.path().equals(path));
        var first = written;
        if (first == null || !first.path().equals(path)) return;
        written = alsoWritten.isEmpty() ? null : alsoWritten.removeFirst();
    }

    /// The snapshot, the indexes and perhaps the new epoch file for `offset` are written.
    void checkpointWritten(long offset, boolean newEpochs) {
        checkpointOffset = offset;
        epochsWaiting |= newEpochs;
    }

    /// Where the latest checkpoint was written or is known to be.
    long checkpointed() {
        long latest = Math.max(recoveryPoint, checkpointOffset);
        return Math.max(latest, renamedForOffset);
    }

    /// Whether a flush would move the recovery point on.
    boolean isWaiting() {
        return checkpointOffset != NONE || renamedForOffset != NONE;
    }

    /// Whether a new epoch file is on its way into place; until it is there, no checkpoint can
    /// begin.
    boolean isSavingEpochs() {
        return epochsWaiting || renamedForOffset != NONE;
    }

    Unflushed take(long logEndOffset) {
        if (directoryChanged || written != null) becomeCertain();
        var files = takeFiles();
        var directories = takeDirectories();
        long offset = epochsWaiting ? NONE : checkpointOffset;
        if (epochsWaiting) {
            renamedForOffset = checkpointOffset;
        } else if (renamedInFlight) {
            offset = Math.max(offset, renamedForOffset);
            renamedForOffset = NONE;
            renamedInFlight = false;
        }
        var taken = new Unflushed(files, directories, logEndOffset, offset, epochsWaiting,
            namesUncertain ? 0 : nameChanges, cutNumber, takenNumber + 1);
        checkpointOffset = NONE;
        epochsWaiting = false;
        if (taken.isEmpty()) return taken;
        takenNumber++;
        if (inFlight.isEmpty()) inFlight = new ArrayList<>(1);
        inFlight.add(taken);
        return taken;
    }

    /// A flush succeeded. One that ends before an earlier one waits for it. True when the new epoch
    /// file may be renamed into place now.
    boolean flushed(Unflushed taken) {
        if (taken.isEmpty() || taken.number() <= doneNumber) return false;
        if (taken.number() != doneNumber + 1) {
            if (doneEarly.isEmpty()) doneEarly = new ArrayList<>(1);
            doneEarly.add(taken);
            return false;
        }
        boolean renames = settle(taken);
        for (int at = 0; at < doneEarly.size(); at++) {
            if (doneEarly.get(at).number() != doneNumber + 1) continue;
            renames |= settle(doneEarly.remove(at));
            at = -1;
        }
        return renames;
    }

    /// What was taken and is not known to be durable yet.
    List<Unflushed> inFlight() {
        return inFlight;
    }

    /// Nothing waits for a flush, nor is one under way.
    boolean isIdle() {
        return written == null && !directoryChanged && inFlight.isEmpty();
    }

    /// Stands for everything written so far, until it [#isDone].
    long ticket() {
        return takenNumber + 1;
    }

    boolean isDone(long ticket) {
        return doneNumber >= ticket;
    }

    int cutNumber() {
        return cutNumber;
    }

    private boolean settle(Unflushed taken) {
        doneNumber = taken.number();
        inFlight.remove(taken);
        nameChangesFlushed = Math.max(nameChangesFlushed, taken.nameChanges());
        if (taken.cutNumber() != cutNumber) return false;
        flushedEnd = Math.max(flushedEnd, taken.endOffset());
        recoveryPoint = Math.max(recoveryPoint, taken.checkpointOffset());
        return taken.epochsWaiting();
    }

    /// The new epoch file has its name; the name is forced with the next flush.
    void renamedEpochs() {
        changedDirectory();
        renamedInFlight = true;
    }

    /// Bytes from `offset` on may change soon. Flushes under way do not count any more.
    void lower(long offset) {
        cutNumber++;
        recoveryPoint = Math.min(recoveryPoint, offset);
        checkpointOffset = NONE;
        epochsWaiting = false;
        renamedForOffset = NONE;
        renamedInFlight = false;
    }

    /// The log is being cut at `offset`.
    void cut(long offset) {
        Invariant.check(recordedAtMost <= offset, "I16: the recovery point is lowered first",
            recordedAtMost, offset);
        lower(offset);
        flushedEnd = Math.min(flushedEnd, offset);
    }

    /// The log was emptied and begins again at `offset`.
    void restart(long offset) {
        cut(offset);
        flushedEnd = offset;
        restartTicket = ticket();
    }

    boolean isRestartUnflushed() {
        return !isDone(restartTicket);
    }

    /// What a crash left in doubt is flushed along with whatever is.
    private void becomeCertain() {
        directoryChanged |= namesUncertain;
        parentChanged |= namesUncertain;
        namesUncertain = false;
        for (var file : uncertainFiles)
            wrote(file);
        uncertainFiles = List.of();
    }

    private List<DiskFile> takeFiles() {
        var first = written;
        if (first == null) return List.of();
        List<DiskFile> files;
        if (alsoWritten.isEmpty()) {
            files = List.of(first);
        } else {
            files = alsoWritten;
            files.add(first);
            alsoWritten = List.of();
        }
        written = null;
        return files;
    }

    private List<String> takeDirectories() {
        if (!directoryChanged) return List.of();
        var directories = parentChanged ? List.of(directory, parent) : List.of(directory);
        directoryChanged = false;
        parentChanged = false;
        return directories;
    }
}
