package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A member of a share group. Immutable.
record ShareMember(String id, Terms terms, int memberEpoch, int previousEpoch,
    SortedMap<Uuid, List<Integer>> partitions) {
    static final SortedMap<Uuid, List<Integer>> NOTHING = Collections
        .unmodifiableSortedMap(new TreeMap<>());

    /// Who it is and what it reads, by its own account.
    record Terms(@Nullable String rackId, String clientId, String clientHost,
        List<String> topics) {}

    /// One that was not told anything yet.
    static ShareMember fresh(String id, Terms terms) {
        return new ShareMember(id, terms, 0, 0, NOTHING);
    }

    ShareMember with(Terms changed) {
        return new ShareMember(id, changed, memberEpoch, previousEpoch, partitions);
    }

    ShareMember with(int newEpoch, int newPreviousEpoch, SortedMap<Uuid, List<Integer>> told) {
        return new ShareMember(id, terms, newEpoch, newPreviousEpoch, told);
    }
}
