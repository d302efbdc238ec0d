package dev.naru.shard;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A shard's log in memory, whose high watermark, refusals and losses are the test's.
public final class MemoryShardLog implements ShardLog {
    private final List<KeyValue> records = new ArrayList<>();
    private final List<Integer> batchSizes = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private long highWatermark;
    private boolean isHeld;
    private @Nullable ErrorCode refusal;
    private @Nullable Sink pendingReplay;
    private @Nullable ErrorCode unreadable;
    private boolean isReplayHeld;
    private @Nullable Runnable amid;

    @Override public Appended append(List<KeyValue> batch, BatchKind kind, Now now) {
        var task = amid;
        amid = null;
        if (task != null) task.run();
        if (refusal != null) return new Appended.Refused(refusal);
        records.addAll(batch);
        batchSizes.add(batch.size());
        if (!isHeld) advance();
        return new Appended.At(records.size());
    }

    @Override public long highWatermark() {
        return highWatermark;
    }

    @Override public long logEndOffset() {
        return records.size();
    }

    @Override public void listen(Listener listener) {
        listeners.add(listener);
    }

    @Override public void replay(Sink sink) {
        if (isReplayHeld) {
            pendingReplay = sink;
            return;
        }
        if (unreadable != null) {
            sink.failed(unreadable);
            return;
        }
        List.copyOf(records).forEach(bytes -> sink.record(bytes, BatchKind.PLAIN));
        sink.done();
    }

    /// The high watermark stays where it is until [#advance].
    public void hold() {
        isHeld = true;
    }

    /// The high watermark reaches the log end.
    public void advance() {
        highWatermark = records.size();
        listeners.forEach(listener -> listener.highWatermarkAt(highWatermark));
    }

    /// Happens in the middle of the next append.
    public void amidNextAppend(Runnable task) {
        amid = task;
    }

    public void refuse(ErrorCode why) {
        refusal = why;
    }

    public void accept() {
        refusal = null;
    }

    /// The log cannot be read until [#mend].
    public void spoil(ErrorCode why) {
        unreadable = why;
    }

    public void mend() {
        unreadable = null;
    }

    public void lose() {
        listeners.forEach(listener -> listener.lost(ErrorCode.NOT_LEADER_OR_FOLLOWER));
    }

    public void holdReplay() {
        isReplayHeld = true;
    }

    public void finishReplay() {
        isReplayHeld = false;
        var sink = pendingReplay;
        pendingReplay = null;
        if (sink != null) replay(sink);
    }

    public List<KeyValue> records() {
        return records;
    }

    public List<Integer> batchSizes() {
        return batchSizes;
    }
}
