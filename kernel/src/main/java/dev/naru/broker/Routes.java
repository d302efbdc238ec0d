package dev.naru.broker;

import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Uuid;
import dev.naru.config.BrokerNames;
import dev.naru.group.GroupRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.AddOffsetsToTxnRequest;
import dev.naru.wire.message.AddPartitionsToTxnRequest;
import dev.naru.wire.message.AlterShareGroupOffsetsRequest;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ConsumerGroupDescribeRequest;
import dev.naru.wire.message.ConsumerGroupHeartbeatRequest;
import dev.naru.wire.message.DeleteGroupsRequest;
import dev.naru.wire.message.DeleteShareGroupOffsetsRequest;
import dev.naru.wire.message.DescribeGroupsRequest;
import dev.naru.wire.message.DescribeShareGroupOffsetsRequest;
import dev.naru.wire.message.DescribeTransactionsRequest;
import dev.naru.wire.message.EndTxnRequest;
import dev.naru.wire.message.HeartbeatRequest;
import dev.naru.wire.message.InitProducerIdRequest;
import dev.naru.wire.message.JoinGroupRequest;
import dev.naru.wire.message.LeaveGroupRequest;
import dev.naru.wire.message.ListGroupsRequest;
import dev.naru.wire.message.ListTransactionsRequest;
import dev.naru.wire.message.OffsetCommitRequest;
import dev.naru.wire.message.OffsetDeleteRequest;
import dev.naru.wire.message.OffsetFetchRequest;
import dev.naru.wire.message.ShareGroupDescribeRequest;
import dev.naru.wire.message.ShareGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupDescribeRequest;
import dev.naru.wire.message.StreamsGroupHeartbeatRequest;
import dev.naru.wire.message.StreamsGroupTopologyDescriptionUpdateRequest;
import dev.naru.wire.message.SyncGroupRequest;
import dev.naru.wire.message.TxnOffsetCommitRequest;
import dev.naru.wire.message.WriteTxnMarkersRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Which handler answers which request.
final class Routes {
    private final Env env;
    private final Cluster cluster;
    private final Partitions partitions;
    private final ControllerLink controller;
    private final Throttles throttles;
    private final Router router;

    Routes(Env env, Cluster cluster, Partitions partitions, ControllerLink controller,
        Throttles throttles) {
        this.env = env;
        this.cluster = cluster;
        this.partitions = partitions;
        this.controller = controller;
        this.throttles = throttles;
        this.router = new Router(
            cluster.settings().integer(BrokerNames.SOCKET_REQUEST_MAX_BYTES), env.trace());
    }

    Router router() {
        router.turnAway(
            member -> cluster.image().removed(member.directoryId()).isPresent());
        var creation = new TopicCreation(cluster, controller);
        router.add(ApiKey.API_VERSIONS, new ApiVersionsHandler(cluster)::handle);
        router.add(ApiKey.METADATA, new MetadataHandler(cluster, creation)::handle);
        router.add(ApiKey.FIND_COORDINATOR, new CoordinatorHandler(cluster, creation)::handle);
        router.add(ApiKey.FETCH, fetch()::handle);
        var offsets = new OffsetsHandler(cluster, partitions);
        router.add(ApiKey.LIST_OFFSETS, offsets::list);
        router.add(ApiKey.OFFSET_FOR_LEADER_EPOCH, offsets::epochEnds);
        router.add(ApiKey.DESCRIBE_TOPIC_PARTITIONS, new DescribeTopicsHandler(cluster)::handle);
        router.add(ApiKey.DESCRIBE_LOG_DIRS,
            new LogDirsHandler(cluster, partitions, env.disk())::handle);
        administration();
        router.add(ApiKey.ENVELOPE,
            new EnvelopeHandler(cluster, controller, env.admission())::handle);
        return router;
    }

