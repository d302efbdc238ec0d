package dev.naru.partition;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// When the acknowledgements that wait in the partitions of one loop run out: one timer for all of
/// them, which rings at the earliest deadline that was seen, and then for the earliest that is left
/// (DESIGN P7). Owned by the loop.
public final class AckDeadlines {
    /// The deadline of what waits as long as the partition is led here.
    public static final long NEVER = Long.MAX_VALUE;

    private final Loop loop;
    private final Clock clock;
    private final Set<AckQueue> queues = new LinkedHashSet<>();
    private Loop.@Nullable Timer timer;
    private long ringsAtNs = NEVER;

    AckDeadlines(Loop loop, Clock clock) {
        this.loop = loop;
        this.clock = clock;
    }

    /// Something in the queue waits until then; the queue is looked at by then.
    void expect(AckQueue queue, long deadlineNs) {
        queues.add(queue);
        if (deadlineNs >= ringsAtNs) return;
        if (timer != null) timer.cancel();
        ringsAtNs = deadlineNs;
        timer = loop.after(Math.max(0, deadlineNs - clock.monotonicNs()), this::sweep);
    }

    private void sweep() {
        timer = null;
        ringsAtNs = NEVER;
        var all = List.copyOf(queues);
        queues.clear();
        long nowNs = clock.monotonicNs();
        for (var queue : all)
            queue.expire(nowNs);
    }
}
