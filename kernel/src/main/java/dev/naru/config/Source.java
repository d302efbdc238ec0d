package dev.naru.config;

/// Where a value comes from. The ids are those of the protocol.
public enum Source {
    /// The topic's own.
    TOPIC(1),
    /// Altered for one broker.
    DYNAMIC_BROKER(2),
    /// Altered for all brokers.
    DYNAMIC_DEFAULT_BROKER(3),
    /// What the broker was started with.
    STATIC_BROKER(4),
    /// Nobody gave one.
    DEFAULT(5),
    /// The metrics subscription's own.
    CLIENT_METRICS(7),
    /// The group's own.
    GROUP(8);

    private final byte id;

    Source(int id) {
        this.id = (byte) id;
    }

    /// The number that DescribeConfigs gives for this source.
    public byte id() {
        return id;
    }
}
