package dev.naru.broker;

import dev.naru.wire.message.FetchRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The partitions that one client fetches again and again, so that it need not name them each time
/// (KIP-227), and which of them may have something new, so that a poll costs what changed. Owned by
/// one loop.
final class FetchSession {
    private final int id;
    private final boolean usesTopicIds;
    private final Map<FetchEntry.Key, FetchEntry> entries = new LinkedHashMap<>();
    private final Map<FetchEntry.Key, FetchEntry> ready = new LinkedHashMap<>();
    private int epoch = 1;
    private long lastUsedNs;
    private Runnable onReady = () -> {
    };

    /// `id` is 0 for a fetch outside any session.
    FetchSession(int id, boolean usesTopicIds, long nowNs) {
        this.id = id;
        this.usesTopicIds = usesTopicIds;
        this.lastUsedNs = nowNs;
    }

    int id() {
        return id;
    }

    boolean usesTopicIds() {
        return usesTopicIds;
    }

    /// The epoch that the next request must carry.
    int epoch() {
        return epoch;
    }

    void nextEpoch(long nowNs) {
        epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
        lastUsedNs = nowNs;
    }

    long lastUsedNs() {
        return lastUsedNs;
    }

    int size() {
        return entries.size();
    }

    /// Adds the partition, or moves it to where the client stands now.
    void ask(FetchEntry.Key key, FetchRequest.FetchPartition asked) {
        var entry = entries.get(key);
        if (entry == null) {
            entry = new FetchEntry(key, asked);
            entries.put(key, entry);
        } else {
            entry.ask(asked);
        }
        ready.putIfAbsent(key, entry);
    }

    void markReady(FetchEntry entry) {
        entry.fired();
        if (entries.get(entry.key()) != entry) return;
        ready.putIfAbsent(entry.key(), entry);
        onReady.run();
    }

    void rest(FetchEntry entry) {
        ready.remove(entry.key());
    }

    void forget(FetchEntry.Key key) {
        var gone = entries.remove(key);
        ready.remove(key);
        if (gone != null) gone.disarm();
    }

    /// Those that may have something to read, in turn.
    List<FetchEntry> ready() {
        return new ArrayList<>(ready.values());
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /// The entry has more, or was not heard of: it is read again, after the others.
    void readyAgain(FetchEntry entry) {
        if (entries.get(entry.key()) != entry) return;
        ready.remove(entry.key());
        ready.put(entry.key(), entry);
    }

    /// Whom to tell that something may be readable; one fetch of a session at a time.
    void onReady(Runnable listener) {
        onReady = listener;
    }

    /// Ends it: no watch stays behind.
    void close() {
        onReady = () -> {
        };
        for (var entry : entries.values())
            entry.disarm();
        entries.clear();
        ready.clear();
    }
}
