package dev.naru.share;

import java.util.List;

/// What has to be stored of a share partition for what was decided to be so.
///
/// @param startOffset where the share partition starts once this is stored
/// @param finalCount offsets at or past it with a final state
public record Change(long startOffset, int finalCount, List<StateBatch> batches) {}
