package dev.naru.share;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Lists of state batches that do not overlap, in order of their offsets.
public final class StateBatches {
    private StateBatches() {}

    /// `older` with `newer` laid over it, from `startOffset` on. Where newer ones overlap, the
    /// later in the list counts.
    public static List<StateBatch> overlay(List<StateBatch> older, List<StateBatch> newer,
        long startOffset) {
        var result = new ArrayList<StateBatch>(older.size() + newer.size());
        var over = ordered(newer);
        int at = 0;
        for (var batch : older) {
            long from = Math.max(batch.firstOffset(), startOffset);
            while (at < over.size() && over.get(at).lastOffset() < from)
                add(result, over.get(at++), startOffset);
            int cover = at;
            while (from <= batch.lastOffset()) {
                boolean isCovered = cover < over.size()
                    && over.get(cover).firstOffset() <= batch.lastOffset();
                long to = isCovered ? over.get(cover).firstOffset() - 1 : batch.lastOffset();
                if (from <= to) add(result, batch.between(from, to), startOffset);
                if (!isCovered) break;
                from = Math.max(from, over.get(cover).lastOffset() + 1);
                if (over.get(cover).lastOffset() > batch.lastOffset()) break;
                add(result, over.get(cover++), startOffset);
            }
            at = cover;
        }
        while (at < over.size())
            add(result, over.get(at++), startOffset);
        return List.copyOf(result);
    }

    /// Whether one of `newer` makes something else of what is final in `older`; both in order.
    static boolean undoes(List<StateBatch> older, List<StateBatch> newer) {
        for (var change : newer) {
            for (var batch : older) {
                boolean meets = batch.firstOffset() <= change.lastOffset()
                    && change.firstOffset() <= batch.lastOffset();
                if (meets && batch.state().isFinal() && change.state() != batch.state())
                    return true;
            }
        }
        return false;
    }

    /// In order and without overlaps.
    private static List<StateBatch> ordered(List<StateBatch> batches) {
        boolean isOrdered = true;
        for (int at = 1; at < batches.size(); at++) {
            isOrdered &= batches.get(at - 1).lastOffset() < batches.get(at).firstOffset();
        }
        if (isOrdered) return batches;
        List<StateBatch> result = List.of();
        for (var batch : batches)
            result = overlay(result, List.of(batch), Long.MIN_VALUE);
        return result.stream().sorted(Comparator.comparingLong(StateBatch::firstOffset)).toList();
    }

    private static void add(List<StateBatch> to, StateBatch batch, long startOffset) {
        if (batch.lastOffset() < startOffset) return;
        var kept = batch.between(Math.max(batch.firstOffset(), startOffset), batch.lastOffset());
        if (!to.isEmpty() && to.getLast().continuesIn(kept)) {
            var before = to.removeLast();
            to.add(new StateBatch(before.firstOffset(), kept.lastOffset(), kept.state(),
                (short) Math.max(before.deliveryCount(), kept.deliveryCount())));
        } else {
            to.add(kept);
        }
    }
}
