package dev.naru.broker;

import dev.naru.metadata.FeatureRange;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// The cluster features whose behaviour is here (KIP-584). Clients switch behaviour on what is
/// finalized, so a feature is named only once it is served.
final class Features {
    /// What this version can serve.
    static final SortedMap<String, FeatureRange> SUPPORTED = supported();
    /// What a new cluster starts with.
    static final SortedMap<String, Short> NEW_CLUSTER = newCluster();

    /// How transactions are run: from level 2 on, every end raises the epoch (KIP-890).
    static final String TRANSACTION_VERSION = "transaction.version";

    /// What queues can do: from level 2 on they have dead letters (KIP-1191).
    static final String SHARE_VERSION = "share.version";
    static final short SHARE_DEAD_LETTERS = 2;

    private static final short TRANSACTIONS_HIGHEST = 2;
    private static final short METADATA_LOWEST = 7;
    private static final short METADATA_HIGHEST = 33;

    private Features() {}

    private static SortedMap<String, FeatureRange> supported() {
        var supported = new TreeMap<String, FeatureRange>();
        supported.put("metadata.version", new FeatureRange(METADATA_LOWEST, METADATA_HIGHEST));
        supported.put(TRANSACTION_VERSION, new FeatureRange((short) 0, TRANSACTIONS_HIGHEST));
        supported.put(SHARE_VERSION, new FeatureRange((short) 0, SHARE_DEAD_LETTERS));
        supported.put("kraft.version", new FeatureRange((short) 0, (short) 1));
        supported.put("streams.version", new FeatureRange((short) 0, (short) 1));
        supported.put("group.version", new FeatureRange((short) 0, (short) 1));
        return Collections.unmodifiableSortedMap(supported);
    }

    private static SortedMap<String, Short> newCluster() {
        var levels = new TreeMap<String, Short>();
        SUPPORTED.forEach((name, range) -> levels.put(name, range.highest()));
        return Collections.unmodifiableSortedMap(levels);
    }
}
