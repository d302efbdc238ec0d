package dev.naru.shard;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import java.util.List;

/// The log that a shard lives on: one partition, seen by its leader. All calls on the partition's
/// loop.
public interface ShardLog {
    /// Appends one batch. Refused means that nothing of it is or will be in the log.
    Appended append(List<KeyValue> records, BatchKind kind, Now now);

    long highWatermark();

    long logEndOffset();

    /// Tells `listener` from now on. May be called inside [#append], too.
    void listen(Listener listener);

    /// Reads every record from the log start to the log end, in order; asynchronous.
    void replay(Sink sink);

    /// What became of an append.
    sealed interface Appended {
        /// It is in the log, which now ends here.
        record At(long endOffset) implements Appended {}

        record Refused(ErrorCode why) implements Appended {}
    }

    /// Hears what happens to the log.
    interface Listener {
        void highWatermarkAt(long offset);

        /// This node leads the partition no longer, or cannot write it.
        void lost(ErrorCode why);

        /// An end-transaction marker is in the log at `offset`.
        default void markerAt(long producerId, short producerEpoch, boolean isCommitted) {}
    }

    /// Takes what is replayed.
    interface Sink {
        /// One record, and how it got there. The buffers are valid during the call only.
        void record(KeyValue bytes, BatchKind kind);

        /// An end-transaction marker.
        void marker(long producerId, short producerEpoch, boolean isCommitted);

        /// That was all.
        void done();

        /// The log could not be read to its end.
        void failed(ErrorCode why);
    }
}
