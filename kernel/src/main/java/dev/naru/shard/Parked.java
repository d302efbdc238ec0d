package dev.naru.shard;

import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import java.util.ArrayDeque;

/// Replies that wait for the high watermark, in the order of the offsets they depend on. Owned by
/// the host's loop.
final class Parked {
    private final ArrayDeque<Promise> promises = new ArrayDeque<>();

    /// Keeps a reply until the high watermark is at `endOffset`.
    void park(long endOffset, Effect.Reply<?> reply) {
        var last = promises.peekLast();
        Invariant.check(last == null || last.endOffset <= endOffset, "I11: promises wait in order");
        promises.add(new Promise(endOffset, reply));
    }

    /// Sends what the high watermark has reached. A reply may park further ones.
    void release(long highWatermark) {
        while (true) {
            var first = promises.peek();
            if (first == null || first.endOffset > highWatermark) return;
            promises.remove();
            first.reply.send();
        }
    }

    /// Breaks every promise.
    void refuseAll(ErrorCode why) {
        while (true) {
            var first = promises.poll();
            if (first == null) return;
            first.reply.to().refuse(why);
        }
    }

    int size() {
        return promises.size();
    }

    private record Promise(long endOffset, Effect.Reply<?> reply) {}
}
