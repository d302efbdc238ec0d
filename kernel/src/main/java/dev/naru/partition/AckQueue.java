package dev.naru.partition;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import java.util.ArrayDeque;

/// Promises that wait for the high watermark, in the order of their offsets. Owned by the
/// partition's loop. Law: I6, a promise at offset n is kept only when the high watermark has
/// reached n.
final class AckQueue {
    private record Parked(long endOffset, Promise promise) {}

    /// What waits.
    interface Promise {
        /// NONE when committed, else why it never will be.
        void kept(ErrorCode outcome);
    }

    private final ArrayDeque<Parked> waiting = new ArrayDeque<>(4);

    /// Parks until `endOffset` is committed. Offsets may repeat; one that is lower than the last (a
    /// duplicate of an older batch) is kept with the last: late is safe.
    void park(long endOffset, Promise promise) {
        var last = waiting.peekLast();
        long atOffset = last == null ? endOffset : Math.max(endOffset, last.endOffset());
        waiting.addLast(new Parked(atOffset, promise));
    }

    void release(long highWatermark) {
        while (true) {
            var first = waiting.peekFirst();
            if (first == null || first.endOffset() > highWatermark) return;
            waiting.removeFirst();
            Invariant.check(first.endOffset() <= highWatermark, "I6: acknowledged is committed");
            first.promise().kept(ErrorCode.NONE);
        }
    }

    void failAll(ErrorCode why) {
        while (!waiting.isEmpty())
            waiting.removeFirst().promise().kept(why);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
