package dev.naru.base;

import org.jspecify.annotations.Nullable;

/// How a request ends, as the protocol numbers it. `NONE` is success.
public enum ErrorCode {
    // @formatter:off
    UNKNOWN_SERVER_ERROR(-1, false,
        "The server failed in a way that has no code of its own; its log says more."),
    NONE(0, false, "No error."),
    OFFSET_OUT_OF_RANGE(1, false, "The partition does not hold this offset."),
    CORRUPT_MESSAGE(2, true, "The batch is damaged: checksum, size or structure is wrong."),
    UNKNOWN_TOPIC_OR_PARTITION(3, true, "This node does not host such a topic or partition."),
    INVALID_FETCH_SIZE(4, false, "The number of bytes asked for makes no sense."),
    LEADER_NOT_AVAILABLE(5, true, "The partition has no leader at the moment."),
    NOT_LEADER_OR_FOLLOWER(6, true,
        "This node is not the leader, or not a replica, of the partition."),
    REQUEST_TIMED_OUT(7, true, "The request was not completed within its time."),
    BROKER_NOT_AVAILABLE(8, false, "The broker is not reachable."),
    REPLICA_NOT_AVAILABLE(9, true, "The replica cannot be used for this request."),
    MESSAGE_TOO_LARGE(10, false, "A batch is larger than the topic allows."),
    STALE_CONTROLLER_EPOCH(11, false, "Another node has become the controller meanwhile."),
    OFFSET_METADATA_TOO_LARGE(12, false, "The text stored with the offset is too long."),
    NETWORK_EXCEPTION(13, true, "The connection broke before the answer arrived."),
    COORDINATOR_LOAD_IN_PROGRESS(14, true, "The coordinator is still loading its state."),
    COORDINATOR_NOT_AVAILABLE(15, true, "There is no coordinator at the moment."),
    NOT_COORDINATOR(16, true, "Another node is the coordinator."),
    INVALID_TOPIC_EXCEPTION(17, false,
        "The topic's name is not allowed, or the topic may not be used like this."),
    RECORD_LIST_TOO_LARGE(18, false, "The batch is larger than a segment of the log."),
    NOT_ENOUGH_REPLICAS(19, true,
        "Fewer replicas are in sync than the topic asks for; nothing was written."),
    NOT_ENOUGH_REPLICAS_AFTER_APPEND(20, true,
        "Written, but to fewer in-sync replicas than asked for."),
    INVALID_REQUIRED_ACKS(21, false, "The acknowledgements asked for must be -1, 0 or 1."),
    ILLEGAL_GENERATION(22, false, "The group is in another generation."),
    INCONSISTENT_GROUP_PROTOCOL(23, false, "The member has no protocol in common with its group."),
    INVALID_GROUP_ID(24, false, "The group's id is not allowed."),
    UNKNOWN_MEMBER_ID(25, false, "The group has no such member."),
    INVALID_SESSION_TIMEOUT(26, false, "The session timeout lies outside of the broker's limits."),
    REBALANCE_IN_PROGRESS(27, false, "The group is rebalancing; the member must join again."),
    INVALID_COMMIT_OFFSET_SIZE(28, false, "The commit does not fit into a record."),
    TOPIC_AUTHORIZATION_FAILED(29, false, "Access to the topic is denied."),
    GROUP_AUTHORIZATION_FAILED(30, false, "Access to the group is denied."),
    CLUSTER_AUTHORIZATION_FAILED(31, false, "Access to the cluster is denied."),
    INVALID_TIMESTAMP(32, false, "A timestamp is too far from the broker's clock."),
    UNSUPPORTED_SASL_MECHANISM(33, false, "The listener does not offer this SASL mechanism."),
    ILLEGAL_SASL_STATE(34, false, "This is not the time for such a request in the authentication."),
    UNSUPPORTED_VERSION(35, false, "This version of the request is not served here."),
    TOPIC_ALREADY_EXISTS(36, false, "A topic of this name is already there."),
    INVALID_PARTITIONS(37, false, "The number of partitions is not allowed."),
    INVALID_REPLICATION_FACTOR(38, false,
        "The replication factor is below 1 or above the number of brokers."),
    INVALID_REPLICA_ASSIGNMENT(39, false, "The replicas cannot be placed as asked."),
    INVALID_CONFIG(40, false, "A setting is unknown or its value is not allowed."),
    NOT_CONTROLLER(41, true, "Another node is the controller."),
    INVALID_REQUEST(42, false, "The request contradicts itself or the protocol."),
    UNSUPPORTED_FOR_MESSAGE_FORMAT(43, false,
        "The format of the stored records does not allow this."),
    POLICY_VIOLATION(44, false, "A policy of this cluster forbids it."),
    OUT_OF_ORDER_SEQUENCE_NUMBER(45, false, "The producer's sequence number is not the next one."),
    DUPLICATE_SEQUENCE_NUMBER(46, false, "The producer's batch was written before."),
    INVALID_PRODUCER_EPOCH(47, false, "The producer's epoch is not the current one."),
    INVALID_TXN_STATE(48, false, "The transaction is not in a state that allows this."),
    INVALID_PRODUCER_ID_MAPPING(49, false, "The transactional id belongs to another producer id."),
    INVALID_TRANSACTION_TIMEOUT(50, false, "The transaction timeout is above the broker's limit."),
    CONCURRENT_TRANSACTIONS(51, true, "Another step of the same transaction is still under way."),
    TRANSACTION_COORDINATOR_FENCED(52, false,
        "The marker comes from a coordinator that has been replaced."),
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED(53, false, "Access to the transactional id is denied."),
    SECURITY_DISABLED(54, false, "Authorization is not switched on."),
    OPERATION_NOT_ATTEMPTED(55, false,
        "This part was left out because another part of the request failed."),
    KAFKA_STORAGE_ERROR(56, true, "The disk is full or failed."),
    LOG_DIR_NOT_FOUND(57, false, "The broker has no such data directory."),
    SASL_AUTHENTICATION_FAILED(58, false, "The credentials were refused."),
    UNKNOWN_PRODUCER_ID(59, false, "Nothing is known of this producer any more."),
    REASSIGNMENT_IN_PROGRESS(60, false, "The partition is already being moved."),
    DELEGATION_TOKEN_AUTH_DISABLED(61, false, "Delegation tokens are not switched on."),
    DELEGATION_TOKEN_NOT_FOUND(62, false, "There is no such delegation token."),
    DELEGATION_TOKEN_OWNER_MISMATCH(63, false, "The delegation token belongs to somebody else."),
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED(64, false,
        "Delegation tokens cannot be asked for on this connection."),
    DELEGATION_TOKEN_AUTHORIZATION_FAILED(65, false, "Access to the delegation token is denied."),
    DELEGATION_TOKEN_EXPIRED(66, false, "The delegation token has expired."),
    INVALID_PRINCIPAL_TYPE(67, false, "Principals of this type are not served."),
    NON_EMPTY_GROUP(68, false, "The group still has members."),
    GROUP_ID_NOT_FOUND(69, false, "There is no such group."),
    FETCH_SESSION_ID_NOT_FOUND(70, true, "There is no such fetch session."),
    INVALID_FETCH_SESSION_EPOCH(71, true, "The fetch session is at another epoch."),
    LISTENER_NOT_FOUND(72, true, "The leader has no listener of the kind that was asked."),
    TOPIC_DELETION_DISABLED(73, false, "Topics cannot be deleted here."),
    FENCED_LEADER_EPOCH(74, true, "The request names a leader epoch that is over."),
    UNKNOWN_LEADER_EPOCH(75, true,
        "The request names a leader epoch that this node has not heard of yet."),
    UNSUPPORTED_COMPRESSION_TYPE(76, false, "The client cannot read this compression."),
    STALE_BROKER_EPOCH(77, false, "The broker has been registered anew meanwhile."),
    OFFSET_NOT_AVAILABLE(78, true, "A new leader does not know yet how far it may answer."),
    MEMBER_ID_REQUIRED(79, false, "Join again with the member id given."),
    PREFERRED_LEADER_NOT_AVAILABLE(80, true, "The preferred leader cannot lead now."),
    GROUP_MAX_SIZE_REACHED(81, false, "The group has as many members as it may have."),
    FENCED_INSTANCE_ID(82, false, "Another member has taken over this group instance id."),
    ELIGIBLE_LEADERS_NOT_AVAILABLE(83, true, "No replica that may lead is alive."),
    ELECTION_NOT_NEEDED(84, true, "The partition already has the leader that was wanted."),
    NO_REASSIGNMENT_IN_PROGRESS(85, false, "The partition is not being moved."),
    GROUP_SUBSCRIBED_TO_TOPIC(86, false,
        "The group still reads the topic, so its offsets must stay."),
    INVALID_RECORD(87, false, "A record breaks a rule of the topic or of the format."),
    UNSTABLE_OFFSET_COMMIT(88, true, "An open transaction may still change the offset."),
    THROTTLING_QUOTA_EXCEEDED(89, true, "The client has used up its quota for now."),
    PRODUCER_FENCED(90, false, "A newer producer uses the same transactional id."),
    RESOURCE_NOT_FOUND(91, false, "The request names something that is not there."),
    DUPLICATE_RESOURCE(92, false, "The request names the same thing twice."),
    UNACCEPTABLE_CREDENTIAL(93, false,
        "The credential is too weak or not of a form that is taken."),
    INCONSISTENT_VOTER_SET(94, false, "Sender or receiver is not among the voters expected."),
    INVALID_UPDATE_VERSION(95, false, "The version to change to is not allowed."),
    FEATURE_UPDATE_FAILED(96, false, "The features could not be changed."),
    PRINCIPAL_DESERIALIZATION_FAILURE(97, false,
        "The principal in a forwarded request cannot be read."),
    SNAPSHOT_NOT_FOUND(98, false, "There is no such snapshot."),
    POSITION_OUT_OF_RANGE(99, false, "The position lies outside of the snapshot."),
    UNKNOWN_TOPIC_ID(100, true, "This node knows no topic with this id."),
    DUPLICATE_BROKER_REGISTRATION(101, false, "Another broker runs under this id."),
    BROKER_ID_NOT_REGISTERED(102, false, "No broker is registered under this id."),
    INCONSISTENT_TOPIC_ID(103, true, "The partition stored here belongs to another topic id."),
    INCONSISTENT_CLUSTER_ID(104, false, "The request is meant for another cluster."),
    TRANSACTIONAL_ID_NOT_FOUND(105, false, "Nothing is known of this transactional id."),
    FETCH_SESSION_TOPIC_ID_ERROR(106, true, "The fetch session mixes topic names and topic ids."),
    INELIGIBLE_REPLICA(107, false, "A replica may not join the in-sync set."),
    NEW_LEADER_ELECTED(108, false,
        "The change was made, and the partition has another leader now."),
    OFFSET_MOVED_TO_TIERED_STORAGE(109, false,
        "The offset is in remote storage, no longer on this node."),
    FENCED_MEMBER_EPOCH(110, false,
        "The member's epoch is over; it must give up its partitions and join again."),
    UNRELEASED_INSTANCE_ID(111, false, "Another member still uses this group instance id."),
    UNSUPPORTED_ASSIGNOR(112, false, "The group does not offer this assignor."),
    STALE_MEMBER_EPOCH(113, false,
        "The member's epoch is old; try again after the next heartbeat."),
    MISMATCHED_ENDPOINT_TYPE(114, false, "The request came to the wrong kind of endpoint."),
    UNSUPPORTED_ENDPOINT_TYPE(115, false, "Endpoints of this kind are not served."),
    UNKNOWN_CONTROLLER_ID(116, false, "There is no controller with this id."),
    UNKNOWN_SUBSCRIPTION_ID(117, false, "The telemetry subscription is not the current one."),
    TELEMETRY_TOO_LARGE(118, false, "More telemetry at once than is taken."),
    INVALID_REGISTRATION(119, false, "The registration contradicts what the controller knows."),
    TRANSACTION_ABORTABLE(120, false,
        "The transaction must be aborted; the producer can go on after that."),
    INVALID_RECORD_STATE(121, false,
        "The record is not in a state that can be acknowledged like this."),
    SHARE_SESSION_NOT_FOUND(122, true, "There is no such share session."),
    INVALID_SHARE_SESSION_EPOCH(123, true, "The share session is at another epoch."),
    FENCED_STATE_EPOCH(124, false, "The share partition's state is at another epoch."),
    INVALID_VOTER_KEY(125, false, "The voter is known under another key."),
    DUPLICATE_VOTER(126, false, "The voter is already among the voters."),
    VOTER_NOT_FOUND(127, false, "There is no such voter."),
    INVALID_REGULAR_EXPRESSION(128, false, "The regular expression cannot be used."),
    REBOOTSTRAP_REQUIRED(129, false,
        "What the client knows of the cluster is too old; it must start afresh."),
    STREAMS_INVALID_TOPOLOGY(130, false, "The topology contradicts itself."),
    STREAMS_INVALID_TOPOLOGY_EPOCH(131, false, "The topology's epoch makes no sense."),
    STREAMS_TOPOLOGY_FENCED(132, false, "The group has a newer topology."),
    SHARE_SESSION_LIMIT_REACHED(133, true, "This node has as many share sessions as it may have."),
    GROUP_DELETION_FAILED(134, false, "The group was not deleted; its own entry says why."),
    STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED(135, false,
        "The topology's description was not stored; the message says why."),
    CONTROLLER_ID_NOT_REGISTERED(136, false, "No controller is registered under this id.");
    // @formatter:on

    private static final int LOWEST = -1;
    private static final @Nullable ErrorCode[] BY_CODE = new @Nullable ErrorCode[values().length];

    static {
        for (var error : values())
            BY_CODE[error.code - LOWEST] = error;
    }

    private final short code;
    private final boolean retriable;
    private final String text;

    ErrorCode(int code, boolean retriable, String text) {
        this.code = (short) code;
        this.retriable = retriable;
        this.text = text;
    }

    /// The error that `code` stands for; one that this release does not know is
    /// UNKNOWN_SERVER_ERROR.
    public static ErrorCode of(short code) {
        int slot = code - LOWEST;
        if (slot < 0 || slot >= BY_CODE.length) return UNKNOWN_SERVER_ERROR;
        var known = BY_CODE[slot];
        return known == null ? UNKNOWN_SERVER_ERROR : known;
    }

    public short code() {
        return code;
    }

    /// Whether the same request can succeed later.
    public boolean isRetriable() {
        return retriable;
    }

    /// One sentence for people.
    public String text() {
        return text;
    }
}
