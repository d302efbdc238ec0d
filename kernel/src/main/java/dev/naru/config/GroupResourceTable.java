package dev.naru.config;

import static dev.naru.config.Allow.ANY;
import static dev.naru.config.Allow.STARTING_POINT;
import static dev.naru.config.Allow.atLeast;
import static dev.naru.config.Allow.between;
import static dev.naru.config.Allow.oneOf;
import static dev.naru.config.Allow.share;
import static dev.naru.config.Handling.HONOURED;
import static dev.naru.config.Handling.LOOPS_NOT_THREADS;
import static dev.naru.config.Handling.NO_WARM_UPS;
import static dev.naru.config.Handling.ONLY_STICKY;
import static dev.naru.config.Handling.SHARED_AT_ONCE;
import static dev.naru.config.Mode.OPEN;
import static dev.naru.config.Type.BOOLEAN;
import static dev.naru.config.Type.DOUBLE;
import static dev.naru.config.Type.INT;
import static dev.naru.config.Type.LIST;
import static dev.naru.config.Type.LONG;
import static dev.naru.config.Type.STRING;

import java.util.List;

/// Settings of one group.
final class GroupResourceTable {
    private GroupResourceTable() {}

    static final List<SettingDefinition> ALL = List.of(
        new SettingDefinition("consumer.assignment.interval.ms", INT, 1000L, atLeast(0), OPEN,
            HONOURED,
            "Shortest time between two assignments of this group under the consumer protocol."),
        new SettingDefinition("consumer.assignor.offload.enable", BOOLEAN, true, ANY, OPEN,
            LOOPS_NOT_THREADS, true,
            "Computes assignments of this group on a thread of their own."),
        new SettingDefinition("consumer.heartbeat.interval.ms", INT, 5000L, atLeast(1), OPEN,
            HONOURED,
            "How often members of this group are told to show that they live."),
        new SettingDefinition("consumer.session.timeout.ms", INT, 45_000L, atLeast(1), OPEN,
            HONOURED,
            "A member of this group that is silent for this long is removed."),
        new SettingDefinition("errors.deadletterqueue.copy.record.enable", BOOLEAN, false, ANY,
            OPEN, HONOURED,
            "Copies the whole record, not only where it is, to the topic for unusable records."),
        new SettingDefinition("errors.deadletterqueue.topic.name", STRING, "", ANY, OPEN,
            HONOURED,
            "Topic for records that this share group could not use; empty turns it off."),
        new SettingDefinition("naru.share.backoff.initial.ms", LONG, 0L, between(0, 3_600_000),
            OPEN, HONOURED,
            "How long a record of this share group rests after its first delivery before it is "
                + "lent again; 0 lends it at once."),
        new SettingDefinition("naru.share.backoff.max.ms", LONG, 60_000L, between(0, 86_400_000),
            OPEN, HONOURED,
            "Longest rest of a record between two deliveries."),
        new SettingDefinition("naru.share.backoff.multiplier", DOUBLE, 2.0, share(1, 100), OPEN,
            HONOURED,
            "How many times longer a record rests after each further delivery."),
        new SettingDefinition("naru.share.key.order", BOOLEAN, false, ANY, OPEN, HONOURED,
            "Lends all records of one key to one member at a time, in their order."),
        new SettingDefinition("share.assignment.interval.ms", INT, 1000L, atLeast(0), OPEN,
            SHARED_AT_ONCE,
            "Shortest time between two assignments of this share group."),
        new SettingDefinition("share.assignor.offload.enable", BOOLEAN, true, ANY, OPEN,
            SHARED_AT_ONCE, true,
            "Computes assignments of this share group on a thread of their own."),
        new SettingDefinition("share.auto.offset.reset", STRING, "latest", STARTING_POINT, OPEN,
            HONOURED,
            "Where this share group begins when it has no position: earliest, latest, or "
                + "by_duration: and an ISO 8601 duration."),
        new SettingDefinition("share.delivery.count.limit", INT, 5L, atLeast(2), OPEN,
            HONOURED,
            "How often a record is given out before it counts as unusable."),
        new SettingDefinition("share.heartbeat.interval.ms", INT, 5000L, atLeast(1), OPEN,
            HONOURED,
            "How often members of this share group are told to show that they live."),
        new SettingDefinition("share.isolation.level", STRING, "read_uncommitted",
            oneOf("read_committed", "read_uncommitted"), OPEN, HONOURED,
            "Whether this share group sees records of transactions that are not decided yet."),
        new SettingDefinition("share.partition.max.record.locks", INT, 2000L, atLeast(100), OPEN,
            HONOURED,
            "Records of one partition that may be locked at one time."),
        new SettingDefinition("share.record.lock.duration.ms", INT, 30_000L, atLeast(1000), OPEN,
            HONOURED,
            "How long a record stays locked for the consumer that was given it."),
        new SettingDefinition("share.renew.acknowledge.enable", BOOLEAN, true, ANY, OPEN,
            HONOURED,
            "Lets consumers prolong the lock of a record."),
        new SettingDefinition("share.session.timeout.ms", INT, 45_000L, atLeast(1), OPEN,
            HONOURED,
            "A member of this share group that is silent for this long is removed."),
        new SettingDefinition("streams.acceptable.recovery.lag", LONG, 10_000L, atLeast(0), OPEN,
            HONOURED, true,
            "Records a task's copy may lag behind and still count as caught up."),
        new SettingDefinition("streams.assignment.interval.ms", INT, 1000L, atLeast(0), OPEN,
            HONOURED,
            "Shortest time between two assignments of this streams group."),
        new SettingDefinition("streams.assignor.name", STRING, null, ANY, OPEN, ONLY_STICKY,
            "Assignor of this streams group; unset takes the first of group.streams.assignors."),
        new SettingDefinition("streams.assignor.offload.enable", BOOLEAN, true, ANY, OPEN,
            LOOPS_NOT_THREADS, true,
            "Computes assignments of this streams group on a thread of their own."),
        new SettingDefinition("streams.heartbeat.interval.ms", INT, 5000L, atLeast(1), OPEN,
            HONOURED,
            "How often members of this streams group are told to show that they live."),
        new SettingDefinition("streams.initial.rebalance.delay.ms", INT, 3000L, atLeast(0), OPEN,
            HONOURED,
            "How long this streams group waits for more members before tasks are first handed "
                + "out."),
        new SettingDefinition("streams.num.standby.replicas", INT, 0L, atLeast(0), OPEN,
            HONOURED,
            "Standby copies of each task."),
        new SettingDefinition("streams.num.warmup.replicas", INT, 2L, atLeast(0), OPEN,
            NO_WARM_UPS, true,
            "Copies of tasks that may be warmed up at one time."),
        new SettingDefinition("streams.rack.aware.assignment.tags", LIST, List.of(), ANY, OPEN,
            HONOURED,
            "Client tags that members must have. Standby copies are not spread by them, as in "
                + "Kafka 4.4."),
        new SettingDefinition("streams.session.timeout.ms", INT, 45_000L, atLeast(1), OPEN,
            HONOURED,
            "A member of this streams group that is silent for this long is removed."),
        new SettingDefinition("streams.task.offset.interval.ms", INT, 60_000L, atLeast(1), OPEN,
            HONOURED, true,
            "How often members report the offsets of their tasks."));
}
