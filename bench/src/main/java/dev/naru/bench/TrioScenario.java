package dev.naru.bench;

/// A story of three nodes that are one cluster.
interface TrioScenario extends Scenario {
    @Override default int nodes() {
        return Trio.NODES;
    }

    @Override default int roundsMax(Variant variant) {
        return Trio.ROUNDS_MAX;
    }
}
