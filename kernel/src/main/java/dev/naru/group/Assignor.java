package dev.naru.group;

import dev.naru.base.Uuid;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A way of sharing out partitions. A function of its input; gives every partition of a topic that
/// somebody wants to exactly one of those who want it.
interface Assignor {
    /// As clients and settings spell it.
    String name();

    SortedMap<String, Partitions> assign(Task task);

    /// What is to be assigned to whom. `members` by id.
    record Task(SortedMap<String, Candidate> members, SortedMap<Uuid, Integer> partitionCounts) {}

    /// A member: the existing topics that it wants, and its present target.
    record Candidate(@Nullable String instanceId, SortedSet<Uuid> topics, Partitions present) {}
}