    private void administration() {
        var topics = new TopicsHandler(cluster, controller);
        router.add(ApiKey.CREATE_TOPICS, topics::create);
        router.add(ApiKey.DELETE_TOPICS, topics::delete);
        router.add(ApiKey.CREATE_PARTITIONS, topics::grow);
        var configs = new ConfigsHandler(cluster, controller);
        router.add(ApiKey.DESCRIBE_CONFIGS, configs::describe);
        router.add(ApiKey.ALTER_CONFIGS, configs::alter);
        router.add(ApiKey.INCREMENTAL_ALTER_CONFIGS, configs::alterIncrementally);
        router.add(ApiKey.LIST_CONFIG_RESOURCES, configs::listResources);
        var placement = new PlacementHandler(cluster, controller);
        router.add(ApiKey.ELECT_LEADERS, placement::elect);
        router.add(ApiKey.ALTER_PARTITION_REASSIGNMENTS, placement::reassign);
        router.add(ApiKey.LIST_PARTITION_REASSIGNMENTS, placement::list);
        var whole = new ClusterHandler(cluster, controller);
        router.add(ApiKey.DESCRIBE_CLUSTER, whole::describeCluster);
        router.add(ApiKey.UPDATE_FEATURES, whole::updateFeatures);
        router.add(ApiKey.UNREGISTER_BROKER, whole::unregister);
        var quorum = new QuorumHandler(cluster, controller, env.clock());
        router.add(ApiKey.DESCRIBE_QUORUM, quorum::describe);
        router.add(ApiKey.ADD_RAFT_VOTER, quorum::add);
        router.add(ApiKey.REMOVE_RAFT_VOTER, quorum::remove);
        router.add(ApiKey.UNREGISTER_CONTROLLER, quorum::unregister);
    }

    private FetchHandler fetch() {
        int slots = cluster.settings()
            .integer(BrokerNames.MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS);
        Map<Loop, FetchHandler.Sessions> sessions = new LinkedHashMap<>();
        int slotsPerLoop = Math.ceilDiv(slots, env.loops().size());
        for (var loop : env.loops()) {
            sessions.put(loop, new FetchHandler.Sessions(
                new FetchSessions(env.clock(), env.entropy(), slotsPerLoop),
                new FetchSessions(env.clock(), env.entropy(),
                    Limits.REPLICA_FETCH_SESSIONS_MAX)));
        }
        return new FetchHandler(
            new FetchRound.Rooms(cluster, partitions, env.clock(), env.disk(),
                throttles),
            sessions);
    }

    /// `peers` are those of the control loop.
    Routes joining(PeerLinks peers) {
        router.add(ApiKey.JOIN_CLUSTER,
            new JoinHandler(cluster, controller, env, new JoinRelay(peers))::handle);
        return this;
    }

    Routes checkpoints(Checkpoints checkpoints) {
        var records = new RecordsHandler(cluster, partitions, env.clock(),
            checkpoints::write);
        router.add(ApiKey.DELETE_RECORDS, records::delete);
        router.add(ApiKey.DESCRIBE_PRODUCERS, records::describeProducers);
        return this;
    }

    /// How a request to groups is handed over: the message, its version, who asks, where the answer
    /// goes.
    private interface GroupRoute<Q> {
        void ask(Q request, short version, Client client, Consumer<Message> reply);
    }

    Routes groups(Coordinators<GroupRequest> coordinators, ShareGroups shares) {
        var groups = new GroupsHandler(coordinators, new NewestTopics(cluster));
        route(ApiKey.JOIN_GROUP, JoinGroupRequest.class, groups::joinGroup);
        route(ApiKey.SYNC_GROUP, SyncGroupRequest.class, groups::syncGroup);
        route(ApiKey.HEARTBEAT, HeartbeatRequest.class, groups::heartbeat);
        route(ApiKey.LEAVE_GROUP, LeaveGroupRequest.class, groups::leaveGroup);
        route(ApiKey.OFFSET_COMMIT, OffsetCommitRequest.class, groups::offsetCommit);
        route(ApiKey.OFFSET_FETCH, OffsetFetchRequest.class, groups::offsetFetch);
        route(ApiKey.OFFSET_DELETE, OffsetDeleteRequest.class, groups::offsetDelete);
        route(ApiKey.LIST_GROUPS, ListGroupsRequest.class, groups::listGroups);
        route(ApiKey.DESCRIBE_GROUPS, DescribeGroupsRequest.class, groups::describeGroups);
        var offsets = shares(shares, new Asking<>(coordinators));
        route(ApiKey.DELETE_GROUPS, DeleteGroupsRequest.class,
            (q, version, client, reply) -> offsets.beforeDeletion(q.groupsNames(), client,
                () -> groups.deleteGroups(q, version, client, reply)));
        var consumers = new ConsumerGroupsHandler(coordinators);
        var streams = new StreamsGroupsHandler(coordinators, cluster, controller);
        route(ApiKey.STREAMS_GROUP_HEARTBEAT, StreamsGroupHeartbeatRequest.class,
            streams::heartbeat);
        route(ApiKey.STREAMS_GROUP_DESCRIBE, StreamsGroupDescribeRequest.class,
            streams::describe);
        route(ApiKey.STREAMS_GROUP_TOPOLOGY_DESCRIPTION_UPDATE,
            StreamsGroupTopologyDescriptionUpdateRequest.class, streams::updateDescription);
        route(ApiKey.CONSUMER_GROUP_HEARTBEAT, ConsumerGroupHeartbeatRequest.class,
            consumers::heartbeat);
        route(ApiKey.CONSUMER_GROUP_DESCRIBE, ConsumerGroupDescribeRequest.class,
            consumers::describe);
        return this;
    }

