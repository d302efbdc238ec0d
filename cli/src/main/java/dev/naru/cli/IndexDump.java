package dev.naru.cli;

import dev.naru.record.BatchView;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// Shows the small files beside a segment, and compares the indexes with the segment they belong
/// to.
final class IndexDump {
    private static final int OFFSET_ENTRY_BYTES = 8;
    private static final int TIME_ENTRY_BYTES = 12;
    private static final int ABORT_ENTRY_BYTES = 34;
    private static final int PRODUCER_ENTRY_BYTES = 46;
    private static final int SNAPSHOT_HEAD_BYTES = 10;
    private final DumpOutput output;
    private final boolean onlyChecks;

    /// `onlyChecks` leaves the entries out and shows what is wrong.
    IndexDump(DumpOutput output, boolean onlyChecks) {
        this.output = output;
        this.onlyChecks = onlyChecks;
    }

    void offsets(Path path) {
        ByteBuffer index = whole(path, OFFSET_ENTRY_BYTES);
        if (index.limit() == 0) output.remark(path + " is empty.");
        long baseOffset = DumpFile.baseOffset(path);
        var mismatches = new ArrayList<String>();
        Path segment = DumpFile.segment(path);
        ByteBuffer log = Files.exists(segment) ? DumpFile.map(segment) : ByteBuffer.allocate(0);
        for (int at = 0; at + OFFSET_ENTRY_BYTES <= index.limit(); at += OFFSET_ENTRY_BYTES) {
            int relativeOffset = index.getInt(at);
            int position = index.getInt(at + 4);
            if (relativeOffset == 0 && position == 0 && at > 0) break; // preallocated
            long offset = baseOffset + relativeOffset;
            var facts = new LinkedHashMap<String, Object>();
            facts.put("offset", offset);
            facts.put("position", position);
            if (!onlyChecks) output.facts("offsetIndex", "", facts);
            if (relativeOffset == 0 && position == 0) continue;
            long found = lastOffsetAt(log, position);
            if (found != offset) {
                mismatches.add("  Index offset: " + offset + ", log offset: " + found);
            }
        }
        flaws("Mismatches in :", path, mismatches);
    }

    void times(Path path) {
        ByteBuffer index = whole(path, TIME_ENTRY_BYTES);
        long baseOffset = DumpFile.baseOffset(path);
        Path segment = DumpFile.segment(path);
        ByteBuffer log = Files.exists(segment) ? DumpFile.map(segment) : ByteBuffer.allocate(0);
        var mismatches = new ArrayList<String>();
        var disorder = new ArrayList<String>();
        long previousMs = -1;
        for (int at = 0; at + TIME_ENTRY_BYTES <= index.limit(); at += TIME_ENTRY_BYTES) {
            long timestampMs = index.getLong(at);
            long offset = baseOffset + index.getInt(at + 8);
            if (timestampMs == 0 && offset == baseOffset) break; // preallocated
            var facts = new LinkedHashMap<String, Object>();
            facts.put("timestamp", timestampMs);
            facts.put("offset", offset);
            if (!onlyChecks) output.facts("timeIndex", "", facts);
            long found = maxTimestampOf(log, offset);
            if (found != timestampMs) {
                mismatches.add("  Index timestamp: " + timestampMs + ", log timestamp: " + found);
            }
            if (timestampMs < previousMs) {
                disorder
                    .add("  Index timestamp: " + timestampMs + ", previously indexed timestamp: "
                        + previousMs);
            }
            previousMs = timestampMs;
        }
        flaws("Found timestamp mismatch in :", path, mismatches);
        flaws("Found out of order timestamp in :", path, disorder);
    }

    void aborted(Path path) {
        ByteBuffer index = whole(path, ABORT_ENTRY_BYTES);
        for (int at = 0; at + ABORT_ENTRY_BYTES <= index.limit(); at += ABORT_ENTRY_BYTES) {
            var facts = new LinkedHashMap<String, Object>();
            facts.put("version", index.getShort(at));
            facts.put("producerId", index.getLong(at + 2));
            facts.put("firstOffset", index.getLong(at + 10));
            facts.put("lastOffset", index.getLong(at + 18));
            facts.put("lastStableOffset", index.getLong(at + 26));
            output.facts("abortedTransaction", "", facts);
        }
    }

