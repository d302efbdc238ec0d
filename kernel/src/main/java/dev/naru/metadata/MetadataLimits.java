package dev.naru.metadata;

import dev.naru.base.Limits;

/// The limits of this room, with their reasons (I17).
final class MetadataLimits {
    private MetadataLimits() {}

    /// Requests that wait for the controller: one per connection's worth of admin work; more are
    /// told to come back.
    static final int REQUESTS_WAITING_MAX = 10_000;
    /// A draft that has become this heavy (facts, and partitions in them) is proposed before more
    /// is decided.
    static final int DRAFT_WEIGHT_MAX = 20_000;
    /// Partitions that one request may create: what a topic may have, so that the largest topic
    /// fits.
    static final int PARTITIONS_PER_REQUEST_MAX = Limits.PARTITIONS_PER_TOPIC_MAX;
    /// Partitions of the cluster: ten times what a node is built for.
    static final int PARTITIONS_MAX = 1_000_000;
    /// Resources with settings of their own: groups and clients are named by whoever comes.
    static final int CONFIGURED_RESOURCES_MAX = 200_000;
    /// Producer ids in one block: more could use up the 63 bits in a lifetime.
    static final int PRODUCER_IDS_PER_GRANT_MAX = 1_000_000;
    /// Bytes of one batch: the largest topic with five replicas each needs 4 MB.
    static final int BATCH_BYTES_MAX = 64 * 1024 * 1024;
    /// Proposals that wait for a flush: the controller has one in flight, tools a few.
    static final int PROPOSALS_WAITING_MAX = 1_000;
    /// The log is cut by a snapshot when it has grown by this much, and by as much as the last
    /// snapshot had.
    static final long LOG_BYTES_BEFORE_SNAPSHOT = 8 * 1024 * 1024;
    /// Facts in one block of a snapshot, and so in one turn of the loop that writes it.
    static final int FACTS_PER_SNAPSHOT_BLOCK = 2_000;
    /// Bytes of `meta.properties`: it has five short lines.
    static final int IDENTITY_BYTES_MAX = 64 * 1024;
}
