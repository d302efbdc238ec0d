package dev.naru.log;

import dev.naru.base.Clock;
import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Trace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The files in which a log's producers survive: each is named after the offset that it covers the log up
/// to. Owned by its log.
///
/// ```
/// version 1 (2) | crc-32c of all that follows (4) | count (4) | entries
/// entry: producer id (8) | epoch (2) | last sequence (4) | last offset (8) | offset delta (4)
///        | timestamp (8) | coordinator epoch (4) | first offset of the open transaction, or -1 (8)
/// ```
/// A producer has one entry for each batch that is remembered, oldest first. Readers that keep one batch
/// per producer take the last entry, which is the newest batch.
final class ProducerSnapshots {
    private static final short VERSION = 1;
    private static final int CRC_AT = 2;
    private static final int COUNT_AT = 6;
    private static final int HEADER_BYTES = 10;
    private static final int ENTRY_BYTES = 46;

    private final LogFiles files;
    private final Clock clock;
    private final Trace trace;
    private final List<Long> offsets = new ArrayList<>();

    ProducerSnapshots(LogFiles files, Clock clock, Trace trace) {
        this.files = files;
        this.clock = clock;
        this.trace = trace;
    }

    /// Learns which snapshots there are.
    void list(List<String> names) {
        offsets.clear();
        for (var name : names) {
            long offset = LogFiles.offsetOf(name, LogFiles.SNAPSHOT);
            if (offset >= 0) offsets.add(offset);
        }
    }

    boolean isEmpty() {
        return offsets.isEmpty();
    }

    boolean has(long offset) {
        return offsets.contains(offset);
    }

    /// Fills `table` from the newest good snapshot between the first offset on disk and `offset` (of an
    /// older one the log cannot tell what followed) and returns the offset it covers. Where there is none,
    /// nobody wrote with an id below `emptyBelow`; where all are spoilt, all of the log has to be read.
    long load(long firstOffset, long offset, ProducerTable table, long emptyBelow)
        throws DiskFault {
        if (newest(firstOffset, offset) < 0) return emptyBelow;
        for (int at = offsets.size() - 1; at >= 0; at--) {
            long covered = offsets.get(at);
            if (covered > offset || covered < firstOffset) continue;
            var file = files.file(covered, LogFiles.SNAPSHOT);
            var problem = decode(files.readAll(file), table, clock.wallMs());
            if (problem.isEmpty()) return covered;
            trace.emit(new LogEvent.SnapshotUnusable(file.path(), problem.get()));
        }
        return firstOffset;
    }

    /// The newest one between the two offsets, -1 when there is none.
    long newest(long firstOffset, long offset) {
        for (int at = offsets.size() - 1; at >= 0; at--) {
            if (offsets.get(at) > offset) continue;
            return offsets.get(at) < firstOffset ? -1 : offsets.get(at);
        }
        return -1;
    }

    /// Writes what `table` holds at `offset`.
    DiskFile write(long offset, ProducerTable table) throws DiskFault {
        var file = files.file(offset, LogFiles.SNAPSHOT);
        try {
            files.replaceAll(file, encode(table));
        } catch (DiskFault fault) {
            if (fault.kind() == DiskFault.Kind.FULL) files.disk().delete(file.path());
            throw fault;
        }
        if (!has(offset)) offsets.add(offset);
        return file;
    }

    /// Deletes those above `offset`: the log does not reach there any more. True when there were any.
    boolean deleteAbove(long offset) throws DiskFault {
        boolean any = false;
        while (!offsets.isEmpty() && offsets.getLast() > offset) {
            files.disk().delete(files.path(offsets.removeLast(), LogFiles.SNAPSHOT));
            any = true;
        }
        return any;
    }

    /// Deletes all but the one at `offset`.
    void deleteAllBut(long offset) throws DiskFault {
        for (int at = offsets.size() - 1; at >= 0; at--) {
            if (offsets.get(at) == offset) continue;
            files.disk().delete(files.path(offsets.get(at), LogFiles.SNAPSHOT));
            offsets.remove(at);
        }
    }

