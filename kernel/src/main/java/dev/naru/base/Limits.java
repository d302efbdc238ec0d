package dev.naru.base;

/// Every limit of the kernel that is not a setting, with its reason. Reaching one is a named error.
public final class Limits {
    private Limits() {}

    /// Elements of one array on the wire (Kafka 4.4 refuses more, too): a declared count is never believed.
    public static final int ARRAY_ELEMENTS_MAX = 1_000_000;
    /// Tagged fields of one structure; unknown ones are skipped, not kept.
    public static final int TAGGED_FIELDS_MAX = 10_000;
    /// First capacity of a collection whose size somebody else declared.
    public static final int INITIAL_CAPACITY_MAX = 1_000;
    /// A frame shorter than this cannot hold a request header.
    public static final int FRAME_BYTES_MIN = 8;
    /// Frames up to this size do not draw on the request memory pool but on a reserve of their own.
    public static final int SMALL_FRAME_BYTES = 64 * 1024;
    /// Requests of one connection that are started and not answered: enough for every known client's
    /// pipelining (Java 5, librdkafka up to 1,000 but limited by answers).
    public static final int REQUESTS_IN_FLIGHT_MAX = 32;
    /// Name of a topic (Kafka's own limit: directory names end in a partition number).
    public static final int TOPIC_NAME_CHARS_MAX = 249;
    /// Batches of one producer remembered for duplicate detection (the idempotent protocol, KIP-98).
    public static final int PRODUCER_BATCHES_KEPT = 5;
    /// Partitions of one topic: bounds what a single CreateTopics can cost.
    public static final int PARTITIONS_PER_TOPIC_MAX = 100_000;
}
