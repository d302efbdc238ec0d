package dev.naru.metadata;

import dev.naru.base.Invariant;

/// The levels of a feature that this version knows; `lowest` 0 means that it can be off.
public record FeatureRange(short lowest, short highest) {
    public FeatureRange {
        Invariant.check(lowest >= 0 && lowest <= highest, "a feature's range", lowest, highest);
    }

    boolean contains(short level) {
        return level >= lowest && level <= highest;
    }
}