    /// Deletes those below `offset`, a recorded recovery point that has its own, except where a segment
    /// starts: there a truncation may need them.
    void deleteBelow(long offset, SegmentList segments) throws DiskFault {
        if (!has(offset)) return;
        for (int at = offsets.size() - 1; at >= 0; at--) {
            long covered = offsets.get(at);
            if (covered >= offset || segments.hasBase(covered)) continue;
            files.disk().delete(files.path(covered, LogFiles.SNAPSHOT));
            offsets.remove(at);
        }
    }

    static ByteBuffer encode(ProducerTable table) {
        return encode(table.entries());
    }

    /// What is known of producers from below `endOffset`: what a log that begins there cannot tell.
    static ByteBuffer encodeBelow(ProducerTable table, long endOffset) {
        var below = new ArrayList<ProducerEntry>();
        for (var entry : table.entries())
            entry.below(endOffset).ifPresent(below::add);
        return encode(below);
    }

    private static ByteBuffer encode(Collection<ProducerEntry> entries) {
        int count = 0;
        for (var entry : entries)
            count += Math.max(1, entry.batchCount());
        var out = ByteBuffer.allocate(HEADER_BYTES + count * ENTRY_BYTES);
        out.putShort(VERSION).putInt(0).putInt(count);
        for (var entry : entries)
            encode(entry, out);
        var crc = new CRC32C();
        crc.update(out.slice(COUNT_AT, out.position() - COUNT_AT));
        out.putInt(CRC_AT, (int) crc.getValue());
        return out.flip();
    }

    private static void encode(ProducerEntry entry, ByteBuffer out) {
        int count = Math.max(1, entry.batchCount());
        for (int age = 0; age < count; age++) {
            boolean isEmpty = entry.batchCount() == 0;
            boolean isNewest = age == count - 1;
            out.putLong(entry.producerId()).putShort(entry.producerEpoch());
            out.putInt(isEmpty ? ProducerEntry.NO_SEQUENCE : entry.lastSequence(age));
            out.putLong(isEmpty ? -1 : entry.lastOffset(age));
            out.putInt(isEmpty ? 0 : entry.offsetDelta(age));
            out.putLong(isEmpty ? entry.lastTimestampMs() : entry.timestampMs(age));
            out.putInt(entry.coordinatorEpoch());
            out.putLong(isNewest ? entry.openTransactionOffset() : -1);
        }
    }

    /// Fills `table`, or says why the bytes cannot be used. When a producer wrote last by the wall is not
    /// stored (a record may have any timestamp): its time to be forgotten begins anew.
    static Optional<String> decode(ByteBuffer in, ProducerTable table, long wallMs) {
        if (in.remaining() < HEADER_BYTES) return Optional.of("too short");
        if (in.getShort(0) != VERSION) return Optional.of("version " + in.getShort(0));
        var crc = new CRC32C();
        crc.update(in.slice(COUNT_AT, in.limit() - COUNT_AT));
        if ((int) crc.getValue() != in.getInt(CRC_AT)) return Optional.of("wrong checksum");
        int count = in.getInt(COUNT_AT);
        if (count < 0 || count > (in.limit() - HEADER_BYTES) / ENTRY_BYTES) {
            return Optional.of("wrong count");
        }
        in.position(HEADER_BYTES);
        for (int at = 0; at < count; at++)
            decodeEntry(in, table, wallMs);
        table.restored();
        return Optional.empty();
    }

    /// What a leader told of producers ([#encodeBelow]; no byte: of nobody); empty when it is not sound.
    static Optional<ProducerTable> told(ByteBuffer bytes, long wallMs) {
        var table = new ProducerTable();
        if (!bytes.hasRemaining()) return Optional.of(table);
        return decode(bytes.slice(), table, wallMs).isPresent()
            ? Optional.empty()
            : Optional.of(table);
    }

    private static void decodeEntry(ByteBuffer in, ProducerTable table, long wallMs) {
        var entry = table.restore(in.getLong(), in.getShort());
        int lastSequence = in.getInt();
        long lastOffset = in.getLong();
        int offsetDelta = in.getInt();
        long timestampMs = in.getLong();
        if (lastSequence >= 0) {
            int first = (lastSequence - offsetDelta) & Integer.MAX_VALUE;
            entry.add(first, lastOffset, offsetDelta, timestampMs);
        }
        entry.used(wallMs);
        entry.restore(in.getInt(), in.getLong(), timestampMs);
    }
}
