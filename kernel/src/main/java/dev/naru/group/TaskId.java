package dev.naru.group;

import java.util.Comparator;

/// One task of a streams application: a part of its topology over one partition of its sources.
record TaskId(String subtopologyId, int partition) implements Comparable<TaskId> {
    private static final Comparator<TaskId> ORDER = Comparator.comparing(TaskId::subtopologyId)
        .thenComparingInt(TaskId::partition);

    @Override public int compareTo(TaskId other) {
        return ORDER.compare(this, other);
    }
}
