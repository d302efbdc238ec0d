package dev.naru.config;

/// Names of the settings of a topic.
public interface TopicNames {
    String CLEANUP_POLICY = "cleanup.policy";
    String COMPRESSION_GZIP_LEVEL = "compression.gzip.level";
    String COMPRESSION_LZ4_LEVEL = "compression.lz4.level";
    String COMPRESSION_TYPE = "compression.type";
    String COMPRESSION_ZSTD_LEVEL = "compression.zstd.level";
    String DELETE_RETENTION_MS = "delete.retention.ms";
    String ERRORS_DEADLETTERQUEUE_GROUP_ENABLE = "errors.deadletterqueue.group.enable";
    String FILE_DELETE_DELAY_MS = "file.delete.delay.ms";
    String FLUSH_MESSAGES = "flush.messages";
    String FLUSH_MS = "flush.ms";
    String FOLLOWER_REPLICATION_THROTTLED_REPLICAS = "follower.replication.throttled.replicas";
    String INDEX_INTERVAL_BYTES = "index.interval.bytes";
    String INTERNAL_SEGMENT_BYTES = "internal.segment.bytes";
    String LEADER_REPLICATION_THROTTLED_REPLICAS = "leader.replication.throttled.replicas";
    String LOCAL_RETENTION_BYTES = "local.retention.bytes";
    String LOCAL_RETENTION_MS = "local.retention.ms";
    String MAX_COMPACTION_LAG_MS = "max.compaction.lag.ms";
    String MAX_DECOMPRESSED_MESSAGE_BYTES = "max.decompressed.message.bytes";
    String MAX_MESSAGE_BYTES = "max.message.bytes";
    String MESSAGE_TIMESTAMP_AFTER_MAX_MS = "message.timestamp.after.max.ms";
    String MESSAGE_TIMESTAMP_BEFORE_MAX_MS = "message.timestamp.before.max.ms";
    String MESSAGE_TIMESTAMP_TYPE = "message.timestamp.type";
    String MIN_CLEANABLE_DIRTY_RATIO = "min.cleanable.dirty.ratio";
    String MIN_COMPACTION_LAG_MS = "min.compaction.lag.ms";
    String MIN_INSYNC_REPLICAS = "min.insync.replicas";
    String NARU_FLUSH_ON_ACK = "naru.flush.on.ack";
    String PREALLOCATE = "preallocate";
    String REMOTE_COPY_LAG_BYTES = "remote.copy.lag.bytes";
    String REMOTE_COPY_LAG_MS = "remote.copy.lag.ms";
    String REMOTE_LOG_COPY_DISABLE = "remote.log.copy.disable";
    String REMOTE_LOG_DELETE_ON_DISABLE = "remote.log.delete.on.disable";
    String REMOTE_STORAGE_ENABLE = "remote.storage.enable";
    String RETENTION_BYTES = "retention.bytes";
    String RETENTION_MS = "retention.ms";
    String SEGMENT_BYTES = "segment.bytes";
    String SEGMENT_INDEX_BYTES = "segment.index.bytes";
    String SEGMENT_JITTER_MS = "segment.jitter.ms";
    String SEGMENT_MS = "segment.ms";
    String UNCLEAN_LEADER_ELECTION_ENABLE = "unclean.leader.election.enable";
}
