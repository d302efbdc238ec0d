package dev.naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.jspecify.annotations.Nullable;

/// Finds transactions that hang: open in a partition, and no coordinator knows that it has to end
/// them (KIP-664). What is younger than the longest timeout of a transaction is left in peace, for
/// its coordinator may still be about to add the partition.
final class TxnSearch {
    static final long TIMEOUT_MINUTES_MAX = 15;
    private static final long MINUTE_MS = 60_000;
    private static final int BATCH = 500;

    /// A transaction that is open in a partition.
    record Open(TopicPartition partition, ProducerState producer) {
        long startOffset() {
            return producer.currentTransactionStartOffset().orElse(-1);
        }

        long minutes(long nowMs) {
            return Math.max(0, nowMs - producer.lastTimestamp()) / MINUTE_MS;
        }
    }

    /// Where to look.
    record Scope(Optional<String> topic, OptionalInt partition, OptionalInt broker,
        long timeoutMinutesMax) {
        static Scope of(Given given) {
            var scope = new Scope(given.text("--topic"), given.integer("--partition"),
                given.integer("--broker-id"),
                given.number("--max-transaction-timeout", TIMEOUT_MINUTES_MAX));
            if (scope.partition.isPresent() && scope.topic.isEmpty()) {
                throw Failed.usage("--partition needs --topic");
            }
            return scope;
        }
    }

    private final Admin admin;

    TxnSearch(Admin admin) {
        this.admin = admin;
    }

    List<Open> hanging(Scope scope, long nowMs) {
        var open = new ArrayList<Open>();
        var partitions = List.copyOf(partitions(scope));
        for (int at = 0; at < partitions.size(); at += BATCH) {
            var batch = partitions.subList(at, Math.min(partitions.size(), at + BATCH));
            open.addAll(open(batch, scope, nowMs));
        }
        if (open.isEmpty()) return List.of();
        var described = described(open);
        return open.stream().filter(found -> isHanging(found, described)).toList();
    }

    /// The producers of a partition, as its leader or one of its replicas knows them.
    List<ProducerState> producers(TopicPartition partition, OptionalInt broker) {
        var options = new DescribeProducersOptions();
        if (broker.isPresent()) options.brokerId(broker.getAsInt());
        return Explain.get(admin.describeProducers(Set.of(partition), options)
            .partitionResult(partition)).activeProducers();
    }

    /// What to tell a broker to abort the transaction that begins at this offset.
    AbortTransactionSpec specOf(TopicPartition partition, long startOffset) {
        for (ProducerState producer : producers(partition, OptionalInt.empty())) {
            if (producer.currentTransactionStartOffset().orElse(-1) != startOffset) continue;
            return new AbortTransactionSpec(partition, producer.producerId(),
                (short) producer.producerEpoch(), coordinatorEpoch(producer.coordinatorEpoch()
                    .orElse(-1)));
        }
        throw Failed.because("Could not find any open transactions starting at offset "
            + startOffset + " on partition " + partition);
    }

    /// A producer that never ended a transaction has no coordinator's epoch: the lowest there is
    /// stands for it, which no later coordinator's is below.
    static int coordinatorEpoch(int known) {
        return Math.max(0, known);
    }

    /// Hanging: no transactional id belongs to its producer, or that one's transaction is not in
    /// this partition.
    static boolean isHanging(Open open, Map<Long, TransactionDescription> byProducer) {
        TransactionDescription known = byProducer.get(open.producer().producerId());
        return known == null || !known.topicPartitions().contains(open.partition());
    }

    private Set<TopicPartition> partitions(Scope scope) {
        var wanted = new TreeSet<>(Order.BY_PARTITION);
        if (scope.topic().isPresent() && scope.partition().isPresent()) {
            wanted.add(new TopicPartition(scope.topic().get(), scope.partition().getAsInt()));
            return wanted;
        }
        List<String> topics = scope.topic().map(List::of)
            .orElseGet(() -> List.copyOf(Explain.get(admin.listTopics().names())));
        Topics.described(admin, topics).values().forEach(topic -> topic.partitions().stream()
            .filter(found -> scope.broker().isEmpty() || found.replicas().stream()
                .anyMatch(node -> node.id() == scope.broker().getAsInt()))
            .forEach(found -> wanted.add(new TopicPartition(topic.name(), found.partition()))));
        return wanted;
    }

    private List<Open> open(List<TopicPartition> partitions, Scope scope, long nowMs) {
        var options = new DescribeProducersOptions();
        if (scope.broker().isPresent()) options.brokerId(scope.broker().getAsInt());
        var answers = Explain.get(admin.describeProducers(partitions, options).all());
        var open = new ArrayList<Open>();
        for (TopicPartition partition : partitions) {
            var answer = answers.get(partition);
            if (answer == null) continue;
            answer.activeProducers().stream()
                .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                .filter(producer -> nowMs - producer.lastTimestamp() > scope.timeoutMinutesMax()
                    * MINUTE_MS)
                .forEach(producer -> open.add(new Open(partition, producer)));
        }
        return open;
    }

    private Map<Long, TransactionDescription> described(List<Open> open) {
        var producers = new TreeSet<Long>();
        open.forEach(found -> producers.add(found.producer().producerId()));
        Collection<TransactionListing> listed = Explain.get(admin.listTransactions(
            new ListTransactionsOptions().filterProducerIds(producers)).all());
        var idByProducer = new LinkedHashMap<Long, String>();
        listed.stream().filter(listing -> producers.contains(listing.producerId()))
            .forEach(listing -> idByProducer.put(listing.producerId(),
                listing.transactionalId()));
        var described = new HashMap<Long, TransactionDescription>();
        if (idByProducer.isEmpty()) return described;
        var answers = admin.describeTransactions(Set.copyOf(idByProducer.values()));
        idByProducer.forEach((producer, id) -> {
            TransactionDescription found = ifKnown(answers.description(id));
            if (found != null) described.put(producer, found);
        });
        return described;
    }

    private static @Nullable TransactionDescription ifKnown(
        KafkaFuture<TransactionDescription> answer) {
        try {
            return Explain.get(answer);
        } catch (TransactionalIdNotFoundException e) {
            return null;
        }
    }

    /// Puts what was asked in front of why it was refused.
    static <T> T get(String what, @Nullable KafkaFuture<T> answer) {
        try {
            return Explain.get(answer);
        } catch (KafkaException e) {
            throw Failed.because(what + ": " + Explain.line(e));
        }
    }
}
