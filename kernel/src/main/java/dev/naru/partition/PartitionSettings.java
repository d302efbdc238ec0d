package dev.naru.partition;

import dev.naru.log.LogSettings;
import dev.naru.record.BatchRules;

/// The settings of a partition's topic, in the shapes that its parts read.
///
/// @param isFlushOnAck acknowledged means flushed (DESIGN P11), else written to the page cache
/// @param flushMessages in page-cache mode, a flush is due after this many records
/// @param flushMs in page-cache mode, a flush is due this long after a record was written
public record PartitionSettings(LogSettings log, BatchRules rules, boolean isFlushOnAck,
    long flushMessages, long flushMs) {}
