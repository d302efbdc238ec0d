package dev.naru.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// A story that is played on a fresh directory for one variant at a time.
interface Scenario {
    String name();

    /// In the order in which they are played in odd rounds; even rounds go backwards.
    List<Variant> variants();

    /// What it may measure for a variant; a played story has measured all of `wanted`.
    Set<Metric> metrics(Variant variant);

    /// Rounds it is played in at most for a variant: stories that count need no more than one.
    default int roundsMax(Variant variant) {
        return Integer.MAX_VALUE;
    }

    /// How many nodes are one cluster in it.
    default int nodes() {
        return 1;
    }

    Map<Metric, Double> play(Stage stage) throws Exception;

    /// What a story is given: the yard is closed by whoever gives it.
    record Stage(Options options, Yard yard, Set<Metric> wanted, Results results) {
        boolean wants(Metric metric) {
            return wanted.contains(metric);
        }

        Variant variant() {
            return yard.variant();
        }
    }
}
