package dev.naru.sim;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What is different where a cluster has more nodes than replicas: whether a node that stays away is
/// given up within the run, and nodes that come later than the topics.
record PlacementPlan(Optional<Integer> healAfterMs, int lateMs) {
    /// As many as topics shall have replicas; a run with more nodes has somebody who moves them.
    static final int REPLICAS = 3;
    private static final int LATE_EVERY = 3;
    private static final int HEAL_MS_MIN = 1_000;

    static PlacementPlan draw(SimEntropy chance) {
        Optional<Integer> healAfterMs = chance.oneIn(2)
            ? Optional.of(HEAL_MS_MIN + chance.below(3_000))
            : Optional.empty();
        int lateMs = chance.oneIn(LATE_EVERY) ? 1 + chance.below(5_000) : 0;
        return new PlacementPlan(healAfterMs, lateMs);
    }

    /// Whether there are fewer nodes than replicas when topics are created.
    boolean isLate() {
        return lateMs > 0;
    }

    /// What each node is started with, above what nodes of any cluster have.
    Map<String, String> nodeSettings() {
        var given = new TreeMap<String, String>();
        given.put("leader.imbalance.check.interval.seconds", "1");
        healAfterMs.ifPresent(ms -> given.put("naru.heal.after.ms", String.valueOf(ms)));
        if (isLate()) given.put("default.replication.factor", "1");
        return given;
    }
}
