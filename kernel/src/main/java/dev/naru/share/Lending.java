package dev.naru.share;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request for records being carried out: what was lent so far, and how much more may be.
final class Lending {
    private final InFlight inFlight;
    private final SharePartition.Ask ask;
    private final long lockEndNs;
    private final List<Lent> lent = new ArrayList<>();
    private long room;
    private int count;
    private boolean isAtBoundary = true;
    private boolean isStopped;
    private @Nullable Span last;

    Lending(InFlight inFlight, SharePartition.Ask ask, long lockEndNs, long room) {
        this.inFlight = inFlight;
        this.ask = ask;
        this.lockEndNs = lockEndNs;
        this.room = room;
    }

    String memberId() {
        return ask.memberId();
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return isStopped || room <= 0;
    }

    List<Lent> lent() {
        return List.copyOf(lent);
    }

    int count() {
        return count;
    }

    void stop() {
        isStopped = true;
    }

    /// A batch of the log begins here.
    void boundary() {
        isAtBoundary = true;
    }

    /// How many of `size` records that follow may be lent. Of a batch that does not fit, none, if
    /// batches are to stay whole and there is something already.
    long sizeOf(long size) {
        if (size <= room) return size;
        boolean isToStayWhole = ask.mode() == AcquireMode.BATCH_OPTIMIZED && isAtBoundary
            && count > 0;
        return isToStayWhole ? 0 : room;
    }

    void lend(Span span) {
        inFlight.change(span, () -> {
            span.state = RecordState.ACQUIRED;
            span.deliveryCount++;
            span.memberId = ask.memberId();
            span.dueNs = lockEndNs;
        });
        room -= span.size();
        count += (int) span.size();
        var before = last;
        boolean isBatchFull = !lent.isEmpty() && lent.getLast().size() >= ask.batchSize()
            && isAtBoundary && ask.mode() == AcquireMode.BATCH_OPTIMIZED;
        boolean continues = before != null && !isBatchFull
            && before.lastOffset + 1 == span.firstOffset
            && before.deliveryCount == span.deliveryCount;
        if (continues) {
            var range = lent.removeLast();
            lent.add(new Lent(range.firstOffset(), span.lastOffset, range.deliveryCount()));
        } else {
            lent.add(
                new Lent(span.firstOffset, span.lastOffset, (short) span.deliveryCount));
        }
        if (continues && before != null && !before.isKeyKnown && !span.isKeyKnown) {
            inFlight.join(before, span);
        } else {
            last = span;
        }
        isAtBoundary = false;
    }
}
