package dev.naru.share;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which records wait for an earlier one of their key. A record may be lent to a member when every
/// earlier open record of its key is lent to that very member. Keys are known by a 64-bit hash: two
/// that share one wait for each other, which costs time and nothing else. Owned by its [InFlight].
final class KeyOrder {
    /// Records of each key that are not settled, by offset; looked up, never iterated as a whole.
    private final Map<Long, TreeMap<Long, Span>> openByKey = new HashMap<>();
    /// Records that may be lent to anyone: first of their key, or without one.
    private final TreeMap<Long, Span> ready = new TreeMap<>();

    NavigableMap<Long, Span> ready() {
        return ready;
    }

    void add(Span span) {
        if (span.isSettled()) return;
        if (span.key == Span.NO_KEY) {
            show(span);
            return;
        }
        var open = openByKey.computeIfAbsent(span.key, _ -> new TreeMap<>());
        var before = first(open);
        open.put(span.firstOffset, span);
        if (before != null && before != first(open)) ready.remove(before.firstOffset);
        showFirst(open);
    }

    void remove(Span span) {
        ready.remove(span.firstOffset);
        if (span.key == Span.NO_KEY) return;
        var open = openByKey.get(span.key);
        if (open == null) return;
        open.remove(span.firstOffset);
        if (open.isEmpty()) {
            openByKey.remove(span.key);
        } else {
            showFirst(open);
        }
    }

    private static @Nullable Span first(NavigableMap<Long, Span> open) {
        return open.isEmpty() ? null : open.firstEntry().getValue();
    }

    private void showFirst(NavigableMap<Long, Span> open) {
        var first = first(open);
        if (first != null) show(first);
    }

    private void show(Span span) {
        boolean isReady = span.state == RecordState.AVAILABLE && !span.isPending && span.dueNs == 0;
        if (isReady) {
            ready.put(span.firstOffset, span);
        } else {
            ready.remove(span.firstOffset);
        }
    }

    boolean isItsTurn(Span span, String memberId) {
        if (span.key == Span.NO_KEY) return true;
        var open = openByKey.get(span.key);
        if (open == null) return true;
        for (var earlier : open.headMap(span.firstOffset).values()) {
            if (!earlier.isHeldBy(memberId) || earlier.isPending) return false;
        }
        return true;
    }
}
