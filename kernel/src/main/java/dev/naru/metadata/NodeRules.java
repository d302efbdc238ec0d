package dev.naru.metadata;

import dev.naru.base.Now;
import dev.naru.config.Settings;

/// When a node counts as lost, and whether leaderships return to the preferred leaders. Times are
/// positive nanoseconds.
public record NodeRules(long sessionNs, long heartbeatNs, boolean returnsLeaders,
    long returnIntervalNs) {

    /// As the node's settings say.
    public static NodeRules of(Settings settings) {
        return new NodeRules(
            Math.max(1, settings.number("broker.session.timeout.ms")) * Now.NS_PER_MS,
            Math.max(1, settings.number("broker.heartbeat.interval.ms")) * Now.NS_PER_MS,
            settings.flag("auto.leader.rebalance.enable"),
            new Now(0, 0).afterMs(
                1_000L * settings.number("leader.imbalance.check.interval.seconds")));
    }

    /// What is left to a node that somebody could not reach: a heartbeat that is on its way still
    /// counts.
    long graceNs() {
        return Math.min(sessionNs, 2 * heartbeatNs);
    }
}
