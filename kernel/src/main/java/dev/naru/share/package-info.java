/// Queues over partitions (share groups, KIP-932): which records of a partition are lent to which
/// member, what became of them, and where that is stored. Doors: SharePartition, ShareTerms,
/// ShareStateShard, ShareStateRequest, ShareStateCodec. Laws: I10, I20, I21, I22.
@NullMarked
package dev.naru.share;

import org.jspecify.annotations.NullMarked;
