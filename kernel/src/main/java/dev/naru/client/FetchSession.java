package dev.naru.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The client's side of a fetch session: what the node has been told, so that a request names only
/// what is new and what is gone. Owned by its consumer.
final class FetchSession {
    private static final int NONE = 0;
    private static final int FIRST_EPOCH = 0;

    private final Map<Slot, Place> told = new TreeMap<>();
    private Map<Slot, Place> asking = new TreeMap<>();
    private int sessionId = NONE;
    private int sessionEpoch = FIRST_EPOCH;

    /// Where a partition is read from, and the leader epoch that the reader knows.
    record Place(long offset, int leaderEpoch) {}

    int sessionId() {
        return sessionId;
    }

    int sessionEpoch() {
        return sessionEpoch;
    }

    private boolean isFull() {
        return sessionEpoch == FIRST_EPOCH;
    }

    /// The partitions that the next request names, of those that are wanted.
    Map<Slot, Place> toTell(Map<Slot, Place> wanted) {
        asking = new TreeMap<>(wanted);
        if (isFull()) return asking;
        var news = new TreeMap<Slot, Place>();
        for (var each : wanted.entrySet()) {
            if (!each.getValue().equals(told.get(each.getKey()))) {
                news.put(each.getKey(), each.getValue());
            }
        }
        return news;
    }

    /// The partitions that are not wanted any more.
    List<Slot> toForget() {
        if (isFull()) return List.of();
        var gone = new ArrayList<Slot>();
        for (var slot : told.keySet()) {
            if (!asking.containsKey(slot)) gone.add(slot);
        }
        return gone;
    }

    /// The node took the request.
    void accepted(int answeredSessionId) {
        told.clear();
        told.putAll(asking);
        sessionId = answeredSessionId;
        if (answeredSessionId == NONE) {
            sessionEpoch = FIRST_EPOCH;
        } else {
            sessionEpoch = sessionEpoch == Integer.MAX_VALUE ? 1 : sessionEpoch + 1;
        }
    }

    /// The session is lost, or the answer was: begin anew.
    void reset() {
        told.clear();
        sessionId = NONE;
        sessionEpoch = FIRST_EPOCH;
    }
}
