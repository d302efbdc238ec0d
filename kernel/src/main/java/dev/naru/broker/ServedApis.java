package dev.naru.broker;

import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ApiVersionsResponse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which requests this broker answers, and in which versions. What is not here is not advertised.
final class ServedApis {
    /// Lowest and highest version that are answered.
    record Range(short lowest, short highest) {
        boolean holds(short version) {
            return version >= lowest && version <= highest;
        }
    }

    private static final ServedApis FOR_CLIENTS = forClients().withoutWord(ApiKey.ENVELOPE);
    private static final ServedApis FOR_PEERS = forPeers();
    private static final ServedApis FOR_JOINERS = forJoiners();

    private final Map<ApiKey, Range> served = new EnumMap<>(ApiKey.class);
    /// Answered, but no client is told of it: it is for Naru's own commands.
    private final Set<ApiKey> unsaid = EnumSet.noneOf(ApiKey.class);

    private ServedApis() {}

    /// What is answered at a door.
    static ServedApis at(Door door) {
        return switch (door.guest()) {
            case CLIENT -> FOR_CLIENTS;
            case PEER -> FOR_PEERS;
            case JOINER -> FOR_JOINERS;
        };
    }

    /// What clients may ask, and what only nodes of the cluster may.
    private static ServedApis forPeers() {
        var apis = forClients();
        for (var key : List.of(ApiKey.ENVELOPE, ApiKey.JOIN_CLUSTER,
            ApiKey.INITIALIZE_SHARE_GROUP_STATE,
            ApiKey.READ_SHARE_GROUP_STATE, ApiKey.WRITE_SHARE_GROUP_STATE,
            ApiKey.DELETE_SHARE_GROUP_STATE, ApiKey.READ_SHARE_GROUP_STATE_SUMMARY))
            apis.serve(key, key.lowestVersion(), key.highestVersion());
        return apis;
    }

    /// What somebody may ask who would be a node of the cluster.
    private static ServedApis forJoiners() {
        var apis = new ServedApis();
        for (var key : List.of(ApiKey.API_VERSIONS, ApiKey.JOIN_CLUSTER))
            apis.serve(key, key.lowestVersion(), key.highestVersion());
        return apis;
    }

    private static ServedApis forClients() {
        var apis = new ServedApis();
        var inFull = List.of(ApiKey.PRODUCE, ApiKey.FETCH, ApiKey.LIST_OFFSETS, ApiKey.METADATA,
            ApiKey.OFFSET_COMMIT, ApiKey.OFFSET_FETCH, ApiKey.FIND_COORDINATOR, ApiKey.JOIN_GROUP,
            ApiKey.HEARTBEAT, ApiKey.LEAVE_GROUP, ApiKey.SYNC_GROUP, ApiKey.DESCRIBE_GROUPS,
            ApiKey.LIST_GROUPS, ApiKey.API_VERSIONS, ApiKey.CREATE_TOPICS, ApiKey.DELETE_TOPICS,
            ApiKey.DELETE_RECORDS, ApiKey.OFFSET_FOR_LEADER_EPOCH, ApiKey.DESCRIBE_CONFIGS,
            ApiKey.ALTER_CONFIGS, ApiKey.DESCRIBE_LOG_DIRS, ApiKey.CREATE_PARTITIONS,
            ApiKey.DELETE_GROUPS, ApiKey.INCREMENTAL_ALTER_CONFIGS, ApiKey.OFFSET_DELETE,
            ApiKey.DESCRIBE_QUORUM, ApiKey.ADD_RAFT_VOTER, ApiKey.REMOVE_RAFT_VOTER,
            ApiKey.UNREGISTER_CONTROLLER, ApiKey.UPDATE_FEATURES, ApiKey.DESCRIBE_CLUSTER,
            ApiKey.DESCRIBE_PRODUCERS, ApiKey.LIST_CONFIG_RESOURCES,
            ApiKey.DESCRIBE_TOPIC_PARTITIONS, ApiKey.ADD_PARTITIONS_TO_TXN,
            ApiKey.ADD_OFFSETS_TO_TXN, ApiKey.END_TXN, ApiKey.TXN_OFFSET_COMMIT,
            ApiKey.WRITE_TXN_MARKERS,
            ApiKey.DESCRIBE_TRANSACTIONS, ApiKey.LIST_TRANSACTIONS,
            ApiKey.CONSUMER_GROUP_HEARTBEAT, ApiKey.CONSUMER_GROUP_DESCRIBE,
            ApiKey.STREAMS_GROUP_HEARTBEAT, ApiKey.STREAMS_GROUP_DESCRIBE,
            ApiKey.STREAMS_GROUP_TOPOLOGY_DESCRIPTION_UPDATE,
            ApiKey.SHARE_GROUP_HEARTBEAT,
            ApiKey.SHARE_GROUP_DESCRIBE, ApiKey.SHARE_FETCH, ApiKey.SHARE_ACKNOWLEDGE,
            ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS, ApiKey.ALTER_SHARE_GROUP_OFFSETS,
            ApiKey.DELETE_SHARE_GROUP_OFFSETS, ApiKey.ELECT_LEADERS,
            ApiKey.ALTER_PARTITION_REASSIGNMENTS, ApiKey.LIST_PARTITION_REASSIGNMENTS,
            ApiKey.UNREGISTER_BROKER);
        for (var key : inFull)
            apis.serve(key, key.lowestVersion(), key.highestVersion());
        // version 6 is not stable in Kafka 4.4 (KIP-939)
        apis.serve(ApiKey.INIT_PRODUCER_ID, (short) 0, (short) 5);
        return apis;
    }

    private ServedApis withoutWord(ApiKey key) {
        serve(key, key.lowestVersion(), key.highestVersion());
        unsaid.add(key);
        return this;
    }

    private void serve(ApiKey key, short lowest, short highest) {
        served.put(key, new Range(lowest, highest));
    }

    /// True when requests of this key are answered, in some version.
    boolean serves(ApiKey key) {
        return served.containsKey(key);
    }

    /// True when requests of this key and version are answered.
    boolean serves(ApiKey key, short version) {
        var range = served.get(key);
        return range != null && range.holds(version);
    }

    /// The table that ApiVersions gives to clients.
    List<ApiVersionsResponse.ApiVersion> advertised() {
        var table = new ArrayList<ApiVersionsResponse.ApiVersion>();
        for (var entry : served.entrySet()) {
            if (unsaid.contains(entry.getKey())) continue;
            table.add(ApiVersionsResponse.ApiVersion.builder()
                .apiKey(entry.getKey().id())
                .minVersion(advertisedLowest(entry.getKey(), entry.getValue()))
                .maxVersion(entry.getValue().highest())
                .build());
        }
        return table;
    }

    /// librdkafka up to 2.11.0 takes a Produce range that does not hold 0 as "cannot compress"
    /// (librdkafka issue 4956); versions 0 to 2 are advertised for it and refused, as Kafka 4 does.
    private static short advertisedLowest(ApiKey key, Range range) {
        return key == ApiKey.PRODUCE ? 0 : range.lowest();
    }
}
