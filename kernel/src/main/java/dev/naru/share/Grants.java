package dev.naru.share;

import dev.naru.base.Now;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many records a member is lent at once. Much at once costs others their work and few at once
/// cost round trips: so a member is lent about a second of its own work, as fast as it was the last
/// time, and never more than its even share of the locks. A new member starts small and may double
/// its grant each time. One who is alone gets what it asks for. Owned by its share partition.
final class Grants {
    /// What a member is lent first.
    static final int FIRST_GRANT = 32;
    static final long WORK_NS = 1_000 * Now.NS_PER_MS;

    private final Map<String, Grant> byMember = new LinkedHashMap<>();

    private static final class Grant {
        private int size = FIRST_GRANT;
        private int lent;
        private long sinceNs;
    }

    void join(String memberId) {
        byMember.computeIfAbsent(memberId, _ -> new Grant());
    }

    void leave(String memberId) {
        byMember.remove(memberId);
    }

    int memberCount() {
        return byMember.size();
    }

    boolean knows(String memberId) {
        return byMember.containsKey(memberId);
    }

    /// How many records the member may be lent now. `isIdle` says that it holds none.
    int sizeFor(String memberId, boolean isIdle, int locksMax, Now now) {
        var grant = byMember.get(memberId);
        if (grant == null) return FIRST_GRANT;
        if (isIdle && grant.lent > 0) {
            long elapsedNs = Math.max(1, now.monotonicNs() - grant.sinceNs);
            double inTime = (double) grant.lent * WORK_NS / elapsedNs;
            grant.size = (int) Math.clamp(inTime, 1, Math.max(grant.size, grant.lent) * 2.0);
            grant.lent = 0;
        }
        if (byMember.size() <= 1) return locksMax;
        int evenShare = Math.max(1, locksMax / Math.max(1, byMember.size()));
        return Math.min(grant.size, evenShare);
    }

    void lent(String memberId, int count, Now now) {
        var grant = byMember.get(memberId);
        if (grant == null || count == 0) return;
        if (grant.lent == 0) grant.sinceNs = now.monotonicNs();
        grant.lent += count;
    }
}
