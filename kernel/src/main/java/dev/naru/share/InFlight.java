package dev.naru.share;

import dev.naru.base.Invariant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The spans between start offset and end offset of a share partition, found by offset, by what may
/// be lent, by holder and by time, each in O(log n). A span is taken out of the indexes, changed,
/// and put back ([#change]). Owned by its share partition. Law: I20.
final class InFlight {
    private final TreeMap<Long, Span> spans = new TreeMap<>();
    private final TreeMap<Long, Span> ready = new TreeMap<>();
    private final TreeSet<Span> timed = new TreeSet<>(Comparator
        .<Span>comparingLong(span -> span.dueNs).thenComparingLong(span -> span.firstOffset));
    private final Map<String, TreeMap<Long, Span>> held = new LinkedHashMap<>();
    private final KeyOrder keys = new KeyOrder();
    private long lockedCount;
    private long finalCount;
    private boolean keepsKeyOrder;

    boolean keepsKeyOrder() {
        return keepsKeyOrder;
    }

    /// From now on only the first open record of a key is ready; or all are again.
    void keepKeyOrder(boolean isKept) {
        keepsKeyOrder = isKept;
    }

    int spanCount() {
        return spans.size();
    }

    long lockedCount() {
        return lockedCount;
    }

    /// Offsets with a final state, stored or on the way to be.
    long finalCount() {
        return finalCount;
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }

    @Nullable Span first() {
        var entry = spans.firstEntry();
        return entry == null ? null : entry.getValue();
    }

    /// The span that `offset` is in.
    @Nullable Span at(long offset) {
        var entry = spans.floorEntry(offset);
        return entry == null || entry.getValue().lastOffset < offset ? null : entry.getValue();
    }

    boolean has(Span span) {
        return spans.get(span.firstOffset) == span;
    }

    NavigableMap<Long, Span> all() {
        return spans;
    }

    /// The lowest offset that may be lent; -1 when there is none.
    long firstReady() {
        var from = keepsKeyOrder ? keys.ready() : ready;
        return from.isEmpty() ? -1 : from.firstKey();
    }

    boolean isReady(Span span) {
        return span.state == RecordState.AVAILABLE && !span.isPending && span.dueNs == 0;
    }

    /// Whether key order lets this member have it.
    boolean isItsTurn(Span span, String memberId) {
        return !keepsKeyOrder || keys.isItsTurn(span, memberId);
    }

    /// The earliest time at which something happens by itself; [Long#MAX_VALUE] when nothing will.
    long nextDueNs() {
        return timed.isEmpty() ? Long.MAX_VALUE : timed.first().dueNs;
    }

    @Nullable Span due(long nowNs) {
        return timed.isEmpty() || timed.first().dueNs > nowNs ? null : timed.first();
    }

    List<Span> heldBy(String memberId) {
        var own = held.get(memberId);
        return own == null ? List.of() : new ArrayList<>(own.values());
    }

    boolean isHolding(String memberId) {
        return held.containsKey(memberId);
    }

    Span add(Span span) {
        var other = spans.put(span.firstOffset, span);
        Invariant.check(other == null, "I20: an offset is in one span");
        index(span);
        return span;
    }

    void remove(Span span) {
        unindex(span);
        spans.remove(span.firstOffset);
    }

    /// The part of `span` from `from` to `to`, as a span of its own.
    Span carve(Span span, long from, long to) {
        var part = span;
        if (from > part.firstOffset) part = split(part, from);
        if (to < part.lastOffset) split(part, to + 1);
        return part;
    }

    private Span split(Span span, long offset) {
        unindex(span);
        var tail = span.splitAt(offset);
        index(span);
        return add(tail);
    }

    /// Changes a span, with all indexes kept.
    void change(Span span, Runnable how) {
        unindex(span);
        how.run();
        index(span);
    }

    /// Makes one span of two that continue each other; `next` is gone then.
    void join(Span span, Span next) {
        unindex(span);
        remove(next);
        span.lastOffset = next.lastOffset;
        index(span);
    }

    private void index(Span span) {
        if (span.state.isFinal()) finalCount += span.size();
        if (span.isKeyKnown) keys.add(span);
        if (span.isPending) return;
        if (span.state == RecordState.ACQUIRED) {
            lockedCount += span.size();
            held.computeIfAbsent(span.memberId, _ -> new TreeMap<>()).put(span.firstOffset, span);
        }
        if (isReady(span)) ready.put(span.firstOffset, span);
        if (isTimed(span)) timed.add(span);
    }

    private void unindex(Span span) {
        if (span.state.isFinal()) finalCount -= span.size();
        if (span.isKeyKnown) keys.remove(span);
        if (span.isPending) return;
        if (span.state == RecordState.ACQUIRED) {
            lockedCount -= span.size();
            var own = held.get(span.memberId);
            if (own != null) own.remove(span.firstOffset);
            if (own != null && own.isEmpty()) held.remove(span.memberId);
        }
        if (isReady(span)) ready.remove(span.firstOffset);
        if (isTimed(span)) timed.remove(span);
    }

    private static boolean isTimed(Span span) {
        return span.dueNs != 0
            && (span.state == RecordState.ACQUIRED || span.state == RecordState.AVAILABLE);
    }

    /// Law I20, in full: for tests and the simulator.
    void check(long startOffset, long endOffset) {
        long at = startOffset;
        for (var span : spans.values()) {
            Invariant.check(span.firstOffset == at, "I20: spans follow on", span.firstOffset, at);
            Invariant.check(span.lastOffset >= span.firstOffset, "I20: a span has an offset");
            at = span.lastOffset + 1;
        }
        Invariant.check(at == endOffset, "I20: spans reach the end offset", at, endOffset);
    }
}
