package dev.naru.broker;

import dev.naru.base.Codecs;
import dev.naru.config.TopicNames;
import dev.naru.config.TopicSettings;
import dev.naru.log.LogSettings;
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
                topic.number(TopicNames.DELETE_RETENTION_MS))
            .withProducerExpirationMs(producerExpirationMs);
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
