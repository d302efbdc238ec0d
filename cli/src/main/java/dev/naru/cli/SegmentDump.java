package dev.naru.cli;

import dev.naru.io.RealCodecs;
import dev.naru.record.BatchView;
import dev.naru.record.Codec;
import dev.naru.record.ControlMarker;
import dev.naru.record.RecordCursor;
import dev.naru.record.RecordHeader;
import dev.naru.record.Unreadable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Shows the batches, and if asked the records, of one segment file.
final class SegmentDump {
    /// What of a segment to show.
    record Wish(boolean records, boolean payload, boolean recordFacts,
        Optional<GroupRecords.Topic> decoder, long bytesMax) {}

    private static final String RECORD_PREFIX = "|";
    private final DumpOutput output;
    private final Wish wish;
    private final RecordCursor cursor = new RecordCursor(new RealCodecs());
    private long previousOffset = -1;
    private final List<Gap> gaps = new ArrayList<>();

    /// Offsets between which there is nothing.
    private record Gap(long after, long before) {}

    SegmentDump(DumpOutput output, Wish wish) {
        this.output = output;
        this.wish = wish;
    }

    void dump(Path path, Progress progress) {
        output.remark("Log starting offset: " + DumpFile.baseOffset(path));
        ByteBuffer bytes = DumpFile.map(path);
        int limit = (int) Math.min(bytes.limit(), wish.bytesMax());
        int at = 0;
        var view = BatchView.over(bytes, 0);
        while (at < limit) {
            BatchView.Framing framing = BatchView.framing(bytes, at, bytes.limit());
            if (framing != BatchView.Framing.WHOLE) {
                tail(path, bytes, at, framing);
                break;
            }
            batch(view.moveTo(at));
            at = view.endPosition();
            progress.at(at);
        }
        if (!gaps.isEmpty()) {
            // worth a word, and no flaw: compaction leaves gaps
            output.remark("Non-consecutive offsets in :" + path.toAbsolutePath());
            for (var gap : gaps) {
                var facts = new LinkedHashMap<String, Object>();
                facts.put("after", gap.after());
                facts.put("before", gap.before());
                output.note("gap", "  " + gap.after() + " is followed by " + gap.before(), facts);
            }
        }
    }

    private void tail(Path path, ByteBuffer bytes, int at, BatchView.Framing framing) {
        if (isBlank(bytes, at)) return; // preallocated
        String why = framing == BatchView.Framing.CUT ? "a batch that was cut off" : "no batch";
        output.flaw("Found " + (bytes.limit() - at) + " invalid bytes at the end of "
            + path.getFileName() + ": at position " + at + " is " + why);
    }

    private static boolean isBlank(ByteBuffer bytes, int from) {
        for (int at = from; at < bytes.limit(); at++) {
            if (bytes.get(at) != 0) return false;
        }
        return true;
    }

    private void batch(BatchView batch) {
        boolean sound = batch.crcMatches();
        var facts = new LinkedHashMap<String, Object>();
        facts.put("baseOffset", batch.baseOffset());
        facts.put("lastOffset", batch.lastOffset());
        facts.put("count", batch.recordCount());
        facts.put("baseSequence", batch.baseSequence());
        facts.put("lastSequence", batch.lastSequence());
        facts.put("producerId", batch.producerId());
        facts.put("producerEpoch", batch.producerEpoch());
        facts.put("partitionLeaderEpoch", batch.leaderEpoch());
        facts.put("isTransactional", batch.isTransactional());
        facts.put("isControl", batch.isControl());
        facts.put("deleteHorizonMs", batch.hasDeleteHorizon()
            ? OptionalLong.of(batch.baseTimestamp())
            : OptionalLong.empty());
        facts.put("position", batch.position());
        facts.put(timeName(batch), batch.maxTimestamp());
        facts.put("size", batch.sizeBytes());
        facts.put("magic", batch.magic());
        facts.put("compresscodec", Codec.of(batch.codecId()).map(Codec::text)
            .orElse("unknown " + batch.codecId()));
        facts.put("crc", Integer.toUnsignedLong(batch.crc()));
        facts.put("isvalid", sound);
        output.facts("batch", "", facts);
        if (!sound)
            output.flaw("The checksum of the batch at position " + batch.position()
                + " is wrong");
        if (!wish.records()) return;
        try {
            records(batch);
        } catch (Unreadable e) {
            output.flaw("The records of the batch at position " + batch.position()
                + " cannot be read: " + e.getMessage());
        }
    }

    private void records(BatchView batch) throws Unreadable {
        cursor.open(batch);
        for (int index = 0; cursor.next(); index++) {
            long offset = cursor.offset();
            if (previousOffset >= 0 && offset != previousOffset + 1) {
                gaps.add(new Gap(previousOffset, offset));
            }
            previousOffset = offset;
            Map<String, Object> facts = wish.recordFacts()
                ? recordFacts(batch, index)
                : new LinkedHashMap<>();
            if (batch.isControl()) marker(facts);
            else if (wish.payload()) payload(facts);
            output.facts("record", RECORD_PREFIX, facts);
        }
    }

    private Map<String, Object> recordFacts(BatchView batch, int index) throws Unreadable {
        var facts = new LinkedHashMap<String, Object>();
        ByteBuffer key = cursor.key();
        ByteBuffer value = cursor.value();
        int first = batch.baseSequence();
        var names = new ArrayList<String>();
        for (RecordHeader header : cursor.headers()) {
            names.add(header.key());
        }
        facts.put("offset", cursor.offset());
        facts.put(timeName(batch), cursor.timestamp());
        facts.put("keySize", key == null ? -1 : key.remaining());
        facts.put("valueSize", value == null ? -1 : value.remaining());
        facts.put("sequence", first < 0 ? first : (first + index) & Integer.MAX_VALUE);
        facts.put("headerKeys", names);
        return facts;
    }

    private void marker(Map<String, Object> facts) {
        ControlMarker.read(cursor.key(), cursor.value()).ifPresentOrElse(marker -> {
            facts.put("endTxnMarker", marker.type().name());
            facts.put("coordinatorEpoch", marker.coordinatorEpoch());
        }, () -> facts.put("controlType", type(cursor.key())));
    }

    private static Object type(@Nullable ByteBuffer key) {
        if (key == null || key.remaining() < 4) return "unknown";
        return key.getShort(key.position() + 2);
    }

    private void payload(Map<String, Object> facts) {
        ByteBuffer key = cursor.key();
        ByteBuffer value = cursor.value();
        if (wish.decoder().isPresent()) {
            var topic = wish.decoder().get();
            if (key != null) facts.put("key", GroupRecords.key(topic, key));
            if (value != null) facts.put("payload", GroupRecords.value(topic, key, value));
            return;
        }
        if (key != null) facts.put("key", text(key));
        if (value != null) facts.put("payload", text(value));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private static String timeName(BatchView batch) {
        return batch.isLogAppendTime() ? "LogAppendTime" : "CreateTime";
    }
}
