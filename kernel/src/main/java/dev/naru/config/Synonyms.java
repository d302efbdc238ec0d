package dev.naru.config;

import java.util.List;

/// Which settings of the broker stand behind one of a topic or a group when it has no value of its
/// own, the strongest first.
final class Synonyms {
    private Synonyms() {}

    /// A setting of the broker and the factor that makes the other setting's unit of it.
    record Link(String brokerName, long factor) {}

    private static final List<Link> RETENTION = List.of(new Link("log.retention.ms", 1),
        new Link("log.retention.minutes", 60_000), new Link("log.retention.hours", 3_600_000));
    private static final List<Link> ROLL = List.of(new Link("log.roll.ms", 1),
        new Link("log.roll.hours", 3_600_000));
    private static final List<Link> JITTER = List.of(new Link("log.roll.jitter.ms", 1),
        new Link("log.roll.jitter.hours", 3_600_000));
    private static final List<Link> FLUSH = List.of(new Link("log.flush.interval.ms", 1),
        new Link("log.flush.scheduler.interval.ms", 1));

    /// Settings of a topic that the broker has under the same name.
    private static final List<String> SAME = List.of("compression.gzip.level",
        "compression.lz4.level", "compression.type",
        "compression.zstd.level", "max.decompressed.message.bytes", "min.insync.replicas",
        "naru.flush.on.ack",
        "unclean.leader.election.enable");
    /// Settings of a topic that the broker has under the same name behind `log.`.
    private static final List<String> LOG = List.of("cleanup.policy", "index.interval.bytes",
        "local.retention.bytes",
        "local.retention.ms", "message.timestamp.after.max.ms", "message.timestamp.before.max.ms",
        "message.timestamp.type", "preallocate", "remote.copy.lag.bytes", "remote.copy.lag.ms",
        "retention.bytes",
        "segment.bytes");

    /// Settings of a group that the broker does not have. Every other one it has behind `group.`.
    private static final List<String> GROUP_ONLY = List.of(
        "errors.deadletterqueue.copy.record.enable",
        "errors.deadletterqueue.topic.name", "naru.share.backoff.initial.ms",
        "naru.share.backoff.max.ms", "naru.share.backoff.multiplier", "naru.share.key.order",
        "share.auto.offset.reset", "share.isolation.level",
        "share.renew.acknowledge.enable", "streams.assignor.name");

    static List<Link> ofTopic(String name) {
        if (SAME.contains(name)) return List.of(new Link(name, 1));
        if (LOG.contains(name)) return List.of(new Link("log.".concat(name), 1));
        return switch (name) {
            case "delete.retention.ms" -> List.of(new Link("log.cleaner.delete.retention.ms", 1));
            case "file.delete.delay.ms" -> List.of(new Link("log.segment.delete.delay.ms", 1));
            case "flush.messages" -> List.of(new Link("log.flush.interval.messages", 1));
            case "flush.ms" -> FLUSH;
            case "max.compaction.lag.ms" ->
                List.of(new Link("log.cleaner.max.compaction.lag.ms", 1));
            case "max.message.bytes" -> List.of(new Link("message.max.bytes", 1));
            case "min.cleanable.dirty.ratio" ->
                List.of(new Link("log.cleaner.min.cleanable.ratio", 1));
            case "min.compaction.lag.ms" ->
                List.of(new Link("log.cleaner.min.compaction.lag.ms", 1));
            case "retention.ms" -> RETENTION;
            case "segment.index.bytes" -> List.of(new Link("log.index.size.max.bytes", 1));
            case "segment.jitter.ms" -> JITTER;
            case "segment.ms" -> ROLL;
            default -> List.of();
        };
    }

    static List<Link> ofGroup(String name) {
        return GROUP_ONLY.contains(name) ? List.of() : List.of(new Link("group.".concat(name), 1));
    }

    /// The broker's settings that give the same thing in a coarser unit or as a fallback.
    static List<String> weaker(String brokerName) {
        return switch (brokerName) {
            case "log.retention.ms" -> List.of("log.retention.minutes", "log.retention.hours");
            case "log.retention.minutes" -> List.of("log.retention.hours");
            case "log.roll.ms" -> List.of("log.roll.hours");
            case "log.roll.jitter.ms" -> List.of("log.roll.jitter.hours");
            case "log.flush.interval.ms" -> List.of("log.flush.scheduler.interval.ms");
            default -> List.of();
        };
    }
}
