package dev.naru.txn;

import dev.naru.config.BrokerNames;
import dev.naru.config.TypedSettings;

/// The broker's settings that transactions obey, each named after its Kafka property; and the flow
/// that the cluster's feature `transaction.version` allows, which is how the coordinator itself
/// ends transactions.
///
/// @param firstEpoch the epoch of the first producer of an id, 0 but where it is tested that epochs
/// are used up
public record TxnRules(int maxTimeoutMs, long abortCheckIntervalMs, long idExpirationMs,
    long expiryCheckIntervalMs, long waitMs, short firstEpoch, TxnFlow serverFlow) {
    /// Kafka's defaults.
    public static final TxnRules DEFAULT = new TxnRules(900_000, 10_000, 604_800_000L, 3_600_000,
        100, (short) 0, TxnFlow.V2);

    public TxnRules {
        require(maxTimeoutMs > 0, "transaction.max.timeout.ms is positive");
        require(abortCheckIntervalMs > 0,
            "transaction.abort.timed.out.transaction.cleanup.interval.ms is positive");
        require(idExpirationMs > 0, "transactional.id.expiration.ms is positive");
        require(expiryCheckIntervalMs > 0,
            "transaction.remove.expired.transaction.cleanup.interval.ms is positive");
        require(waitMs >= 0, "add.partitions.to.txn.retry.backoff.max.ms is not negative");
        require(firstEpoch >= 0 && firstEpoch <= TxnProducer.EPOCH_MAX,
            "naru.transaction.first.producer.epoch is one that may be given out");
    }

    /// As the broker is configured.
    public static TxnRules of(TypedSettings broker, TxnFlow serverFlow) {
        return new TxnRules(broker.integer(BrokerNames.TRANSACTION_MAX_TIMEOUT_MS),
            broker.number(BrokerNames.TRANSACTION_ABORT_CHECK_INTERVAL_MS),
            broker.number(BrokerNames.TRANSACTIONAL_ID_EXPIRATION_MS),
            broker.number(BrokerNames.TRANSACTION_EXPIRY_CHECK_INTERVAL_MS),
            broker.number(BrokerNames.TXN_WAIT_MAX_MS),
            (short) broker.integer(BrokerNames.NARU_TRANSACTION_FIRST_EPOCH), serverFlow);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) throw new IllegalArgumentException(rule);
    }
}
