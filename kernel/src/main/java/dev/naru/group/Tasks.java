package dev.naru.group;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Tasks that a member has, or is to have, and as what: a value. A member has a task in one role.
record Tasks(SortedMap<TaskId, Grant> byId) {
    static final Tasks NONE = new Tasks(Collections.emptySortedMap());

    /// What a member is to a task.
    enum Role {
        /// It processes records.
        ACTIVE,
        /// It keeps a copy of the state.
        STANDBY,
        /// It builds up a copy of the state to become active.
        WARMUP
    }

    /// A role, and for an active task the epoch in which it was given.
    record Grant(Role role, int epoch) {}

    static Tasks of(SortedMap<TaskId, Grant> byId) {
        return byId.isEmpty() ? NONE : new Tasks(byId);
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    boolean has(TaskId task, Role role) {
        var grant = byId.get(task);
        return grant != null && grant.role() == role;
    }

    /// The epoch in which an active task was given, or [Owned#NO_EPOCH].
    int epochOf(TaskId task) {
        var grant = byId.get(task);
        return grant == null || grant.role() != Role.ACTIVE ? Owned.NO_EPOCH : grant.epoch();
    }

    /// Partitions by subtopology of the tasks in one role.
    SortedMap<String, SortedSet<Integer>> in(Role role) {
        var found = new TreeMap<String, SortedSet<Integer>>();
        byId.forEach((task, grant) -> {
            if (grant.role() != role) return;
            found.computeIfAbsent(task.subtopologyId(), _ -> new TreeSet<>())
                .add(task.partition());
        });
        return found;
    }

    /// The same tasks in the same roles, whenever they were given.
    boolean isAlike(Tasks other) {
        if (!byId.keySet().equals(other.byId.keySet())) return false;
        for (var each : byId.entrySet()) {
            if (!other.has(each.getKey(), each.getValue().role())) return false;
        }
        return true;
    }
}
