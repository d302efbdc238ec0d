package dev.naru.base;

/// Every limit of the kernel that is not a setting, with its reason. Reaching one is a named error.
public final class Limits {
    private Limits() {}

    /// Elements of one array on the wire (Kafka 4.4 refuses more, too): a declared count is never
    /// believed.
    public static final int ARRAY_ELEMENTS_MAX = 1_000_000;
    /// Tagged fields of one structure; unknown ones are skipped, not kept.
    public static final int TAGGED_FIELDS_MAX = 10_000;
    /// First capacity of a collection whose size somebody else declared.
    public static final int INITIAL_CAPACITY_MAX = 1_000;
    /// A frame shorter than this cannot hold a request header.
    public static final int FRAME_BYTES_MIN = 8;
    /// Frames up to this size do not draw on the request memory pool but on a reserve of their own.
    public static final int SMALL_FRAME_BYTES = 64 * 1024;
    /// Requests of one connection that are started and not answered: enough for every known
    /// client's pipelining (Java 5, librdkafka up to 1,000 but limited by answers).
    public static final int REQUESTS_IN_FLIGHT_MAX = 32;
    /// Fetch sessions of replicas on one loop: other nodes have one for each of their loops, so that
    /// more is asked for only when something is wrong.
    public static final int REPLICA_FETCH_SESSIONS_MAX = 1_000;
    /// Name of a topic (Kafka's own limit: directory names end in a partition number).
    public static final int TOPIC_NAME_CHARS_MAX = 249;
    /// Batches of one producer remembered for duplicate detection (the idempotent protocol,
    /// KIP-98).
    public static final int PRODUCER_BATCHES_KEPT = 5;
    /// New producers of a partition whose first batch was refused for want of room: what they send
    /// behind it must not get in before it. Beyond this, the oldest is forgotten, as Kafka does at once.
    public static final int PRODUCERS_HELD_MAX = 1_000;
    /// Partitions of one topic: bounds what a single CreateTopics can cost.
    public static final int PARTITIONS_PER_TOPIC_MAX = 100_000;
    /// Partitions that one request may create: as many as one topic may have.
    public static final int PARTITIONS_PER_REQUEST_MAX = PARTITIONS_PER_TOPIC_MAX;
    /// Partitions of a cluster: ten times what one node is built for.
    public static final int PARTITIONS_MAX = 1_000_000;
    /// Requests that wait for the controller: one per connection's worth of admin work.
    public static final int CONTROLLER_REQUESTS_WAITING_MAX = 10_000;
    /// Tokens for nodes to join with, those included that ended within a day.
    public static final int JOIN_TOKENS_MAX = 1_000;
    /// Directories of nodes that were removed, which do not get in again; the oldest is forgotten first.
    public static final int DIRECTORIES_REMOVED_MAX = 1_000;
    /// A draft this heavy (facts, and partitions in them) is proposed before more is decided.
    public static final int CONTROLLER_DRAFT_WEIGHT_MAX = 20_000;
    /// Partitions that go back to their preferred leaders in one batch: each costs its clients a look
    /// at the metadata.
    public static final int LEADERS_RETURNED_AT_ONCE_MAX = 500;
    /// Partitions that the cluster moves by itself at a time: enough to keep every link busy, few enough
    /// that each is done soon and its old replica gone.
    public static final int MOVES_AT_ONCE_MAX = 10;
    /// Moves that are told of at a time, and as many that would come next.
    public static final int MOVES_DESCRIBED_MAX = 10_000;
    /// Resources with settings of their own: groups and clients are named by whoever comes.
    public static final int CONFIGURED_RESOURCES_MAX = 200_000;
    /// Changes of topics that an image remembers by name: those who look at topics come every few
    /// seconds, and one who comes later looks at all that it reads.
    public static final int TOPIC_CHANGES_KEPT_MAX = 256;
    /// Producer ids in one block: more could use up the 63 bits in a lifetime.
    public static final int PRODUCER_IDS_PER_GRANT_MAX = 1_000_000;
    /// Bytes of one batch of metadata: the largest topic with five replicas each needs 4 MB.
    public static final int METADATA_BATCH_BYTES_MAX = 64 * 1024 * 1024;
    /// Batches of metadata that wait for the disk: the controller has one in flight.
    public static final int METADATA_PROPOSALS_WAITING_MAX = 1_000;
    /// The metadata log is replaced by a snapshot when it has grown by this much, and by as much as
    /// the last snapshot had.
    public static final long METADATA_BYTES_BEFORE_SNAPSHOT = 8 * 1024 * 1024;
    /// Facts in one block of a metadata snapshot, and so in one turn of the loop that writes it.
    public static final int METADATA_FACTS_PER_SNAPSHOT_BLOCK = 2_000;
    /// Room kept back for the facts that make room on a full disk: a thousand deletions and more.
    public static final int METADATA_RESERVE_BYTES = 64 * 1024;
    /// Bytes of `meta.properties`, which has five short lines.
    public static final int IDENTITY_BYTES_MAX = 64 * 1024;
    /// Replies of one shard that wait for the high watermark; more requests are told to come back
    /// later.
    public static final int SHARD_REPLIES_PARKED_MAX = 100_000;
    /// Keys and values of one batch in a shard's log: well below the smallest usual
    /// max.message.bytes. A single larger record is a batch of its own, and the log decides.
    public static final int SHARD_BATCH_BYTES_MAX = 512 * 1024;
    /// Groups of one shard: bounds what clients with ever new group ids can cost.
    public static final int GROUPS_PER_SHARD_MAX = 500_000;
    /// Members of one group that were given an id and have not yet come back with it.
    public static final int GROUP_PENDING_MEMBERS_MAX = 10_000;
    /// Protocols (assignment strategies) that one member proposes; real clients propose one to
    /// three.
    public static final int GROUP_PROTOCOLS_PER_MEMBER_MAX = 100;
    /// Metadata of all protocols of one member. Large users (Connect, Streams) stay below a
    /// megabyte.
    public static final int GROUP_MEMBER_METADATA_BYTES_MAX = 2 * 1024 * 1024;
    /// Assignments that a leader hands in: they are stored as one record.
    public static final int GROUP_ASSIGNMENT_BYTES_MAX = 16 * 1024 * 1024;
    /// Producers with an id that one partition remembers; past it the least recently used is
    /// forgotten, as if it had expired. About 300 bytes each.
    public static final int PRODUCERS_PER_PARTITION_MAX = 100_000;
    /// Transactions that are open in one partition: their producers are never forgotten, so they must
    /// leave room for others. A producer that would open one more is told to try again; transactions
    /// end, at the latest when their time is up.
    public static final int OPEN_TRANSACTIONS_PER_PARTITION_MAX = PRODUCERS_PER_PARTITION_MAX / 2;
    /// Bytes appended to a log before it notes a new recovery point: bounds what a start after a
    /// crash scans.
    public static final int BYTES_BETWEEN_CHECKPOINTS = 64 * 1024 * 1024;
    /// The last bytes that this process wrote to a segment count as being in memory.
    public static final int RECENT_TAIL_BYTES = 4 * 1024 * 1024;
    /// Characters of a group id, an instance id, a protocol's name: in any encoding they fit the
    /// 32,767 bytes of a stored string.
    public static final int GROUP_TEXT_CHARS_MAX = 10_000;
    /// Tasks whose offsets one thread of a streams application reports: they are kept in memory.
    public static final int STREAMS_TASK_OFFSETS_MAX = 10_000;
    /// The description of a streams application's topology: it is stored as one record. The largest
    /// known, of some thousand nodes, need a tenth.
    public static final int TOPOLOGY_DESCRIPTION_BYTES_MAX = 512 * 1024;
    /// A regular expression that a consumer subscribes by.
    public static final int PATTERN_CHARS_MAX = 2_000;
    /// Characters of a transactional id: in any encoding they fit the 32,767 bytes of a stored string.
    public static final int TRANSACTIONAL_ID_CHARS_MAX = 10_000;
    /// Transactional ids of one shard: bounds what clients with ever new ids can cost. About 500
    /// bytes each.
    public static final int TRANSACTIONAL_IDS_PER_SHARD_MAX = 200_000;
    /// Partitions of one transaction: they are stored as one record.
    public static final int TRANSACTION_PARTITIONS_MAX = 50_000;
    /// Requests that wait for one transaction to be complete: those of one client with its usual
    /// five in flight, many times over.
    public static final int TRANSACTION_WAITERS_MAX = 100;
    /// Those who wait for what a node has counted; they are all told the same.
    public static final int MEASURES_WAITING_MAX = 64;
    /// Spans of records with different fates in one share partition: they are stored as one record.
    /// Past it, records are lent again but no new ones are.
    public static final int SHARE_SPANS_MAX = 20_000;
    /// Share partitions whose state one shard keeps: bounds what ever new group ids can cost.
    public static final int SHARE_STATES_PER_SHARD_MAX = 100_000;
}
