package dev.naru.log;

import static java.util.Objects.requireNonNull;

import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.base.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a log consists of, for the classes that read and change it together. Owned by the partition's
/// loop. Epochs and producers are read from disk when somebody asks for them.
final class LogParts {
    final LogFiles files;
    final Clock clock;
    final Trace trace;
    final SegmentList segments = new SegmentList();
    final RecentBatches recent = new RecentBatches();
    final Durability durability;
    /// Segments that are no longer part of the log; their files go once what replaces them is durable.
    final List<Segment> doomed = new ArrayList<>(0);
    LogSettings settings;
    long logStartOffset;
    long logEndOffset;
    int lastEpoch = -1;
    boolean epochsChanged;
    private @Nullable EpochChain epochs;
    private @Nullable ProducerTable producers;
    private @Nullable ProducerSnapshots snapshots;

    LogParts(LogFiles files, Clock clock, Trace trace, LogSettings settings,
        Durability durability) {
        this.files = files;
        this.clock = clock;
        this.trace = trace;
        this.settings = settings;
        this.durability = durability;
    }

    int indexIntervalBytes() {
        return settings.indexIntervalBytes();
    }

    String directory() {
        return files.directory();
    }

    EpochChain epochs() throws DiskFault {
        var known = epochs;
        if (known == null) {
            known = segments.isEmpty() ? new EpochChain() : loadEpochs();
            epochs = known;
        }
        return known;
    }

    void epochs(EpochChain chain) {
        epochs = chain;
    }

    ProducerTable producers() throws DiskFault {
        var known = producers;
        if (known == null) {
            known = new ProducerTable();
            if (!segments.isEmpty()) loadProducers(known, logEndOffset, logEndOffset);
            producers = known;
        }
        return known;
    }

    void producers(ProducerTable table) {
        producers = table;
    }

    boolean hasLoadedProducers() {
        return producers != null;
    }

    ProducerSnapshots snapshots() throws DiskFault {
        var known = snapshots;
        if (known == null) {
            known = new ProducerSnapshots(files, trace);
            if (!segments.isEmpty()) known.list(files.disk().list(files.directory()));
            snapshots = known;
        }
        return known;
    }

    /// Fills `table` as of `offset`: a snapshot, then the log. Where there is no snapshot at all, nobody
    /// wrote with an id below `emptyBelow`.
    void loadProducers(ProducerTable table, long offset, long emptyBelow) throws DiskFault {
        long wallMs = clock.wallMs();
        long covered = snapshots().load(offset, table, wallMs);
        long from = covered < 0 ? emptyBelow : covered;
        for (int at = Math.max(0, segments.floor(from)); at < segments.size(); at++) {
            var scan = segments.get(at).find(from, indexIntervalBytes());
            if (!scan.isAtBatch()) continue;
            scan.stay();
            while (scan.next() && scan.view().baseOffset() < offset) {
                table.record(scan.view(), wallMs);
            }
        }
    }

    /// The epochs of all batches in the log, read from their headers.
    EpochChain readEpochs(long endOffset) throws DiskFault {
        var chain = new EpochChain();
        for (int at = 0; at < segments.size(); at++) {
            var segment = segments.get(at);
            var scan = BatchScan.headers(segment.log(), 0, segment.sizeBytes());
            while (scan.next() && scan.view().baseOffset() < endOffset) {
                assign(chain, scan.view().leaderEpoch(), scan.view().baseOffset());
            }
        }
        chain.cutStart(logStartOffset);
        return chain;
    }

    /// The chain as the file has it, or null when it cannot be used.
    @Nullable EpochChain storedEpochs() throws DiskFault {
        var file = files.disk().file(files.path(LogFiles.EPOCHS));
        return EpochChain.decode(files.readAll(file)).orElse(null);
    }

    /// Notes an epoch found in the log; one that falls (which Naru never writes) is passed over.
    static void assign(EpochChain chain, int epoch, long offset) {
        if (epoch >= chain.last().orElse(-1)) chain.assign(epoch, offset);
    }

    /// Deletes the files of doomed segments, if what replaces them survives a power cut.
    void deleteDoomedIfSafe() throws DiskFault {
        if (durability.areNamesDurable()) deleteDoomed();
    }

    void deleteDoomed() throws DiskFault {
        while (!doomed.isEmpty()) {
            var segment = doomed.getFirst();
            segment.relax();
            files.deleteSegment(segment.baseOffset());
            doomed.removeFirst();
            durability.changedDirectory();
        }
    }

    /// Takes a segment out of the log; its files go later.
    void doom(int at) {
        var segment = requireNonNull(segments.remove(at));
        durability.forget(segment.log());
        durability.forget(segment.offsetsFile());
        durability.forget(segment.timesFile());
        doomed.add(segment);
    }

    private EpochChain loadEpochs() throws DiskFault {
        var chain = storedEpochs();
        if (chain != null) {
            chain.cutEnd(logEndOffset);
            if (chain.last().orElse(-1) == lastEpoch) return chain;
        }
        if (lastEpoch < 0) return new EpochChain();
        trace.emit(new LogEvent.EpochsUnusable(files.path(LogFiles.EPOCHS)));
        epochsChanged = true;
        return readEpochs(logEndOffset);
    }
}
