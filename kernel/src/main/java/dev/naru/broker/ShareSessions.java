package dev.naru.broker;

import dev.naru.base.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The share sessions of the connections of one loop, bounded. Owned by the loop.
final class ShareSessions {
    private final Cluster cluster;
    private final Clock clock;
    private final int sessionsMax;
    private final Map<ShareSession.Key, ShareSession> byMember = new LinkedHashMap<>();

    ShareSessions(Cluster cluster, Clock clock, int sessionsMax) {
        this.cluster = cluster;
        this.clock = clock;
        this.sessionsMax = sessionsMax;
    }

    /// A new session in place of the member's last one; none when there are too many.
    Optional<ShareSession> open(ShareSession.Key key, Connection connection) {
        var before = byMember.remove(key);
        if (before != null) before.close(true, () -> {
        });
        if (byMember.size() >= sessionsMax) return Optional.empty();
        var session = new ShareSession(key, connection,
            new ShareGroupTerms(cluster, key.group()), clock.monotonicNs());
        byMember.put(key, session);
        connection.whenClosed(() -> closed(session));
        return Optional.of(session);
    }

    Optional<ShareSession> find(ShareSession.Key key) {
        @Nullable
        ShareSession session = byMember.get(key);
        return Optional.ofNullable(session);
    }

    /// The member says that it is done: what it still holds it has not handed to anyone.
    void close(ShareSession session, Runnable done) {
        byMember.remove(session.key(), session);
        session.close(false, done);
    }

    /// The connection is gone, and nobody knows how far the member got: what it held counts as
    /// delivered, so that a record which kills its readers is not lent for ever.
    private void closed(ShareSession session) {
        boolean isOpen = byMember.remove(session.key(), session);
        if (isOpen) session.close(true, () -> {
        });
    }

    int size() {
        return byMember.size();
    }
}
