package dev.naru.broker;

import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.log.Read;
import dev.naru.metadata.TopicImage;
import dev.naru.partition.Partition;
import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchLayout;
import dev.naru.record.BatchView;
import dev.naru.record.ControlMarker;
import dev.naru.record.RecordCursor;
import dev.naru.record.Unreadable;
import dev.naru.shard.BatchKind;
import dev.naru.shard.KeyValue;
import dev.naru.shard.ShardLog;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A partition as the log that a shard lives on. Owned by the partition's loop.
final class PartitionShardLog implements ShardLog {
    private static final int CHUNK_BYTES = 256 * 1024;

    private final PartitionTable table;
    private final TopicImage topic;
    private final int index;
    private @Nullable Partition opened;
    private @Nullable Listener listener;
    private ErrorCode missing = ErrorCode.NONE;

    /// The partition is opened at first use.
    PartitionShardLog(PartitionTable table, TopicImage topic, int index) {
        this.table = table;
        this.topic = topic;
        this.index = index;
    }

    private Optional<Partition> partition() {
        if (opened == null) {
            switch (table.find(topic, index)) {
                case PartitionTable.Lookup.Here(Partition partition) -> {
                    opened = partition;
                    tellTo(partition);
                }
                case PartitionTable.Lookup.Not(ErrorCode why) -> missing = why;
            }
        }
        return Optional.ofNullable(opened);
    }

    @Override public Appended append(List<KeyValue> records, BatchKind kind, Now now) {
        var partition = partition();
        if (partition.isEmpty()) return new Appended.Refused(ErrorCode.KAFKA_STORAGE_ERROR);
        var builder = new BatchBuilder(0);
        if (kind instanceof BatchKind.Transactional(long producerId, short producerEpoch)) {
            builder.producer(producerId, producerEpoch, BatchLayout.NONE).transactional();
        }
        for (var record : records)
            builder.append(now.wallMs(), record.key(), record.value());
        return switch (partition.get().appendOwn(builder.build(), now)) {
            case dev.naru.partition.Appended.Written written ->
                new Appended.At(written.endOffset());
            case dev.naru.partition.Appended.Refused refused -> new Appended.Refused(refused.why());
        };
    }

    @Override public long highWatermark() {
        return partition().map(Partition::highWatermark).orElse(0L);
    }

    @Override public long logEndOffset() {
        return partition().map(each -> each.log().logEndOffset()).orElse(0L);
    }

    @Override public void listen(Listener next) {
        listener = next;
        if (opened != null) tellTo(opened);
    }

    private void tellTo(Partition partition) {
        var who = listener;
        if (who == null) return;
        partition.follow(new Partition.Follower() {
            @Override public void highWatermarkAt(long offset) {
                who.highWatermarkAt(offset);
            }

            @Override public void markerAt(long producerId, short producerEpoch,
                boolean isCommitted) {
                who.markerAt(producerId, producerEpoch, isCommitted);
            }

            @Override public void closed(ErrorCode why) {
                who.lost(why);
            }
        });
    }

    /// The partition may be another one than before.
    @Override public void replay(Sink sink) {
        if (opened != null && opened.closedBecause() != ErrorCode.NONE) opened = null;
        partition().ifPresentOrElse(
            each -> new Replay(each, sink).chunk(each.log().logStartOffset()),
            () -> sink.failed(missing));
    }

    /// Reads the log from start to end in chunks, one to a turn of the loop, so that others get
    /// theirs.
    private static final class Replay {
        private final Sink sink;
        private final Partition partition;
        private final RecordCursor cursor;

        Replay(Partition partition, Sink sink) {
            this.partition = partition;
            this.sink = sink;
            this.cursor = new RecordCursor(partition.shared().codecs());
        }

        void chunk(long fromOffset) {
            var log = partition.log();
            if (fromOffset >= log.logEndOffset()) {
                sink.done();
                return;
            }
            try {
                if (!(log.read(fromOffset, CHUNK_BYTES, log.logEndOffset(),
                    true) instanceof Read.Found found)) {
                    sink.failed(ErrorCode.KAFKA_STORAGE_ERROR);
                    return;
                }
                long next = deliver(bytes(found), fromOffset);
                if (next == fromOffset) {
                    sink.failed(ErrorCode.CORRUPT_MESSAGE);
                    return;
                }
                partition.shared().loop().execute(() -> chunk(next));
            } catch (DiskFault | Unreadable fault) {
                sink.failed(ErrorCode.KAFKA_STORAGE_ERROR);
            }
        }

        private ByteBuffer bytes(Read.Found found) throws DiskFault {
            var slice = found.bytes();
            var bytes = ByteBuffer.allocate(slice.sizeBytes());
            try {
                slice.file().read(slice.filePosition(), bytes);
            } finally {
                slice.lease().release();
            }
            return bytes.flip();
        }

        /// Hands over the whole batches in `bytes`; the offset to go on from.
        private long deliver(ByteBuffer bytes, long fromOffset) throws Unreadable {
            long next = fromOffset;
            int position = 0;
            while (isWhole(bytes, position)) {
                var batch = BatchView.over(bytes, position);
                if (batch.isControl()) deliverMarker(batch, fromOffset);
                else
                    deliver(batch, fromOffset);
                next = batch.nextOffset();
                position += batch.sizeBytes();
            }
            cursor.close();
            return next;
        }

        private static boolean isWhole(ByteBuffer bytes, int position) {
            return BatchView.framing(bytes, position, bytes.limit()) == BatchView.Framing.WHOLE;
        }

        private void deliverMarker(BatchView batch, long fromOffset) {
            if (batch.baseOffset() < fromOffset) return;
            ControlMarker.in(batch).ifPresent(marker -> sink.marker(batch.producerId(),
                batch.producerEpoch(), marker.type() == ControlMarker.Type.COMMIT));
        }

        private void deliver(BatchView batch, long fromOffset) throws Unreadable {
            var kind = batch.isTransactional()
                ? new BatchKind.Transactional(batch.producerId(), batch.producerEpoch())
                : BatchKind.PLAIN;
            cursor.open(batch);
            while (cursor.next()) {
                var key = cursor.key();
                if (key == null || cursor.offset() < fromOffset) continue;
                sink.record(new KeyValue(key, cursor.value()), kind);
            }
        }
    }
}
