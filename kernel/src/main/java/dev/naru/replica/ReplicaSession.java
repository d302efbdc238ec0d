package dev.naru.replica;

import dev.naru.base.Uuid;
import dev.naru.partition.PartitionId;
import dev.naru.wire.message.FetchRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a leader has been told, so that a request names only the partitions that stand elsewhere
/// now (KIP-227). Requests are numbered. Owned by its fetcher.
final class ReplicaSession {
    private final Set<ReplicaEntry> changed = new LinkedHashSet<>();
    private final Set<PartitionId> gone = new LinkedHashSet<>();
    private int id;
    private int epoch;
    private long lastNumber;
    /// The leader had no room for a session when it was asked for one last.
    private boolean isRefused;

    /// The entry stands elsewhere, or is new.
    void changed(ReplicaEntry entry) {
        changed.add(entry);
        gone.remove(entry.partition.id());
    }

    /// Nothing is to be sent of it for now.
    void forget(ReplicaEntry entry) {
        changed.remove(entry);
        if (entry.isTold()) gone.add(entry.partition.id());
        entry.toldIn = 0;
    }

    boolean hasNews() {
        return !changed.isEmpty() || !gone.isEmpty();
    }

    /// Whether the leader knows the session, so that requests may follow each other.
    boolean isOpen() {
        return id != 0;
    }

    /// The leader does not know the session any more: all has to be told again.
    void reset(Collection<ReplicaEntry> entries) {
        id = 0;
        epoch = 0;
        gone.clear();
        changed.clear();
        for (var entry : entries) {
            entry.toldIn = 0;
            if (!entry.isResting) changed.add(entry);
        }
    }

    /// The leader has answered the request that opened the session.
    void opened(int sessionId) {
        id = sessionId;
        isRefused = sessionId == 0;
        epoch = sessionId == 0 ? 0 : Math.max(epoch, 1);
    }

    /// The number of the latest request.
    long lastNumber() {
        return lastNumber;
    }

    /// The next request, with all that is new. One that opens a session is answered at once: none can
    /// follow it before, however much there is to tell.
    FetchRequest next(ReplicaPorts ports) {
        lastNumber++;
        var settings = ports.settings().get();
        var request = FetchRequest.builder()
            .replicaState(FetchRequest.ReplicaState.builder()
                .replicaId(ports.node().nodeId())
                .replicaEpoch(ports.node().brokerEpoch())
                .build())
            .maxWaitMs(id != 0 || isRefused ? settings.waitMs() : 0)
            .minBytes(1)
            .maxBytes(settings.responseBytes())
            .sessionId(id)
            .sessionEpoch(epoch)
            .topics(topics(settings.partitionBytes()))
            .forgottenTopicsData(forgotten())
            .build();
        if (id != 0) epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
        changed.clear();
        gone.clear();
        return request;
    }

    private List<FetchRequest.FetchTopic> topics(int partitionBytes) {
        Map<Uuid, List<FetchRequest.FetchPartition>> byTopic = new LinkedHashMap<>();
        for (var entry : changed) {
            // its epoch may have ended before all of it counted: that leader is told no more
            if (entry.following.isOver()) continue;
            entry.toldIn = lastNumber;
            byTopic.computeIfAbsent(entry.partition.id().topicId(), _ -> new ArrayList<>())
                .add(place(entry, partitionBytes));
        }
        var topics = new ArrayList<FetchRequest.FetchTopic>(byTopic.size());
        byTopic.forEach((topicId, partitions) -> topics.add(FetchRequest.FetchTopic.builder()
            .topicId(topicId).partitions(partitions).build()));
        return topics;
    }

    private static FetchRequest.FetchPartition place(ReplicaEntry entry, int partitionBytes) {
        var place = entry.following.place();
        return FetchRequest.FetchPartition.builder()
            .partition(entry.partition.id().index())
            .currentLeaderEpoch(place.leaderEpoch())
            .fetchOffset(place.logEndOffset())
            .lastFetchedEpoch(place.lastEpoch())
            .logStartOffset(place.logStartOffset())
            .partitionMaxBytes(partitionBytes)
            .build();
    }

    private List<FetchRequest.ForgottenTopic> forgotten() {
        Map<Uuid, List<Integer>> byTopic = new LinkedHashMap<>();
        for (var each : gone)
            byTopic.computeIfAbsent(each.topicId(), _ -> new ArrayList<>()).add(each.index());
        var topics = new ArrayList<FetchRequest.ForgottenTopic>(byTopic.size());
        byTopic.forEach((topicId, partitions) -> topics.add(FetchRequest.ForgottenTopic.builder()
            .topicId(topicId).partitions(partitions).build()));
        return topics;
    }
}
