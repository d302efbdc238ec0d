package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongPredicate;

/// Answers of what is committed, until every active node has it: whoever hears one finds it true on
/// any node. A node that is silent, or does not get on, is waited for until it is fenced. Owned by the
/// control loop.
final class HeldAnswers {
    private record Held(long index, long sinceNs, Asked asked, ClusterAnswer answer) {}

    private final Deque<Held> held = new ArrayDeque<>(); // indexes never fall

    void hold(long index, long nowNs, Asked asked, ClusterAnswer answer) {
        held.add(new Held(index, nowNs, asked, answer));
    }

    /// The index that the first answer has waited for since `untilNs` or before; 0 if none has.
    long overdue(long untilNs) {
        if (held.isEmpty() || held.getFirst().sinceNs() - untilNs > 0) return 0;
        return held.getFirst().index();
    }

    int size() {
        return held.size();
    }

    /// Gives those whose index all have.
    void release(LongPredicate haveAll) {
        while (!held.isEmpty() && haveAll.test(held.getFirst().index())) {
            var first = held.removeFirst();
            first.asked().answer().accept(first.answer());
        }
    }

    /// This node does not hear any more how far the others are.
    void giveUp() {
        var all = List.copyOf(held);
        held.clear();
        all.forEach(one -> one.asked().fail(ErrorCode.REQUEST_TIMED_OUT,
            "The change is stored, but it is not known whether every node has it."));
    }
}
