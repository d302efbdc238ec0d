package dev.naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one member of a share group fetches on one connection (KIP-932). It ends with the
/// connection, and gives back all that the member was lent. Owned by the connection's loop.
final class ShareSession {
    /// Whose session it is.
    record Key(String group, String memberId) {}

    private final Key key;
    private final Connection connection;
    private final ShareGroupTerms terms;
    private final long openedNs;
    private final Map<ShareEntry.Part, ShareEntry> entries = new LinkedHashMap<>();
    private int epoch = 1;
    private boolean isClosed;
    private boolean isVisiting;

    ShareSession(Key key, Connection connection, ShareGroupTerms terms, long openedNs) {
        this.key = key;
        this.connection = connection;
        this.terms = terms;
        this.openedNs = openedNs;
    }

    Key key() {
        return key;
    }

    Connection connection() {
        return connection;
    }

    ShareGroupTerms terms() {
        return terms;
    }

    /// When it was opened: of two of a member the newer counts, on whatever loops they are.
    long openedNs() {
        return openedNs;
    }

    /// The epoch that the next request must carry.
    int epoch() {
        return epoch;
    }

    void nextEpoch() {
        epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    }

    boolean isClosed() {
        return isClosed;
    }

    ShareEntry fetch(ShareEntry.Part part) {
        var entry = entries.computeIfAbsent(part, ShareEntry::new);
        entry.isFetched = true;
        return entry;
    }

    /// The entry of a partition that is acknowledged, whether it is fetched or not.
    ShareEntry entry(ShareEntry.Part part) {
        return entries.computeIfAbsent(part, each -> {
            var entry = new ShareEntry(each);
            entry.isFetched = false;
            return entry;
        });
    }

    /// Fetched no more. What it holds can still be acknowledged.
    void forget(ShareEntry.Part part) {
        var entry = entries.get(part);
        if (entry != null) entry.isFetched = false;
    }

    List<ShareEntry> all() {
        return new ArrayList<>(entries.values());
    }

    /// Those that are fetched, each time from another one on, so that none is always the last.
    List<ShareEntry> inTurn() {
        var fetched = new ArrayList<ShareEntry>(entries.size());
        for (var entry : entries.values())
            if (entry.isFetched) fetched.add(entry);
        if (fetched.size() < 2) return fetched;
        int first = Math.floorMod(epoch, fetched.size());
        var turned = new ArrayList<>(fetched.subList(first, fetched.size()));
        turned.addAll(fetched.subList(0, first));
        return turned;
    }

    /// A request is out among the partitions: the session does not end before it is back.
    void visiting(boolean isOut) {
        isVisiting = isOut;
        if (!isOut && isClosed) release(true, () -> {
        });
    }

    /// Ends it. `wasSeen` says whether the member can have seen what it was lent.
    void close(boolean wasSeen, Runnable done) {
        isClosed = true;
        if (isVisiting) {
            done.run();
        } else {
            release(wasSeen, done);
        }
    }

    private void release(boolean wasSeen, Runnable done) {
        var holding = new ArrayList<SharePartitionHost>(entries.size());
        for (var entry : entries.values())
            if (entry.host != null) holding.add(entry.host);
        leave(holding, wasSeen, done);
    }

    private void leave(List<SharePartitionHost> holding, boolean wasSeen, Runnable done) {
        if (holding.isEmpty()) {
            Partitions.on(connection.loop(), done);
            return;
        }
        var host = holding.removeLast();
        Partitions.on(host.loop(), () -> host.leave(key.memberId(), this, wasSeen,
            () -> leave(holding, wasSeen, done)));
    }
}
