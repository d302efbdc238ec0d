package dev.naru.config;

import static dev.naru.config.Allow.ANY;
import static dev.naru.config.Allow.REPLICAS;
import static dev.naru.config.Allow.atLeast;
import static dev.naru.config.Allow.between;
import static dev.naru.config.Allow.oneOf;
import static dev.naru.config.Allow.share;
import static dev.naru.config.Handling.HONOURED;
import static dev.naru.config.Handling.LEASED_FILES;
import static dev.naru.config.Handling.NO_SUCH_PART;
import static dev.naru.config.Handling.NO_TIERS;
import static dev.naru.config.Handling.ONE_NODE;
import static dev.naru.config.Handling.REFUSE_TIERS;
import static dev.naru.config.Mode.OPEN;
import static dev.naru.config.Type.BOOLEAN;
import static dev.naru.config.Type.DOUBLE;
import static dev.naru.config.Type.INT;
import static dev.naru.config.Type.LIST;
import static dev.naru.config.Type.LONG;
import static dev.naru.config.Type.STRING;

import java.util.List;

/// Settings of a topic.
final class TopicTable {
    private TopicTable() {}

    static final List<SettingDefinition> ALL = List.of(
        new SettingDefinition("cleanup.policy", LIST, List.of("delete"), oneOf("compact", "delete"),
            OPEN, HONOURED,
            "What happens to old records: delete by age and size, compact to the newest value "
                + "of each key, both, or, left empty, neither."),
        new SettingDefinition("compression.gzip.level", INT, -1L,
            oneOf("-1", "1", "2", "3", "4", "5", "6", "7", "8", "9"), OPEN, HONOURED,
            "Level for batches that the broker compresses with gzip: 1 is fastest, 9 smallest, "
                + "-1 the codec's choice."),
        new SettingDefinition("compression.lz4.level", INT, 9L, between(1, 17), OPEN, HONOURED,
            "Level for batches that the broker compresses with lz4."),
        new SettingDefinition("compression.type", STRING, "producer",
            oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"), OPEN, HONOURED,
            "Codec in which batches are stored: one of the codecs, uncompressed, or producer, "
                + "which stores them as they came."),
        new SettingDefinition("compression.zstd.level", INT, 3L, between(-131_072, 22), OPEN,
            HONOURED,
            "Level for batches that the broker compresses with zstd; negative levels are "
                + "fastest."),
        new SettingDefinition("delete.retention.ms", LONG, 86_400_000L, atLeast(0), OPEN,
            HONOURED,
            "How long the tombstones of deleted keys are kept once they are compacted."),
        new SettingDefinition("errors.deadletterqueue.group.enable", BOOLEAN, false, ANY, OPEN,
            HONOURED,
            "Allows share groups to put records they could not use into this topic."),
        new SettingDefinition("file.delete.delay.ms", LONG, 60_000L, atLeast(0), OPEN, LEASED_FILES,
            "How long a file that was deleted stays on disk for those still reading it."),
        new SettingDefinition("flush.messages", LONG, Long.MAX_VALUE, atLeast(1), OPEN, HONOURED,
            "Records after which the partition is flushed to disk. With naru.flush.on.ack every "
                + "append is flushed anyway."),
        new SettingDefinition("flush.ms", LONG, Long.MAX_VALUE, atLeast(0), OPEN, HONOURED,
            "Longest time a record stays unflushed."),
        new SettingDefinition("follower.replication.throttled.replicas", LIST, List.of(), REPLICAS,
            OPEN, HONOURED,
            "Replicas whose copying is throttled on the side of the follower, as "
                + "partition:node, or * for all."),
        new SettingDefinition("index.interval.bytes", INT, 4096L, atLeast(0), OPEN, HONOURED,
            "Bytes of records between two entries of the offset index."),
        new SettingDefinition("internal.segment.bytes", INT, null, ANY, OPEN, HONOURED, true,
            "Segment size below what segment.bytes allows, for tests; it comes before "
                + "segment.bytes."),
        new SettingDefinition("leader.replication.throttled.replicas", LIST, List.of(), REPLICAS,
            OPEN, HONOURED,
            "Replicas whose copying is throttled on the side of the leader, as partition:node, "
                + "or * for all."),
        new SettingDefinition("local.retention.bytes", LONG, -2L, atLeast(-2), OPEN, NO_TIERS,
            "Bytes of a partition kept on the node when older ones are in a remote tier; -2 "
                + "follows retention.bytes."),
        new SettingDefinition("local.retention.ms", LONG, -2L, atLeast(-2), OPEN, NO_TIERS,
            "Age up to which records are kept on the node when older ones are in a remote tier; "
                + "-2 follows retention.ms."),
        new SettingDefinition("max.compaction.lag.ms", LONG, Long.MAX_VALUE, atLeast(1), OPEN,
            HONOURED,
            "Age at which a record must have been compacted, however little there is to gain."),
        new SettingDefinition("max.decompressed.message.bytes", INT, 2_147_483_639L,
            between(1, 2_147_483_639), OPEN, HONOURED,
            "Size that a batch may have once it is decompressed; a larger one is refused."),
        new SettingDefinition("max.message.bytes", INT, 1_048_588L, atLeast(0), OPEN, HONOURED,
            "Largest batch, in bytes as it is stored, that this topic takes."),
        new SettingDefinition("message.timestamp.after.max.ms", LONG, 3_600_000L, atLeast(0), OPEN,
            HONOURED,
            "How far in the future the timestamp of a record may lie."),
        new SettingDefinition("message.timestamp.before.max.ms", LONG, Long.MAX_VALUE, atLeast(0),
            OPEN, HONOURED,
            "How far in the past the timestamp of a record may lie."),
        new SettingDefinition("message.timestamp.type", STRING, "CreateTime",
            oneOf("CreateTime", "LogAppendTime"), OPEN, HONOURED,
            "Whether a record keeps the producer's timestamp (CreateTime) or gets the broker's "
                + "(LogAppendTime)."),
        new SettingDefinition("min.cleanable.dirty.ratio", DOUBLE, 0.5, share(0, 1), OPEN,
            HONOURED,
            "Share of a log that must not be compacted yet before the cleaner takes it up."),
        new SettingDefinition("min.compaction.lag.ms", LONG, 0L, atLeast(0), OPEN, HONOURED,
            "Age below which a record is left alone by compaction."),
        new SettingDefinition("min.insync.replicas", INT, 1L, atLeast(1), OPEN, HONOURED,
            "Replicas that must hold a record before acks=all is answered. A partition with "
                + "fewer replicas needs all of them."),
        new SettingDefinition("naru.flush.on.ack", BOOLEAN, true, ANY, OPEN, HONOURED,
            "Acknowledges a record only when it is on disk, not merely in the page cache. "
                + "Turned off, a power cut may take acknowledged records."),
        new SettingDefinition("preallocate", BOOLEAN, false, ANY, OPEN, NO_SUCH_PART,
            "Reserves the whole size of a segment's file when it is begun."),
        new SettingDefinition("remote.copy.lag.bytes", LONG, -1L, atLeast(-1), OPEN, NO_TIERS,
            "Size of the closed segments that may wait before they are copied to the remote "
                + "tier."),
        new SettingDefinition("remote.copy.lag.ms", LONG, 0L, atLeast(-1), OPEN, NO_TIERS,
            "Age a closed segment may reach before it is copied to the remote tier."),
        new SettingDefinition("remote.log.copy.disable", BOOLEAN, false, ANY, OPEN, NO_TIERS,
            "Copies no more of this topic to the remote tier but goes on reading from it."),
        new SettingDefinition("remote.log.delete.on.disable", BOOLEAN, false, ANY, OPEN, NO_TIERS,
            "Deletes what the remote tier holds when the tier is turned off for this topic."),
        new SettingDefinition("remote.storage.enable", BOOLEAN, false, ANY, OPEN, REFUSE_TIERS,
            "Keeps older segments of this topic in a remote store."),
        new SettingDefinition("retention.bytes", LONG, -1L, ANY, OPEN, HONOURED,
            "Size above which the oldest segments of a partition are deleted; -1 sets no limit."),
        new SettingDefinition("retention.ms", LONG, 604_800_000L, atLeast(-1), OPEN, HONOURED,
            "How long records are kept; -1 keeps them for ever."),
        new SettingDefinition("segment.bytes", INT, 1_073_741_824L, atLeast(1_048_576), OPEN,
            HONOURED,
            "Size at which a new segment is begun."),
        new SettingDefinition("segment.index.bytes", INT, 10_485_760L, atLeast(4), OPEN, HONOURED,
            "Size at which an index is full, which begins a new segment."),
        new SettingDefinition("segment.jitter.ms", LONG, 0L, atLeast(0), OPEN, HONOURED,
            "Up to this much is taken off segment.ms by chance, so that not all partitions "
                + "begin a segment at once."),
        new SettingDefinition("segment.ms", LONG, 604_800_000L, atLeast(1), OPEN, HONOURED,
            "Age at which a new segment is begun even if the current one is not full."),
        new SettingDefinition("unclean.leader.election.enable", BOOLEAN, false, ANY, OPEN, ONE_NODE,
            "Allows a replica that lacks acknowledged records to lead when no other one is "
                + "left. Records are lost that way."));
}
