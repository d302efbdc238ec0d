package dev.naru.broker;

import dev.naru.base.Codecs;
import dev.naru.base.Now;
import dev.naru.partition.PartitionId;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import dev.naru.record.RecordCursor;
import dev.naru.record.RecordHeader;
import dev.naru.record.Unreadable;
import dev.naru.share.DeadLetter;
import dev.naru.share.ShareKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Makes dead letters: for each offset that was given up a record with where it came from and why
/// (KIP-1191), and with the record's own key, value and headers where they are copied. Naru adds the
/// cause as a word and the time of the record.
final class DeadLetterBatch {
    /// So many bytes of records go into one batch; a single larger record goes alone.
    private static final int BATCH_BYTES = 512 * 1024;

    /// A batch, and the last offset that is told in it.
    record Built(BatchBuilder batch, long lastOffset) {}

    private final ShareKey key;
    private final PartitionId from;
    private final DeadLetter letter;

    DeadLetterBatch(ShareKey key, PartitionId from, DeadLetter letter) {
        this.key = key;
        this.from = from;
        this.letter = letter;
    }

    /// Without the records themselves.
    Built headersOnly(long fromOffset, Now now) {
        var batch = new BatchBuilder(0);
        long offset = fromOffset;
        while (offset <= letter.lastOffset() && batch.sizeBytes() < BATCH_BYTES) {
            batch.append(now.wallMs(), null, null, headers(offset));
            offset++;
        }
        return new Built(batch, offset - 1);
    }

    /// With the records that `bytes` hold; an offset without one (compacted away, unreadable) has
    /// its headers only.
    Built of(ByteBuffer bytes, long fromOffset, Codecs codecs, Now now) {
        var batch = new BatchBuilder(0);
        long next = fromOffset;
        int position = 0;
        try (var cursor = new RecordCursor(codecs)) {
            while (next <= letter.lastOffset() && batch.sizeBytes() < BATCH_BYTES
                && isWhole(bytes, position)) {
                var view = BatchView.over(bytes, position);
                position += view.sizeBytes();
                if (view.isControl() || view.lastOffset() < next) continue;
                next = append(batch, cursor.open(view), next, now);
            }
        } catch (Unreadable bad) {
            // what follows in there cannot be copied either
            return batch.recordCount() == 0
                ? headersOnly(fromOffset, now)
                : new Built(batch, next - 1);
        }
        return batch.recordCount() == 0
            ? headersOnly(fromOffset, now)
            : new Built(batch, next - 1);
    }

    private static boolean isWhole(ByteBuffer bytes, int position) {
        return BatchView.framing(bytes, position, bytes.limit()) == BatchView.Framing.WHOLE;
    }

    /// Appends what is wanted of one batch of the log; the offset to go on from.
    private long append(BatchBuilder batch, RecordCursor cursor, long fromOffset, Now now)
        throws Unreadable {
        long next = fromOffset;
        while (cursor.next()) {
            if (cursor.offset() < next) continue;
            if (cursor.offset() > letter.lastOffset() || batch.sizeBytes() >= BATCH_BYTES) break;
            for (; next < cursor.offset(); next++)
                batch.append(now.wallMs(), null, null, headers(next));
            var headers = new ArrayList<>(cursor.headers());
            headers.addAll(headers(next));
            headers.add(header("__naru.dlq.timestamp", Long.toString(cursor.timestamp())));
            batch.append(now.wallMs(), cursor.key(), cursor.value(), headers);
            next++;
        }
        return next;
    }

    private List<RecordHeader> headers(long offset) {
        return List.of(header("__dlq.errors.topic", from.topic()),
            header("__dlq.errors.partition", Integer.toString(from.index())),
            header("__dlq.errors.offset", Long.toString(offset)),
            header("__dlq.errors.group", key.group()),
            header("__dlq.errors.delivery.count", Integer.toString(letter.deliveryCount())),
            header("__dlq.errors.message", letter.cause().text()),
            header("__naru.dlq.cause", letter.cause().name()));
    }

    private static RecordHeader header(String name, String value) {
        return new RecordHeader(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }
}
