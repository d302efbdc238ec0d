package dev.naru.client;

import java.util.List;

/// Which group a member joins, and how. An empty `instanceId` is a dynamic member. A `heartbeatMs` of
/// 0 is as the coordinator says, where it says it (KIP-848).
public record GroupMemberSettings(String groupId, String instanceId, List<String> topics,
    int sessionTimeoutMs, int rebalanceTimeoutMs, long heartbeatMs) {}
