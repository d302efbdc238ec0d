package dev.naru.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Names that are not settings of Kafka 4 but stand in many files: those of older releases, of
/// plug-ins and of single listeners.
final class RemovedNames {
    private RemovedNames() {}

    /// What becomes of one of them. A star at the end of the name stands for every ending.
    record Removed(String name, boolean isRefused, String why) {}

    static final List<Removed> ALL = List.of(
        refused("advertised.host.name", "use advertised.listeners"),
        refused("advertised.port", "use advertised.listeners"),
        refused("allow.everyone.if.no.acl.found",
            "access control is not available in this release"),
        ignored("auto.include.jmx.reporter", "reporters are not loaded"),
        refused("config.providers.*",
            "values from other sources are not available in this release"),
        ignored("confluent.*", "it belongs to another product"),
        ignored("control.plane.listener.name", "nodes of a cluster do without it so far"),
        ignored("controlled.shutdown.max.retries", "nodes of a cluster do without it so far"),
        ignored("controlled.shutdown.retry.backoff.ms", "nodes of a cluster do without it so far"),
        ignored("delegation.token.master.key",
            "delegation tokens are not available in this release"),
        ignored("eligible.leader.replicas.enable", "eligible leaders are always kept"),
        ignored("group.coordinator.new.enable", "there is one group coordinator"),
        ignored("group.share.enable", "share groups are not available in this release"),
        ignored("group.share.max.groups", "share groups are not available in this release"),
        refused("host.name", "use listeners"),
        ignored("inter.broker.protocol.version", "nodes agree on their own"),
        ignored("leader.imbalance.per.broker.percentage",
            "nodes of a cluster do without it so far"),
        ignored("listener.name.*",
            "one listener speaks TLS, that between nodes, and ssl.* are its settings"),
        ignored("log.message.downconversion.enable", "records are never converted"),
        ignored("log.message.format.version", "there is one record format"),
        ignored("log.message.timestamp.difference.max.ms",
            "use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms"),
        ignored("message.downconversion.enable", "records are never converted"),
        ignored("message.format.version", "there is one record format"),
        ignored("message.timestamp.difference.max.ms",
            "use message.timestamp.before.max.ms and message.timestamp.after.max.ms"),
        ignored("offsets.commit.required.acks", "a commit always waits for all in-sync replicas"),
        ignored("password.encoder.*", "passwords are not stored"),
        refused("port", "use listeners"),
        ignored("quota.consumer.default", "quotas are not available in this release"),
        ignored("quota.producer.default", "quotas are not available in this release"),
        ignored("reserved.broker.max.id",
            "the cluster gives the number above its highest, and any other can be given to a node"),
        ignored("rlmm.config.*", "remote tiers are not available in this release"),
        ignored("rsm.config.*", "remote tiers are not available in this release"),
        refused("super.users", "access control is not available in this release"),
        ignored("unstable.metadata.versions.enable", "it adjusts a part that Naru does not have"),
        refused("zookeeper.*", "there is no ZooKeeper, the node keeps its metadata itself"));

    private static final Map<String, Removed> BY_NAME = byName();

    static Optional<Removed> find(String name) {
        var exact = BY_NAME.get(name);
        if (exact != null) return Optional.of(exact);
        for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
            var family = BY_NAME.get(name.substring(0, dot + 1).concat("*"));
            if (family != null) return Optional.of(family);
        }
        return Optional.empty();
    }

    private static Removed ignored(String name, String why) {
        return new Removed(name, false, why);
    }

    private static Removed refused(String name, String why) {
        return new Removed(name, true, why);
    }

    private static Map<String, Removed> byName() {
        var byName = HashMap.<String, Removed>newHashMap(ALL.size());
        for (var removed : ALL) {
            byName.put(removed.name(), removed);
        }
        return byName;
    }
}