    Routes transactions(Transactions transactions, Coordinators<GroupRequest> groups) {
        router.add(ApiKey.PRODUCE, new ProduceHandler(cluster, partitions, transactions.gates(),
            env.clock())::handle);
        var ids = new ProducerIds(env.loops().getFirst(), cluster, controller);
        var producers = new TxnsHandler(transactions.asking(), ids, cluster);
        route(ApiKey.INIT_PRODUCER_ID, InitProducerIdRequest.class, producers::initProducerId);
        route(ApiKey.ADD_PARTITIONS_TO_TXN, AddPartitionsToTxnRequest.class,
            producers::addPartitions);
        route(ApiKey.ADD_OFFSETS_TO_TXN, AddOffsetsToTxnRequest.class, producers::addOffsets);
        route(ApiKey.END_TXN, EndTxnRequest.class, producers::endTxn);
        var offsets = new TxnOffsetsHandler(transactions.gates(), groups,
            new NewestTopics(cluster), new TxnOffsetsHandler.Rooms(cluster, partitions));
        route(ApiKey.TXN_OFFSET_COMMIT, TxnOffsetCommitRequest.class, offsets::commit);
        var tools = new TxnAdminHandler(transactions.asking(), transactions.coordinators(),
            transactions.markers(), env.patterns());
        route(ApiKey.DESCRIBE_TRANSACTIONS, DescribeTransactionsRequest.class, tools::describe);
        route(ApiKey.LIST_TRANSACTIONS, ListTransactionsRequest.class, tools::list);
        route(ApiKey.WRITE_TXN_MARKERS, WriteTxnMarkersRequest.class, tools::writeMarkers);
        return this;
    }

    private ShareOffsetsHandler shares(ShareGroups shares, Asking<GroupRequest> asking) {
        var fetches = shares.fetches();
        router.add(ApiKey.SHARE_FETCH, fetches::fetch);
        router.add(ApiKey.SHARE_ACKNOWLEDGE, fetches::acknowledge);
        var states = shares.storedStates();
        router.add(ApiKey.INITIALIZE_SHARE_GROUP_STATE, states::initialize);
        router.add(ApiKey.READ_SHARE_GROUP_STATE, states::read);
        router.add(ApiKey.WRITE_SHARE_GROUP_STATE, states::write);
        router.add(ApiKey.DELETE_SHARE_GROUP_STATE, states::delete);
        router.add(ApiKey.READ_SHARE_GROUP_STATE_SUMMARY, states::summarize);
        var members = shares.members(asking, new TopicCreation(cluster, controller));
        route(ApiKey.SHARE_GROUP_HEARTBEAT, ShareGroupHeartbeatRequest.class,
            members::heartbeat);
        route(ApiKey.SHARE_GROUP_DESCRIBE, ShareGroupDescribeRequest.class, members::describe);
        var offsets = shares.offsets(asking);
        route(ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS, DescribeShareGroupOffsetsRequest.class,
            offsets::describe);
        route(ApiKey.ALTER_SHARE_GROUP_OFFSETS, AlterShareGroupOffsetsRequest.class,
            offsets::alter);
        route(ApiKey.DELETE_SHARE_GROUP_OFFSETS, DeleteShareGroupOffsetsRequest.class,
            offsets::delete);
        return offsets;
    }

    private <Q> void route(ApiKey key, Class<Q> type, GroupRoute<Q> route) {
        router.add(key, call -> {
            var caller = call.caller();
            var client = new Client(caller.clientId(), "/" + caller.host(),
                call.connection().loop(), caller.isPeer());
            route.ask(type.cast(call.request()), call.version(), client, call::reply);
        });
    }

    /// The topics of the image, by name and by id.
    private record NewestTopics(Cluster cluster) implements TopicIds {
        @Override public Optional<String> nameOf(Uuid topicId) {
            return cluster.image().topic(topicId).map(topic -> topic.name());
        }

        @Override public Optional<Uuid> idOf(String name) {
            return cluster.image().topic(name).map(topic -> topic.topicId());
        }
    }
}
