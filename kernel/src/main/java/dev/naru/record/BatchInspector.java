package dev.naru.record;

import dev.naru.base.Codecs;
import dev.naru.base.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/// Decides whether bytes that a producer sent may be stored: exactly one batch that every consumer
/// can read and that keeps the topic's rules. Owned by one loop, which needs only one.
///
/// An uncompressed batch is walked where it lies and costs no memory but the answer. A compressed
/// one is streamed through one small buffer that is used again for the next; how much may come out
/// of it is bounded by the rules and by [#RATIO_MAX], so that a bomb costs a moment and that
/// buffer.
public final class BatchInspector {
    /// How many faulty records an answer lists.
    public static final int INDEXES_MAX = 100;
    /// What a compressed batch may expand to for each of its bytes, once it is past
    /// [#RATIO_FREE_BYTES]. Real records of any codec stay far below it; bombs live on going
    /// beyond.
    public static final int RATIO_MAX = 1_000;
    /// A batch that expands to no more than this is harmless whatever its ratio.
    public static final long RATIO_FREE_BYTES = 16L * 1024 * 1024;
    /// A batch that has to be compressed anew must fit in memory once, decompressed; beyond this it
    /// is refused.
    public static final int REWRITE_BYTES_MAX = 64 * 1024 * 1024;

    private static final int SCRATCH_BYTES = 64 * 1024;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Codecs codecs;
    private final Feed feed = new Feed();
    private final RecordTally tally = new RecordTally();
    private final RecordWalk walk = new RecordWalk(feed, tally);
    private final BatchView view = BatchView.unplaced();
    private final CRC32C crc = new CRC32C();
    private ByteBuffer scratch = EMPTY;

    public BatchInspector(Codecs codecs) {
        this.codecs = codecs;
    }

    /// Inspects `records` (position to limit, which stay). A sound batch may be patched in place:
    /// its timestamps. An unsound one is not touched.
    public Inspection inspect(ByteBuffer records, BatchRules rules, long wallMs) {
        var badFraming = HeaderRules.framing(records, rules.maxMessageBytes());
        if (badFraming != null) return badFraming;
        view.place(records, records.position());
        try {
            return inspectBatch(records, rules, wallMs);
        } finally {
            view.place(EMPTY, 0);
            feed.forget();
        }
    }

    private Inspection inspectBatch(ByteBuffer records, BatchRules rules, long wallMs) {
        if (!view.crcMatches(crc)) return HeaderRules.corrupt("the checksum does not match");
        var badHeader = HeaderRules.fields(view);
        if (badHeader != null) return badHeader;
        tally.reset(rules, wallMs);
        long recordsBytes;
        try {
            recordsBytes = view.codecId() == 0 ? walkInPlace() : walkStream(rules);
        } catch (Flaw flaw) {
            return unsound(flaw);
        }
        if (tally.faults() > 0) return brokenRules();
        return settle(records, rules, wallMs, recordsBytes);
    }

    private long walkInPlace() throws Flaw {
        feed.overBuffer(view.buffer(), view.position() + BatchLayout.RECORDS, view.endPosition());
        return walk.walk(view, Integer.MAX_VALUE);
    }

    private long walkStream(BatchRules rules) throws Flaw {
        var compressed = compressed();
        try (var source = codecs.open(view.codecId(), compressed)) {
            feed.overStream(source, scratch(), allowance(compressed.remaining(), rules));
            return walk.walk(view, rules.maxRecordBytes());
        } catch (Codecs.CodecFault fault) {
            throw Flaw.structure("the records cannot be decompressed: " + fault.getMessage());
        }
    }

    private ByteBuffer compressed() {
        int start = view.position() + BatchLayout.RECORDS;
        return view.buffer().slice(start, view.endPosition() - start);
    }

    private ByteBuffer scratch() {
        if (scratch.capacity() == 0) scratch = ByteBuffer.allocate(SCRATCH_BYTES);
        return scratch;
    }

    private static Feed.Allowance allowance(int compressedBytes, BatchRules rules) {
        long byRatio = Math.max(RATIO_FREE_BYTES, (long) compressedBytes * RATIO_MAX);
        if (byRatio < rules.maxDecompressedBytes()) {
            return new Feed.Allowance(byRatio, Flaw.Kind.STRUCTURE);
        }
        return new Feed.Allowance(rules.maxDecompressedBytes(), Flaw.Kind.TOO_LARGE);
    }

    private Inspection.Unsound unsound(Flaw flaw) {
        return switch (flaw.kind()) {
            case STRUCTURE -> new Inspection.Unsound(ErrorCode.INVALID_RECORD, flaw.reason(),
                walk.index() < view.recordCount() ? List.of(walk.index()) : List.of());
            case TOO_LARGE ->
                HeaderRules.unsound(ErrorCode.MESSAGE_TOO_LARGE, flaw.reason());
        };
    }

