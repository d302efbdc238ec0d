package dev.naru.metadata;

import dev.naru.metadata.ClusterRequest.PartitionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Which partition a node that holds more bytes than another should give it, and which it should take
/// for it. Good is what evens out much for few bytes that are copied.
final class Exchange {
    /// What evens out less than this part of the difference is not worth it.
    private static final int LEAST_PART = 8;

    private final long excess;
    private final List<Item> given = new ArrayList<>();
    private final TreeMap<Long, Optional<PartitionRef>> taken = new TreeMap<>();

    /// What goes, and what comes back for it if anything does.
    record Pair(PartitionRef given, Optional<PartitionRef> taken) {}

    private record Item(PartitionRef ref, long bytes) {}

    /// `excess` is how many bytes the one node holds more than the other; above 0.
    Exchange(long excess) {
        this.excess = excess;
    }

    /// This partition can go; the first of several that are equal is chosen.
    void mayGive(PartitionRef ref, long bytes) {
        if (bytes > 0) given.add(new Item(ref, bytes));
    }

    /// This one can come, or nothing if it is empty.
    void mayTake(Optional<PartitionRef> ref, long bytes) {
        taken.putIfAbsent(bytes, ref);
    }

    Optional<Pair> best() {
        Optional<Pair> best = Optional.empty();
        double bestWorth = 0;
        for (var item : given) {
            for (var back : List.of(0L, Math.max(0, item.bytes() - excess / 2))) {
                for (var entry : around(back)) {
                    double worth = worth(item.bytes(), entry);
                    if (worth <= bestWorth) continue;
                    bestWorth = worth;
                    best = Optional.of(new Pair(item.ref(),
                        taken.getOrDefault(entry, Optional.empty())));
                }
            }
        }
        return best;
    }

    private List<Long> around(long bytes) {
        var around = new ArrayList<Long>(2);
        var below = taken.floorKey(bytes);
        var above = taken.ceilingKey(bytes);
        if (below != null) around.add(below);
        if (above != null) around.add(above);
        return around;
    }

    /// Bytes evened out per byte copied, 0 when it is too little.
    private double worth(long goes, long comes) {
        long moved = goes - comes;
        long evened = Math.min(moved, excess - moved);
        return evened <= excess / LEAST_PART ? 0 : (double) evened / (goes + comes);
    }
}
