package dev.naru.txn;

import dev.naru.shard.FactCodec;
import dev.naru.shard.KeyValue;
import dev.naru.wire.Malformed;
import dev.naru.wire.Reader;
import dev.naru.wire.message.TransactionLogKey;
import dev.naru.wire.message.TransactionLogValue;
import dev.naru.wire.message.TransactionLogValue.PartitionsSchema;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The records of `__transaction_state`, as Kafka writes and reads them.
///
/// ```
///   key   | int16 record type: 0          | transactional id |
///   value | int16 version of the value    | fields           |   absent: a tombstone
/// ```
/// Writes version 1, as Kafka does since `transaction.version` 1; reads every version.
public final class TxnCodec implements FactCodec<TxnFact> {
    private static final short KEY = 0;
    private static final short KEY_VERSION = 0;
    private static final short VALUE_VERSION = 1;

    @Override public KeyValue encode(TxnFact fact) {
        return switch (fact) {
            case TxnFact.Stored(String id, Txn txn) -> new KeyValue(key(id), value(txn));
            case TxnFact.Removed(String id) -> new KeyValue(key(id), null);
            case TxnFact.Passing _ -> throw new IllegalArgumentException("not a logged fact");
        };
    }

    @Override public Decoded<TxnFact> decode(KeyValue bytes) {
        try {
            var in = new Reader(bytes.key());
            short type = in.int16();
            if (type != KEY) return new Decoded.Unknown<>("a record of type " + type);
            var id = TransactionLogKey.read(in, KEY_VERSION).transactionalId();
            return new Decoded.Known<>(fact(id, bytes.value()));
        } catch (Malformed malformed) {
            return new Decoded.Unknown<>("an unreadable record: " + malformed.getMessage());
        }
    }

    private static ByteBuffer key(String id) {
        return TransactionLogKey.builder().transactionalId(id).build().toBuffer(KEY, KEY_VERSION);
    }

    private static ByteBuffer value(Txn txn) {
        return TransactionLogValue.builder()
            .producerId(txn.producer().producerId())
            .previousProducerId(txn.previousProducerId())
            .nextProducerId(txn.nextProducerId())
            .producerEpoch(txn.producer().producerEpoch())
            .transactionTimeoutMs(txn.timeoutMs())
            .transactionStatus(txn.status().id())
            .transactionPartitions(partitions(txn))
            .transactionLastUpdateTimestampMs(txn.lastUpdateMs())
            .transactionStartTimestampMs(txn.startMs())
            .clientTransactionVersion(txn.flow().version())
            .build().toBuffer(VALUE_VERSION, VALUE_VERSION);
    }

    private static @Nullable List<PartitionsSchema> partitions(Txn txn) {
        if (txn.status() == TxnStatus.EMPTY) return null;
        var byTopic = new TreeMap<String, List<Integer>>();
        for (var each : txn.partitions()) {
            byTopic.computeIfAbsent(each.topic(), _ -> new ArrayList<>()).add(each.partition());
        }
        var topics = new ArrayList<PartitionsSchema>();
        byTopic.forEach((topic, indexes) -> topics
            .add(PartitionsSchema.builder().topic(topic).partitionIds(indexes).build()));
        return topics;
    }

    private static TxnFact fact(String id, @Nullable ByteBuffer value) throws Malformed {
        if (value == null) return new TxnFact.Removed(id);
        var fields = new Reader(value);
        short version = fields.int16();
        if (version < 0) throw new Malformed("a value of version " + version);
        var read = TransactionLogValue.read(fields,
            (short) Math.min(version, TransactionLogValue.HIGHEST_VERSION));
        var status = TxnStatus.of(read.transactionStatus())
            .orElseThrow(() -> new Malformed("there is no status " + read.transactionStatus()));
        var producer = new TxnProducer(read.producerId(), read.producerEpoch());
        return new TxnFact.Stored(id, new Txn(producer, read.previousProducerId(),
            read.nextProducerId(), read.transactionTimeoutMs(), status,
            partitions(read.transactionPartitions()), read.transactionStartTimestampMs(),
            read.transactionLastUpdateTimestampMs(),
            TxnFlow.at(read.clientTransactionVersion())));
    }

    private static SortedSet<TxnPartition> partitions(@Nullable List<PartitionsSchema> topics) {
        var partitions = new TreeSet<TxnPartition>();
        if (topics == null) return Collections.unmodifiableSortedSet(partitions);
        for (var topic : topics) {
            for (int index : topic.partitionIds())
                partitions.add(new TxnPartition(topic.topic(), index));
        }
        return Collections.unmodifiableSortedSet(partitions);
    }
}
