package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Entropy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The fetch sessions of one loop, of clients or of replicas, bounded: when the cache is full, the
/// session unused for longest gives way if it has been idle for a while, else the newcomer fetches
/// without one. Owned by the loop.
final class FetchSessions {
    /// A session in use is not taken away (KIP-227).
    private static final long EVICT_AFTER_NS = 120_000_000_000L;

    private final Clock clock;
    private final Entropy entropy;
    private final int slots;
    /// In order of last use.
    private final Map<Integer, FetchSession> byId = new LinkedHashMap<>();

    FetchSessions(Clock clock, Entropy entropy, int slots) {
        this.clock = clock;
        this.entropy = entropy;
        this.slots = slots;
    }

    /// A new session, or one of id 0 that lasts for one request when there is no room.
    FetchSession open(boolean usesTopicIds) {
        long nowNs = clock.monotonicNs();
        if (!hasRoom(nowNs)) return new FetchSession(0, usesTopicIds, nowNs);
        int id = 0;
        while (id == 0 || byId.containsKey(id))
            id = entropy.below(Integer.MAX_VALUE);
        var session = new FetchSession(id, usesTopicIds, nowNs);
        byId.put(id, session);
        return session;
    }

    private boolean hasRoom(long nowNs) {
        if (byId.size() < slots) return true;
        if (slots == 0) return false;
        var oldest = byId.values().iterator().next();
        if (nowNs - oldest.lastUsedNs() < EVICT_AFTER_NS) return false;
        close(oldest.id());
        return true;
    }

    Optional<FetchSession> find(int id) {
        @Nullable
        FetchSession session = byId.remove(id);
        if (session == null) return Optional.empty();
        byId.put(id, session);
        return Optional.of(session);
    }

    void close(int id) {
        var session = byId.remove(id);
        if (session != null) session.close();
    }

    int size() {
        return byId.size();
    }
}
