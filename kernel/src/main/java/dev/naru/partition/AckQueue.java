package dev.naru.partition;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.function.Supplier;

/// Promises that wait for the high watermark, in the order of their offsets, each until its deadline.
/// Owned by the partition's loop. Law: I6, a promise at offset n is kept only when the high
/// watermark has reached n.
final class AckQueue {
    private record Parked(long endOffset, long deadlineNs, Promise promise) {}

    /// What waits.
    interface Promise {
        /// NONE when committed, else why it never will be, or was not in time.
        void kept(ErrorCode outcome);
    }

    private final AckDeadlines deadlines;
    private final Supplier<ErrorCode> whyLate;
    private final ArrayDeque<Parked> waiting = new ArrayDeque<>(4);
    /// When the sweep looks here, at the latest.
    private long sweptByNs = AckDeadlines.NEVER;

    /// `whyLate` says what is told to those whose time is up.
    AckQueue(AckDeadlines deadlines, Supplier<ErrorCode> whyLate) {
        this.deadlines = deadlines;
        this.whyLate = whyLate;
    }

    /// Parks until `endOffset` is committed. Offsets may repeat; one that is lower than the last (a
    /// duplicate of an older batch) is kept with the last: late is safe.
    void park(long endOffset, long deadlineNs, Promise promise) {
        var last = waiting.peekLast();
        long atOffset = last == null ? endOffset : Math.max(endOffset, last.endOffset());
        waiting.addLast(new Parked(atOffset, deadlineNs, promise));
        sweepBy(deadlineNs);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    private void sweepBy(long deadlineNs) {
        if (deadlineNs >= sweptByNs) return;
        sweptByNs = deadlineNs;
        deadlines.expect(this, deadlineNs);
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

    /// Those whose deadline has come hear so, and wait no more.
    void expire(long nowNs) {
        sweptByNs = AckDeadlines.NEVER;
        long nextNs = AckDeadlines.NEVER;
        var late = new ArrayList<Parked>(0);
        for (var parked = waiting.iterator(); parked.hasNext();) {
            var each = parked.next();
            if (each.deadlineNs() <= nowNs) {
                parked.remove();
                late.add(each);
            } else {
                nextNs = Math.min(nextNs, each.deadlineNs());
            }
        }
        sweepBy(nextNs);
        for (var each : late)
            each.promise().kept(whyLate.get());
    }

    void failAll(ErrorCode why) {
        while (!waiting.isEmpty())
            waiting.removeFirst().promise().kept(why);
    }
}
