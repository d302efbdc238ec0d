package dev.naru.group;

import java.util.List;

/// A group at a glance: how many are in it, and where it stands. `state` and `kind` are spelled as for
/// clients; a group that is nothing but committed offsets is of kind "classic" and state "Empty".
public record GroupStanding(String group, String kind, String state, int members,
    List<Place> places) {
    /// The offset that the group committed last in a partition.
    public record Place(String topic, int partition, long committedOffset) {}
}
