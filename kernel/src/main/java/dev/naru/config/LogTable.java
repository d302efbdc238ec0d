package dev.naru.config;

import static dev.naru.config.Allow.ANY;
import static dev.naru.config.Allow.FILLED;
import static dev.naru.config.Allow.atLeast;
import static dev.naru.config.Allow.between;
import static dev.naru.config.Allow.oneOf;
import static dev.naru.config.Allow.share;
import static dev.naru.config.Handling.HONOURED;
import static dev.naru.config.Handling.LEASED_FILES;
import static dev.naru.config.Handling.NOTED_TOGETHER;
import static dev.naru.config.Handling.NO_SUCH_PART;
import static dev.naru.config.Handling.NO_TIERS;
import static dev.naru.config.Handling.ONE_DIRECTORY;
import static dev.naru.config.Handling.OWN_CLEANER;
import static dev.naru.config.Handling.REFUSE_DIRECTORIES;
import static dev.naru.config.Mode.BROKER;
import static dev.naru.config.Mode.CLUSTER;
import static dev.naru.config.Mode.FIXED;
import static dev.naru.config.Type.BOOLEAN;
import static dev.naru.config.Type.DOUBLE;
import static dev.naru.config.Type.INT;
import static dev.naru.config.Type.LIST;
import static dev.naru.config.Type.LONG;
import static dev.naru.config.Type.STRING;

import java.util.List;

/// Records on disk: retention, segments, flushing, compression.
final class LogTable {
    private LogTable() {}