    private Inspection.Unsound brokenRules() {
        if (tally.hasBadTimestamp()) {
            return new Inspection.Unsound(ErrorCode.INVALID_TIMESTAMP,
                tally.faults()
                    + " records have a timestamp (or no key) that the topic does not take",
                tally.faultIndexes());
        }
        return new Inspection.Unsound(ErrorCode.INVALID_RECORD,
            tally.faults() + " records have no key, which a compacted topic needs",
            tally.faultIndexes());
    }

    /// The batch is good: gives it the codec and the time of the topic.
    private Inspection settle(ByteBuffer records, BatchRules rules, long wallMs,
        long recordsBytes) {
        var target = rules.codec();
        if (target.isPresent() && target.get().id() != view.codecId()) {
            return rewrite(target.get(), rules, wallMs, recordsBytes);
        }
        return stamp(view, records, false, rules.isLogAppendTime() ? wallMs : BatchLayout.NONE);
    }

    /// Sets the largest timestamp (`appendTimeMs`, or that of the records when it is -1) if the
    /// producer has not set it so itself.
    private Inspection.Sound stamp(BatchView batch, ByteBuffer bytes, boolean rewritten,
        long appendTimeMs) {
        boolean isAppendTime = appendTimeMs != BatchLayout.NONE;
        long maxTimestamp = isAppendTime ? appendTimeMs : tally.maxTimestamp();
        int delta = isAppendTime ? 0 : tally.deltaOfMaxTimestamp();
        if (isAppendTime || rewritten || batch.maxTimestamp() != maxTimestamp) {
            batch.setMaxTimestamp(maxTimestamp, isAppendTime, crc);
        }
        return new Inspection.Sound(bytes, rewritten, maxTimestamp, delta);
    }

    private Inspection rewrite(Codec target, BatchRules rules, long wallMs, long recordsBytes) {
        long cap = target == Codec.NONE
            ? (long) rules.maxMessageBytes() - BatchLayout.RECORDS
            : REWRITE_BYTES_MAX;
        if (recordsBytes > cap) {
            return HeaderRules.unsound(ErrorCode.MESSAGE_TOO_LARGE,
                "the records have " + recordsBytes + " bytes, too many to be stored with codec "
                    + target.text());
        }
        ByteBuffer payload;
        try {
            var plain = plain((int) recordsBytes);
            payload = target == Codec.NONE
                ? plain
                : codecs.compress(target.id(), rules.codecLevel(), new ByteBuffer[]{plain});
        } catch (Codecs.CodecFault fault) {
            return HeaderRules.unsound(ErrorCode.UNKNOWN_SERVER_ERROR,
                "the records could not be compressed: " + fault.getMessage());
        } catch (Flaw flaw) {
            return unsound(flaw);
        }
        long size = (long) BatchLayout.RECORDS + payload.remaining();
        if (size > rules.maxMessageBytes()) {
            return HeaderRules.tooLarge(size, rules.maxMessageBytes());
        }
        var batch = withPayload(payload, target);
        return stamp(BatchView.over(batch, 0), batch, true,
            rules.isLogAppendTime() ? wallMs : BatchLayout.NONE);
    }

    /// All records, decompressed. They have been walked: their size is known and within bounds.
    private ByteBuffer plain(int recordsBytes) throws Codecs.CodecFault, Flaw {
        if (view.codecId() == 0) return compressed();
        var plain = ByteBuffer.allocate(recordsBytes);
        try (var source = codecs.open(view.codecId(), compressed())) {
            feed.overStream(source, scratch(),
                new Feed.Allowance(recordsBytes, Flaw.Kind.STRUCTURE));
            feed.fill(plain);
        }
        return plain.flip();
    }

    /// The header of the batch with other bytes behind it. Its checksum is still to be set.
    private ByteBuffer withPayload(ByteBuffer payload, Codec codec) {
        int size = BatchLayout.RECORDS + payload.remaining();
        var batch = ByteBuffer.allocate(size);
        batch.put(0, view.buffer(), view.position(), BatchLayout.RECORDS);
        batch.put(BatchLayout.RECORDS, payload, payload.position(), payload.remaining());
        batch.putInt(BatchLayout.BATCH_LENGTH, size - BatchLayout.BYTES_BEFORE_LENGTH_COUNTS);
        int attributes = (view.attributes() & ~BatchLayout.CODEC_MASK) | codec.id();
        batch.putShort(BatchLayout.ATTRIBUTES, (short) attributes);
        return batch;
    }
}
