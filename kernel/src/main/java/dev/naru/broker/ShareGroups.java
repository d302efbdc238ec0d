package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.group.GroupRequest;
import dev.naru.metadata.ClusterImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parts of a node that serve share groups, put together: stored states, share partitions per
/// loop, sessions, handlers. Made by the control loop.
final class ShareGroups {
    private final Env env;
    private final Cluster cluster;
    private final Partitions partitions;
    private final ShareStates states;
    private final SharePersister here;
    private final Peers peers;
    private final SharePersister persister;
    private final List<ShareTable> tables;

    /// What of the node and the cluster share groups use.
    record Rooms(Cluster cluster, Partitions partitions, Peers peers) {}

    ShareGroups(Env env, Rooms rooms, ControllerLink controller) {
        this.env = env;
        this.cluster = rooms.cluster();
        this.partitions = rooms.partitions();
        this.peers = rooms.peers();
        this.states = new ShareStates(cluster, partitions,
            new HostedCoordinators.Tools(cluster.nodeId(), env.clock(), env.trace()));
        this.here = new LocalSharePersister(states.asking(),
            topicId -> cluster.image().topic(topicId).isPresent());
        this.persister = new ClusterSharePersister(cluster, peers, here);
        var letters = new DeadLetterWriter(env,
            new DeadLetterWriter.Rooms(cluster, partitions, peers, controller));
        this.tables = new ArrayList<>();
        for (var table : partitions.all()) {
            tables.add(new ShareTable(table, cluster, persister, env.disk(), letters));
        }
    }

    /// Follows the image; on the control loop, after it was published.
    void follow(ClusterImage image) {
        states.follow(image);
    }

    /// Starts what has to be done from time to time.
    void serve() {
        states.pruneEvery(env.loops().getFirst(), cluster.settings()
            .number("share.coordinator.state.topic.prune.interval.ms"));
        states.dropGone();
    }

    /// Topics are gone, and the states of their share partitions go, too.
    void topicsDeleted() {
        states.dropGone();
    }

    ShareFetchHandler fetches() {
        int sessionsMax = cluster.settings().integer("group.share.max.share.sessions");
        int perLoop = Math.ceilDiv(sessionsMax, env.loops().size());
        Map<Loop, ShareSessions> sessions = new LinkedHashMap<>();
        for (var loop : env.loops())
            sessions.put(loop, new ShareSessions(cluster, env.clock(), perLoop));
        return new ShareFetchHandler(
            new ShareRound.Rooms(cluster, partitions, tables, env.clock()), sessions);
    }

    /// What other nodes ask of the states stored here.
    ShareStatesHandler storedStates() {
        return new ShareStatesHandler(here, tables);
    }

    ShareGroupsHandler members(Asking<GroupRequest> asking, TopicCreation creation) {
        return new ShareGroupsHandler(
            new ShareGroupsHandler.Rooms(cluster, creation, persister),
            new ShareClearing(tables, persister, asking), asking);
    }

    ShareOffsetsHandler offsets(Asking<GroupRequest> asking) {
        return new ShareOffsetsHandler(
            new ShareOffsetsHandler.Rooms(cluster, tables, persister,
                new ShareEnds(cluster, partitions, peers)),
            asking);
    }
}