    static final List<SettingDefinition> ALL = List.of(
        new SettingDefinition("compression.gzip.level", INT, -1L,
            oneOf("-1", "1", "2", "3", "4", "5", "6", "7", "8", "9"), CLUSTER, HONOURED,
            "Level for batches that the broker compresses with gzip: 1 is fastest, 9 smallest, "
                + "-1 the codec's choice."),
        new SettingDefinition("compression.lz4.level", INT, 9L, between(1, 17), CLUSTER, HONOURED,
            "Level for batches that the broker compresses with lz4."),
        new SettingDefinition("compression.type", STRING, "producer",
            oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"), CLUSTER, HONOURED,
            "Codec in which batches are stored: one of the codecs, uncompressed, or producer, "
                + "which stores them as they came."),
        new SettingDefinition("compression.zstd.level", INT, 3L, between(-131_072, 22), CLUSTER,
            HONOURED,
            "Level for batches that the broker compresses with zstd; negative levels are "
                + "fastest."),
        new SettingDefinition("cordoned.log.dirs", LIST, List.of(), ANY, BROKER, REFUSE_DIRECTORIES,
            "Data directories that are given no new partitions."),
        new SettingDefinition("log.cleaner.backoff.ms", LONG, 15_000L, atLeast(0), CLUSTER,
            HONOURED,
            "Pause of the cleaner when there is nothing to compact."),
        new SettingDefinition("log.cleaner.dedupe.buffer.size", LONG, 134_217_728L, ANY, CLUSTER,
            HONOURED,
            "Memory in which the cleaner keeps the newest offset of each key."),
        new SettingDefinition("log.cleaner.delete.retention.ms", LONG, 86_400_000L, atLeast(0),
            CLUSTER, HONOURED,
            "How long a compacted topic keeps the tombstones of deleted keys, unless the topic "
                + "says otherwise."),
        new SettingDefinition("log.cleaner.enable", BOOLEAN, true, ANY, FIXED, HONOURED,
            "Compacts topics whose cleanup policy asks for it."),
        new SettingDefinition("log.cleaner.io.buffer.load.factor", DOUBLE, 0.9, ANY, CLUSTER,
            HONOURED,
            "How full the cleaner's table of keys may get, as a share of 1."),
        new SettingDefinition("log.cleaner.io.buffer.size", INT, 524_288L, atLeast(0), CLUSTER,
            HONOURED,
            "Memory for the cleaner's reads and writes."),
        new SettingDefinition("log.cleaner.io.max.bytes.per.second", DOUBLE, Double.MAX_VALUE, ANY,
            CLUSTER, HONOURED,
            "Bytes per second that the cleaner reads and writes at most."),
        new SettingDefinition("log.cleaner.max.compaction.lag.ms", LONG, Long.MAX_VALUE, atLeast(1),
            CLUSTER, HONOURED,
            "Age at which a record must have been compacted, however little there is to gain, "
                + "unless the topic says otherwise."),
        new SettingDefinition("log.cleaner.min.cleanable.ratio", DOUBLE, 0.5, share(0, 1),
            CLUSTER, HONOURED,
            "Share of a log that must not be compacted yet before the cleaner takes it up, "
                + "unless the topic says otherwise."),
        new SettingDefinition("log.cleaner.min.compaction.lag.ms", LONG, 0L, atLeast(0), CLUSTER,
            HONOURED,
            "Age below which a record is left alone by compaction, unless the topic says "
                + "otherwise."),
        new SettingDefinition("log.cleaner.threads", INT, 1L, atLeast(0), CLUSTER, OWN_CLEANER,
            "Threads that compact."),
        new SettingDefinition("log.cleanup.policy", LIST, List.of("delete"),
            oneOf("compact", "delete"), CLUSTER, HONOURED,
            "What happens to old records of a topic that does not say: delete by age and size, "
                + "compact to the newest value of each key, both, or, left empty, neither."),
        new SettingDefinition("log.dir", LIST, List.of("data"), FILLED, FIXED, HONOURED,
            "The data directory, when log.dirs is not set."),
        new SettingDefinition("log.dir.failure.timeout.ms", LONG, 30_000L, atLeast(1), FIXED,
            ONE_DIRECTORY,
            "How long a broker with a failed data directory may go without telling the "
                + "controller before it stops."),
        new SettingDefinition("log.dirs", LIST, null, FILLED, FIXED, HONOURED,
            "The data directory. Several are refused: Naru writes one."),
        new SettingDefinition("log.flush.interval.messages", LONG, Long.MAX_VALUE, atLeast(1),
            CLUSTER, HONOURED,
            "Records after which a partition is flushed to disk, unless the topic says "
                + "otherwise. With naru.flush.on.ack every append is flushed anyway."),
        new SettingDefinition("log.flush.interval.ms", LONG, null, ANY, CLUSTER, HONOURED,
            "Longest time a record stays unflushed, unless the topic says otherwise. Without "
                + "it, log.flush.scheduler.interval.ms counts."),
        new SettingDefinition("log.flush.offset.checkpoint.interval.ms", INT, 60_000L, atLeast(0),
            FIXED, HONOURED,
            "How often the offsets up to which logs are known to be on disk are noted."),
        new SettingDefinition("log.flush.scheduler.interval.ms", LONG, Long.MAX_VALUE, ANY, FIXED,
            HONOURED,
            "Longest time a record stays unflushed when log.flush.interval.ms is not set."),
        new SettingDefinition("log.flush.start.offset.checkpoint.interval.ms", INT, 60_000L,
            atLeast(0), FIXED, NOTED_TOGETHER,
            "How often the first offsets of logs are noted."),
        new SettingDefinition("log.index.interval.bytes", INT, 4096L, atLeast(0), CLUSTER, HONOURED,
            "Bytes of records between two entries of the offset index, unless the topic says "
                + "otherwise."),
        new SettingDefinition("log.index.size.max.bytes", INT, 10_485_760L, atLeast(4), CLUSTER,
            HONOURED,
            "Size at which an index is full, which begins a new segment, unless the topic says "
                + "otherwise."),
        new SettingDefinition("log.initial.task.delay.ms", LONG, 30_000L, atLeast(0), FIXED,
            HONOURED, true,
            "Time after the start at which logs are first looked over for retention, flushing "
                + "and checkpoints."),
        new SettingDefinition("log.local.retention.bytes", LONG, -2L, atLeast(-2), CLUSTER,
            NO_TIERS,
            "Bytes of a partition kept on this node when older ones are in a remote tier; -2 "
                + "follows the topic's retention."),
        new SettingDefinition("log.local.retention.ms", LONG, -2L, atLeast(-2), CLUSTER, NO_TIERS,
            "Age up to which records are kept on this node when older ones are in a remote "
                + "tier; -2 follows the topic's retention."),
        new SettingDefinition("log.message.timestamp.after.max.ms", LONG, 3_600_000L, atLeast(0),
            CLUSTER, HONOURED,
            "How far in the future the timestamp of a record may lie, unless the topic says "
                + "otherwise."),
        new SettingDefinition("log.message.timestamp.before.max.ms", LONG, Long.MAX_VALUE,
            atLeast(0), CLUSTER, HONOURED,
            "How far in the past the timestamp of a record may lie, unless the topic says "
                + "otherwise."),
        new SettingDefinition("log.message.timestamp.type", STRING, "CreateTime",
            oneOf("CreateTime", "LogAppendTime"), CLUSTER, HONOURED,
            "Whether a record keeps the producer's timestamp (CreateTime) or gets the broker's "
                + "(LogAppendTime), unless the topic says otherwise."),
        new SettingDefinition("log.preallocate", BOOLEAN, false, ANY, CLUSTER, NO_SUCH_PART,
            "Reserves the whole size of a segment's file when it is begun."),
        new SettingDefinition("log.remote.copy.lag.bytes", LONG, -1L, atLeast(-1), CLUSTER,
            NO_TIERS,
            "Size of the closed segments that may wait before they are copied to the remote "
                + "tier."),
        new SettingDefinition("log.remote.copy.lag.ms", LONG, 0L, atLeast(-1), CLUSTER, NO_TIERS,
            "Age a closed segment may reach before it is copied to the remote tier."),
        new SettingDefinition("log.retention.bytes", LONG, -1L, ANY, CLUSTER, HONOURED,
            "Size above which the oldest segments of a partition are deleted, unless the topic "
                + "says otherwise; -1 sets no limit."),
        new SettingDefinition("log.retention.check.interval.ms", LONG, 300_000L, atLeast(1), FIXED,
            HONOURED,
            "How often logs are looked over for segments to delete."),
        new SettingDefinition("log.retention.hours", INT, 168L, ANY, FIXED, HONOURED,
            "Hours that records are kept, unless the topic says otherwise. "
                + "log.retention.minutes and log.retention.ms come first."),
        new SettingDefinition("log.retention.minutes", INT, null, ANY, FIXED, HONOURED,
            "Minutes that records are kept, unless the topic says otherwise. It comes before "
                + "log.retention.hours and after log.retention.ms."),
        new SettingDefinition("log.retention.ms", LONG, null, ANY, CLUSTER, HONOURED,
            "Milliseconds that records are kept, unless the topic says otherwise; -1 keeps them "
                + "for ever. It comes before log.retention.minutes and log.retention.hours."),
        new SettingDefinition("log.roll.hours", INT, 168L, atLeast(1), FIXED, HONOURED,
            "Hours after which a new segment is begun even if the current one is not full. "
                + "log.roll.ms comes first."),
        new SettingDefinition("log.roll.jitter.hours", INT, 0L, atLeast(0), FIXED, HONOURED,
            "Up to this many hours are taken off log.roll.hours by chance, so that not all "
                + "partitions begin a segment at once. log.roll.jitter.ms comes first."),
        new SettingDefinition("log.roll.jitter.ms", LONG, null, ANY, CLUSTER, HONOURED,
            "Up to this many milliseconds are taken off the age at which a segment is rolled, "
                + "unless the topic says otherwise."),
        new SettingDefinition("log.roll.ms", LONG, null, ANY, CLUSTER, HONOURED,
            "Milliseconds after which a new segment is begun even if the current one is not "
                + "full, unless the topic says otherwise."),
        new SettingDefinition("log.segment.bytes", INT, 1_073_741_824L, atLeast(1_048_576), CLUSTER,
            HONOURED,
            "Size at which a new segment is begun, unless the topic says otherwise."),
        new SettingDefinition("log.segment.delete.delay.ms", LONG, 60_000L, atLeast(0), CLUSTER,
            LEASED_FILES,
            "How long a file that was deleted stays on disk for those still reading it."),
        new SettingDefinition("max.decompressed.message.bytes", INT, 2_147_483_639L,
            between(1, 2_147_483_639), CLUSTER, HONOURED,
            "Size that a batch may have once it is decompressed; a larger one is refused, "
                + "unless the topic says otherwise."),
        new SettingDefinition("message.max.bytes", INT, 1_048_588L, atLeast(0), CLUSTER, HONOURED,
            "Largest batch, in bytes as it is stored, that a topic takes unless it says "
                + "otherwise."),
        new SettingDefinition("naru.flush.on.ack", BOOLEAN, true, ANY, CLUSTER, HONOURED,
            "Acknowledges a record only when it is on disk, not merely in the page cache, "
                + "unless the topic says otherwise. Turned off, a power cut may take acknowledged "
                + "records."));
}
