package dev.naru.broker;

/// Which operations a caller may do, as the bit fields of Metadata and DescribeCluster carry them
/// (KIP-430): bit n stands for the ACL operation of code n. Without an authorizer everybody may do
/// everything.
final class AuthorizedOperations {
    /// The request did not ask.
    static final int NOT_ASKED = Integer.MIN_VALUE;
    private static final int READ = 1 << 3;
    private static final int WRITE = 1 << 4;
    private static final int CREATE = 1 << 5;
    private static final int DELETE = 1 << 6;
    private static final int ALTER = 1 << 7;
    private static final int DESCRIBE = 1 << 8;
    private static final int CLUSTER_ACTION = 1 << 9;
    private static final int DESCRIBE_CONFIGS = 1 << 10;
    private static final int ALTER_CONFIGS = 1 << 11;
    private static final int IDEMPOTENT_WRITE = 1 << 12;
    /// All that can be done to a topic.
    static final int TOPIC = READ | WRITE | CREATE | DELETE | ALTER | DESCRIBE | DESCRIBE_CONFIGS
        | ALTER_CONFIGS;
    /// All that can be done to the cluster.
    static final int CLUSTER = CREATE | ALTER | DESCRIBE | CLUSTER_ACTION | DESCRIBE_CONFIGS
        | ALTER_CONFIGS | IDEMPOTENT_WRITE;

    private AuthorizedOperations() {}
}
