package dev.naru.group;

import dev.naru.base.Now;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/// Decides which stored offsets, and which empty groups, have outlived their retention. When the
/// retention of an offset begins is the group's to say ([Group#retentionFromMs]).
final class OffsetExpiry {
    private final GroupRules rules;

    OffsetExpiry(GroupRules rules) {
        this.rules = rules;
    }

    /// Stored times are wall time, and wall clocks jump. When the wall clock has run ahead of the
    /// monotonic one by more than a check's interval since the last look, this look is skipped: an
    /// operator who sets the clock right before the next one loses nothing.
    boolean isClockPlausible(GroupFact.Swept last, Now now) {
        long wallMs = now.wallMs() - last.wallMs();
        long monotonicMs = (now.monotonicNs() - last.monotonicNs()) / Now.NS_PER_MS;
        return wallMs - monotonicMs <= rules.offsetsRetentionCheckIntervalMs();
    }

    /// Tombstones for all that has expired.
    List<GroupFact> sweep(Collection<Group> groups, OffsetTable offsets, Now now) {
        var facts = new ArrayList<GroupFact>();
        for (var group : groups) {
            boolean isLeftBare = expire(group, offsets, now, facts);
            if (isLeftBare && group.isIdle()) facts.addAll(group.removal());
        }
        return facts;
    }

    /// True if the group has no offsets after this.
    private boolean expire(Group group, OffsetTable offsets, Now now, List<GroupFact> facts) {
        var entries = offsets.of(group.id());
        int expired = 0;
        for (var entry : entries) {
            var committed = entry.kept().committed();
            var fromMs = group.retentionFromMs(entry.topic(), committed);
            boolean isUndecided = offsets.isUndecided(group.id(), entry.topic(), entry.partition());
            if (isUndecided || !isOver(committed, fromMs, now)) continue;
            facts.add(new GroupFact.OffsetRemoved(group.id(), entry.topic(), entry.partition()));
            expired++;
        }
        return expired == entries.size() && !offsets.hasUndecided(group.id());
    }

    private boolean isOver(CommittedOffset committed, OptionalLong fromMs, Now now) {
        if (fromMs.isEmpty()) return false;
        if (committed.expireTimestampMs() >= 0)
            return now.wallMs() >= committed.expireTimestampMs();
        return now.wallMs() - fromMs.getAsLong() >= rules.offsetsRetentionMs();
    }
}
