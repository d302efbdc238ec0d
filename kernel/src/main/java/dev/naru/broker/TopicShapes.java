package dev.naru.broker;

import dev.naru.base.Codecs;
import dev.naru.config.BrokerNames;
import dev.naru.config.Settings;
import dev.naru.config.TopicNames;
import dev.naru.config.TopicSettings;
import dev.naru.log.CleaningRules;
import dev.naru.log.LogSettings;
import dev.naru.partition.CleanerSettings;
import dev.naru.partition.PartitionSettings;
import dev.naru.record.BatchRules;
import dev.naru.record.Codec;
import java.util.Optional;

/// From a topic's settings, by name, to the shapes that the rooms below read.
final class TopicShapes {
    private TopicShapes() {}

    static PartitionSettings of(TopicSettings topic, long producerExpirationMs) {
        // flush.messages=1 asks for what flush mode does: no acknowledgement before the flush
        boolean isFlushOnAck = topic.flag(TopicNames.NARU_FLUSH_ON_ACK)
            || topic.number(TopicNames.FLUSH_MESSAGES) == 1;
        return new PartitionSettings(log(topic, producerExpirationMs), rules(topic), isFlushOnAck,
            topic.number(TopicNames.FLUSH_MESSAGES), topic.number(TopicNames.FLUSH_MS));
    }

    private static LogSettings log(TopicSettings topic, long producerExpirationMs) {
        return LogSettings.standard()
            .withSegmentBytes(topic.segmentBytes())
            .withSegmentMs(topic.number(TopicNames.SEGMENT_MS),
                topic.number(TopicNames.SEGMENT_JITTER_MS))
            .withIndex(topic.integer(TopicNames.SEGMENT_INDEX_BYTES),
                topic.integer(TopicNames.INDEX_INTERVAL_BYTES))
            .withRetention(Math.max(-1, topic.number(TopicNames.RETENTION_BYTES)),
                Math.max(-1, topic.number(TopicNames.RETENTION_MS)))
            .withCleanup(topic.isDeleting(), topic.isCompacting(),
                new CleaningRules(topic.number(TopicNames.DELETE_RETENTION_MS),
                    topic.fraction(TopicNames.MIN_CLEANABLE_DIRTY_RATIO),
                    topic.number(TopicNames.MIN_COMPACTION_LAG_MS),
                    topic.number(TopicNames.MAX_COMPACTION_LAG_MS)))
            .withProducerExpirationMs(producerExpirationMs);
    }

    /// What the cleaner of one of `loops` loops may do: they share the memory and the speed.
    static CleanerSettings cleaner(Settings broker, int loops) {
        return new CleanerSettings(broker.flag(BrokerNames.LOG_CLEANER_ENABLE),
            broker.number(BrokerNames.LOG_CLEANER_BACKOFF_MS),
            broker.number(BrokerNames.LOG_CLEANER_DEDUPE_BUFFER_SIZE) / loops,
            broker.fraction(BrokerNames.LOG_CLEANER_IO_BUFFER_LOAD_FACTOR),
            broker.fraction(BrokerNames.LOG_CLEANER_IO_MAX_BYTES_PER_SECOND) / loops,
            broker.integer(BrokerNames.LOG_CLEANER_IO_BUFFER_SIZE));
    }

    private static BatchRules rules(TopicSettings topic) {
        int maxMessageBytes = topic.integer(TopicNames.MAX_MESSAGE_BYTES);
        long maxDecompressedBytes = Math.min(
            topic.number(TopicNames.MAX_DECOMPRESSED_MESSAGE_BYTES),
            BatchRules.decompressedBytesFor(maxMessageBytes));
        var codec = Codec.named(topic.text(TopicNames.COMPRESSION_TYPE));
        return new BatchRules(maxMessageBytes, Integer.MAX_VALUE, maxDecompressedBytes,
            topic.isCompacting(),
            topic.text(TopicNames.MESSAGE_TIMESTAMP_TYPE).equals("LogAppendTime"),
            topic.number(TopicNames.MESSAGE_TIMESTAMP_BEFORE_MAX_MS),
            topic.number(TopicNames.MESSAGE_TIMESTAMP_AFTER_MAX_MS), codec, level(topic, codec));
    }

    private static int level(TopicSettings topic, Optional<Codec> codec) {
        if (codec.isEmpty()) return Codecs.DEFAULT_LEVEL;
        return switch (codec.get()) {
            case GZIP -> topic.integer(TopicNames.COMPRESSION_GZIP_LEVEL);
            case LZ4 -> topic.integer(TopicNames.COMPRESSION_LZ4_LEVEL);
            case ZSTD -> topic.integer(TopicNames.COMPRESSION_ZSTD_LEVEL);
            case NONE, SNAPPY -> Codecs.DEFAULT_LEVEL;
        };
    }
}