    /// Producer snapshots: version (2), crc of the rest (4), count (4), then the producers.
    void producers(Path path) {
        ByteBuffer file = DumpFile.map(path);
        if (file.limit() < SNAPSHOT_HEAD_BYTES || file.getShort(0) != 1) {
            output.flaw(path + " is not a producer snapshot of version 1");
            return;
        }
        var crc = new CRC32C();
        crc.update(file.slice(6, file.limit() - 6));
        if ((int) crc.getValue() != file.getInt(2))
            output.flaw("The checksum of " + path
                + " is wrong");
        int count = file.getInt(6);
        if (file.limit() != SNAPSHOT_HEAD_BYTES + (long) count * PRODUCER_ENTRY_BYTES) {
            output.flaw(path + " says " + count + " producers, but has another length");
        }
        for (int at = SNAPSHOT_HEAD_BYTES; at + PRODUCER_ENTRY_BYTES <= file
            .limit(); at += PRODUCER_ENTRY_BYTES) {
            output.facts("producer", "", producer(file, at));
        }
    }

    private static Map<String, Object> producer(ByteBuffer file, int at) {
        var facts = new LinkedHashMap<String, Object>();
        int lastSequence = file.getInt(at + 10);
        long lastOffset = file.getLong(at + 14);
        int offsetDelta = file.getInt(at + 22);
        long timestampMs = file.getLong(at + 26);
        long openFrom = file.getLong(at + 38);
        facts.put("producerId", file.getLong(at));
        facts.put("producerEpoch", file.getShort(at + 8));
        facts.put("coordinatorEpoch", file.getInt(at + 34));
        facts.put("currentTxnFirstOffset",
            openFrom < 0 ? OptionalLong.empty() : OptionalLong.of(openFrom));
        facts.put("lastTimestamp", timestampMs);
        if (lastSequence < 0) return facts;
        facts.put("firstSequence", (lastSequence - offsetDelta) & Integer.MAX_VALUE);
        facts.put("lastSequence", lastSequence);
        facts.put("lastOffset", lastOffset);
        facts.put("offsetDelta", offsetDelta);
        facts.put("timestamp", timestampMs);
        return facts;
    }

    /// The leader epochs of a partition: a version, a count, then lines of epoch and first offset.
    void epochs(Path path) {
        List<String> lines = DumpFile.lines(path);
        for (String line : lines.subList(Math.min(2, lines.size()), lines.size())) {
            String[] cells = line.strip().split("\\s+", -1);
            if (cells.length != 2) {
                output.flaw(path + " has a line that is not an epoch and an offset: " + line);
                continue;
            }
            var facts = new LinkedHashMap<String, Object>();
            facts.put("leaderEpoch", Given.number("the epoch", cells[0]));
            facts.put("startOffset", Given.number("the offset", cells[1]));
            output.facts("leaderEpoch", "", facts);
        }
    }

    /// Other checkpoints and properties: their lines.
    void text(Path path) {
        for (String line : DumpFile.lines(path)) {
            var facts = new LinkedHashMap<String, Object>();
            facts.put("line", line);
            output.facts("text", "", facts);
        }
    }

    private ByteBuffer whole(Path path, int entryBytes) {
        ByteBuffer index = DumpFile.map(path);
        if (index.limit() % entryBytes != 0) {
            output.flaw(path + " ends within an entry");
        }
        return index;
    }

    private void flaws(String title, Path path, List<String> lines) {
        if (lines.isEmpty()) return;
        output.flaw(title + path.toAbsolutePath());
        lines.forEach(output::flaw);
    }

    private static long lastOffsetAt(ByteBuffer log, int position) {
        boolean there = position >= 0
            && BatchView.framing(log, position, log.limit()) == BatchView.Framing.WHOLE;
        return there ? BatchView.over(log, position).lastOffset() : -1;
    }

    /// The largest timestamp of the batch that holds an offset, -1 if none does.
    private static long maxTimestampOf(ByteBuffer log, long offset) {
        var view = BatchView.over(log, 0);
        for (int at = 0; BatchView.framing(log, at,
            log.limit()) == BatchView.Framing.WHOLE; at = view.endPosition()) {
            view.moveTo(at);
            if (view.lastOffset() >= offset) return view.maxTimestamp();
        }
        return -1;
    }
}
