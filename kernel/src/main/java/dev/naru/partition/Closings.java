package dev.naru.partition;

import dev.naru.base.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Those who wait until what was written up to an offset is recorded as durable. Owned by the partition's
/// loop.
final class Closings {
    private record Waiting(long endOffset, Consumer<ErrorCode> done) {}

    private final ArrayList<Waiting> waiting = new ArrayList<>(0);

    void add(long endOffset, Consumer<ErrorCode> done) {
        waiting.add(new Waiting(endOffset, done));
    }

    void reached(long recoveryPoint) {
        for (var each : List.copyOf(waiting)) {
            if (recoveryPoint < each.endOffset()) continue;
            waiting.remove(each);
            each.done().accept(ErrorCode.NONE);
        }
    }

    void failAll(ErrorCode why) {
        var last = List.copyOf(waiting);
        waiting.clear();
        for (var each : last)
            each.done().accept(why);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
