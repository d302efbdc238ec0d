package dev.naru.client;

import dev.naru.base.Codecs;
import dev.naru.base.Codecs.CodecFault;
import dev.naru.record.BatchBuilder;
import dev.naru.record.Codec;
import dev.naru.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records of one partition that travel together, with the identity and the sequence they were given
/// when they first left. Owned by its producer.
final class ProducerBatch implements Comparable<ProducerBatch> {
    static final int NO_SEQUENCE = -1;

    private record Entry(long timestampMs, @Nullable ByteBuffer key, ByteBuffer value,
        Sent.Listener listener) {}

    private final Slot slot;
    private final long createdNs;
    private final List<Entry> entries = new ArrayList<>();
    private ProducerIdentity identity = ProducerIdentity.NONE;
    private int firstSequence = NO_SEQUENCE;
    private long sequencePlace;
    private int attempts;
    private boolean isUncertain;
    private boolean isOver;

    ProducerBatch(Slot slot, long createdNs) {
        this.slot = slot;
        this.createdNs = createdNs;
    }

    void add(long timestampMs, @Nullable ByteBuffer key, ByteBuffer value,
        Sent.Listener listener) {
        entries.add(new Entry(timestampMs, key, value, listener));
    }

    Slot slot() {
        return slot;
    }

    long createdNs() {
        return createdNs;
    }

    int recordCount() {
        return entries.size();
    }

    int firstSequence() {
        return firstSequence;
    }

    boolean hasSequence() {
        return firstSequence != NO_SEQUENCE;
    }

    /// A sequence counts under one identity only: however late it leaves, it leaves under this one.
    void number(ProducerIdentity writer, int sequence, long place) {
        identity = writer;
        firstSequence = sequence;
        sequencePlace = place;
    }

    /// How many batches of the partition were numbered before it.
    long sequencePlace() {
        return sequencePlace;
    }

    void leaves() {
        attempts++;
    }

    boolean hasLeft() {
        return attempts > 0;
    }

    /// A try ended without a clear answer: it may be in the log, or may yet get there.
    void mayBeThere() {
        isUncertain = true;
    }

    boolean isUncertain() {
        return isUncertain;
    }

    @Override public int compareTo(ProducerBatch other) {
        return Integer.compare(firstSequence, other.firstSequence);
    }

    ByteBuffer encode(boolean isTransactional, Codecs codecs, Codec codec) {
        var builder = new BatchBuilder(0);
        if (hasSequence()) {
            builder.producer(identity.producerId(), identity.producerEpoch(), firstSequence);
        }
        if (isTransactional) builder.transactional();
        for (var entry : entries) {
            builder.append(entry.timestampMs(), entry.key(), entry.value(),
                List.<RecordHeader>of());
        }
        try {
            return builder.build(codecs, codec, Codecs.DEFAULT_LEVEL);
        } catch (CodecFault fault) {
            throw new IllegalStateException("compression failed: " + fault.getMessage(), fault);
        }
    }

    /// Its end is known, or nobody waits for it any more.
    boolean isOver() {
        return isOver;
    }

    void acked(long baseOffset) {
        if (isOver) return;
        isOver = true;
        long offset = baseOffset;
        for (var entry : entries) {
            entry.listener().onSent(new Sent.Acked(offset));
            if (offset >= 0) offset++;
        }
    }

    void end(Sent outcome) {
        if (isOver) return;
        isOver = true;
        for (var entry : entries)
            entry.listener().onSent(outcome);
    }
}
