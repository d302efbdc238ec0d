package dev.naru.share;

import dev.naru.shard.FactCodec;
import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.ShareSnapshotKey;
import dev.naru.wire.message.ShareSnapshotValue;
import dev.naru.wire.message.ShareUpdateKey;
import dev.naru.wire.message.ShareUpdateValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The records of `__share_group_state`, as Kafka writes and reads them.
///
/// ```
///   key   | int16 record type: 0 snapshot, 1 update | group, topic id, partition |
///   value | int16 version of the value              | fields                     |  absent: gone
/// ```
public final class ShareStateCodec implements FactCodec<ShareStateFact> {
    private static final short SNAPSHOT = 0;
    private static final short UPDATE = 1;
    private static final short VERSION = 0;

    @Override public KeyValue encode(ShareStateFact fact) {
        return switch (fact) {
            case ShareStateFact.Snapshot(ShareKey key, ShareState state) ->
                new KeyValue(snapshotKey(key), value(state));
            case ShareStateFact.Update update -> new KeyValue(updateKey(update.key()),
                value(update));
            case ShareStateFact.Removed(ShareKey key) -> new KeyValue(snapshotKey(key), null);
        };
    }

    private static ByteBuffer snapshotKey(ShareKey key) {
        return ShareSnapshotKey.builder().groupId(key.group()).topicId(key.topicId())
            .partition(key.partition()).build().toBuffer(SNAPSHOT, VERSION);
    }

    private static ByteBuffer updateKey(ShareKey key) {
        return ShareUpdateKey.builder().groupId(key.group()).topicId(key.topicId())
            .partition(key.partition()).build().toBuffer(UPDATE, VERSION);
    }

    private static ByteBuffer value(ShareState state) {
        var batches = state.batches().stream()
            .map(batch -> ShareSnapshotValue.StateBatch.builder()
                .firstOffset(batch.firstOffset())
                .lastOffset(batch.lastOffset())
                .deliveryState(batch.state().id())
                .deliveryCount(batch.deliveryCount())
                .build())
            .toList();
        return ShareSnapshotValue.builder()
            .snapshotEpoch(state.snapshotEpoch())
            .stateEpoch(state.stateEpoch())
            .leaderEpoch(state.leaderEpoch())
            .startOffset(state.startOffset())
            .deliveryCompleteCount(state.finalCount())
            .createTimestamp(state.createdAtMs())
            .writeTimestamp(state.createdAtMs())
            .stateBatches(batches)
            .build()
            .toBuffer(VERSION, VERSION);
    }

    private static ByteBuffer value(ShareStateFact.Update update) {
        var batches = update.batches().stream()
            .map(batch -> ShareUpdateValue.StateBatch.builder()
                .firstOffset(batch.firstOffset())
                .lastOffset(batch.lastOffset())
                .deliveryState(batch.state().id())
                .deliveryCount(batch.deliveryCount())
                .build())
            .toList();
        return ShareUpdateValue.builder()
            .snapshotEpoch(update.snapshotEpoch())
            .leaderEpoch(update.leaderEpoch())
            .startOffset(update.startOffset())
            .deliveryCompleteCount(update.finalCount())
            .stateBatches(batches)
            .build()
            .toBuffer(VERSION, VERSION);
    }

    @Override public Decoded<ShareStateFact> decode(KeyValue bytes) {
        try {
            var in = new Reader(bytes.key());
            short type = in.int16();
            return switch (type) {
                case SNAPSHOT -> new Decoded.Known<>(snapshot(in, bytes.value()));
                case UPDATE -> update(in, bytes.value());
                default -> new Decoded.Unknown<>("a record of type " + type);
            };
        } catch (Malformed malformed) {
            return new Decoded.Unknown<>("an unreadable record: " + malformed.getMessage());
        }
    }

    private static ShareStateFact snapshot(Reader in, @Nullable ByteBuffer value)
        throws Malformed {
        var read = ShareSnapshotKey.read(in, VERSION);
        var key = new ShareKey(read.groupId(), read.topicId(), read.partition());
        if (value == null) return new ShareStateFact.Removed(key);
        var fields = new Reader(value);
        var state = ShareSnapshotValue.read(fields, known(fields.int16()));
        var batches = new ArrayList<StateBatch>(state.stateBatches().size());
        for (var batch : state.stateBatches()) {
            batches.add(batch(batch.firstOffset(), batch.lastOffset(), batch.deliveryState(),
                batch.deliveryCount()));
        }
        return new ShareStateFact.Snapshot(key,
            new ShareState(state.snapshotEpoch(), state.stateEpoch(), state.leaderEpoch(),
                state.startOffset(), state.deliveryCompleteCount(), state.createTimestamp(),
                StateBatches.overlay(List.of(), batches, state.startOffset()), 0));
    }

    private static Decoded<ShareStateFact> update(Reader in, @Nullable ByteBuffer value)
        throws Malformed {
        var read = ShareUpdateKey.read(in, VERSION);
        var key = new ShareKey(read.groupId(), read.topicId(), read.partition());
        if (value == null) return new Decoded.Unknown<>("an update without a value");
        var fields = new Reader(value);
        var update = ShareUpdateValue.read(fields, known(fields.int16()));
        var batches = new ArrayList<StateBatch>(update.stateBatches().size());
        for (var batch : update.stateBatches()) {
            batches.add(batch(batch.firstOffset(), batch.lastOffset(), batch.deliveryState(),
                batch.deliveryCount()));
        }
        return new Decoded.Known<>(
            new ShareStateFact.Update(key, update.snapshotEpoch(), update.leaderEpoch(),
                update.startOffset(), update.deliveryCompleteCount(), batches));
    }

    private static StateBatch batch(long first, long last, byte state, short count)
        throws Malformed {
        var known = RecordState.of(state)
            .orElseThrow(() -> new Malformed("there is no delivery state " + state));
        if (first < 0 || last < first) throw new Malformed("offsets that are not a range");
        return new StateBatch(first, last, known, count);
    }

    /// Versions to come only add tagged fields.
    private static short known(short version) throws Malformed {
        if (version < 0) throw new Malformed("a value of version " + version);
        return (short) Math.min(version, VERSION);
    }
}
