package dev.naru.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// kafka-transactions. The verb may stand before or after the flags that say where the brokers
/// are.
final class KafkaTransactions implements Command {
    private static final List<String> VERBS = List.of("list", "describe", "describe-producers",
        "abort", "find-hanging", "forceTerminateTransaction");
    private static final String NONE = "None";

    @Override public Flags flags() {
        return Flags.of("kafka-transactions",
            "Shows transactions and producers, finds transactions that hang, and ends them.")
            .words("COMMAND", "1", "One of " + String.join(", ", VERBS) + ".")
            .text("--transactional-id,--transactionalId", "id",
                "With describe and forceTerminateTransaction: the transactional id.")
            .text("--topic", "name", "The topic.").text("--partition", "n", "The partition.")
            .text("--broker-id", "id", "The broker to ask, or whose partitions to search.")
            .text("--start-offset", "offset", "With abort: where the transaction begins.")
            .text("--producer-id", "id", "With abort, for brokers before 3.0.")
            .text("--producer-epoch", "epoch", "With abort, for brokers before 3.0.")
            .text("--coordinator-epoch", "epoch", "With abort, for brokers before 3.0.")
            .text("--duration-filter", "ms", "With list: only what runs for longer.")
            .text("--transactional-id-pattern", "regex", "With list: only ids that match.")
            .text("--max-transaction-timeout", "minutes",
                "With find-hanging: younger transactions are not judged (15).")
            .kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        String verb = given.words().getFirst();
        if (!VERBS.contains(verb)) {
            throw Failed.usage("there is no command '" + verb + "'; give one of "
                + String.join(", ", VERBS));
        }
        check(verb, given);
        try (Admin admin = Link.ofKafka(given).admin()) {
            switch (verb) {
                case "list" -> list(admin, given, terminal);
                case "describe" -> describe(admin, given, terminal);
                case "describe-producers" -> producers(admin, given, terminal);
                case "find-hanging" -> hanging(admin, given, terminal);
                case "abort" -> abort(admin, given);
                default -> {
                    String id = given.required("--transactional-id");
                    TxnSearch.get("Failed to force terminate transactionalId `" + id + "`",
                        admin.forceTerminateTransaction(id).result());
                }
            }
            return 0;
        }
    }

    private static void check(String verb, Given given) {
        switch (verb) {
            case "describe", "forceTerminateTransaction" -> given.required("--transactional-id");
            case "describe-producers" -> partition(given);
            case "abort" -> {
                partition(given);
                if (given.has("--start-offset")) return;
                if (!given.has("--producer-id")) {
                    throw Failed.usage("abort needs --start-offset (brokers from 3.0 on), or"
                        + " --producer-id, --producer-epoch and --coordinator-epoch");
                }
                given.required("--producer-epoch");
                given.required("--coordinator-epoch");
            }
            case "find-hanging" -> {
                TxnSearch.Scope.of(given);
                if (!given.has("--topic") && !given.has("--broker-id")) {
                    throw Failed.usage("find-hanging needs --topic or --broker-id");
                }
            }
            default -> {
                return;
            }
        }
    }

    private static TopicPartition partition(Given given) {
        String topic = given.required("--topic");
        given.required("--partition");
        return new TopicPartition(topic, given.integer("--partition").orElseThrow());
    }

    private static void list(Admin admin, Given given, Terminal terminal) {
        var options = new ListTransactionsOptions();
        given.number("--duration-filter").ifPresent(options::filterOnDuration);
        given.text("--transactional-id-pattern")
            .ifPresent(options::filterOnTransactionalIdPattern);
        var rows = new ArrayList<List<String>>();
        Txns.list(admin, options).forEach((broker, listings) -> listings.forEach(listing -> rows
            .add(List.of(listing.transactionalId(), Integer.toString(broker),
                Long.toString(listing.producerId()), listing.state().toString()))));
        print(terminal, rows, "TransactionalId", "Coordinator", "ProducerId", "TransactionState");
    }

    private static void describe(Admin admin, Given given, Terminal terminal) {
        String id = given.required("--transactional-id");
        TransactionDescription found = TxnSearch.get(
            "Failed to describe transaction state of transactional-id `" + id + "`",
            admin.describeTransactions(List.of(id)).description(id));
        OptionalLong startMs = found.transactionStartTimeMs();
        String durationMs = startMs.isPresent()
            ? Long.toString(System.currentTimeMillis() - startMs.getAsLong())
            : NONE;
        print(terminal,
            List.of(List.of(Integer.toString(found.coordinatorId()), id,
                Long.toString(found.producerId()), Integer.toString(found.producerEpoch()),
                found.state().toString(), Long.toString(found.transactionTimeoutMs()),
                orNone(startMs), durationMs, String.join(",", Txns.partitions(found)))),
            "CoordinatorId", "TransactionalId", "ProducerId", "ProducerEpoch", "TransactionState",
            "TransactionTimeoutMs", "CurrentTransactionStartTimeMs", "TransactionDurationMs",
            "TopicPartitions");
    }

    private static void producers(Admin admin, Given given, Terminal terminal) {
        TopicPartition partition = partition(given);
        var broker = given.integer("--broker-id");
        List<ProducerState> found;
        try {
            found = new TxnSearch(admin).producers(partition, broker);
        } catch (KafkaException e) {
            String asked = broker.isPresent() ? "broker " + broker.getAsInt() : "leader";
            throw Failed.because("Failed to describe producers for partition " + partition
                + " on " + asked + ": " + Explain.line(e));
        }
        print(terminal,
            found.stream().map(producer -> List.of(Long.toString(producer.producerId()),
                Integer.toString(producer.producerEpoch()),
                Integer.toString(producer.coordinatorEpoch().orElse(-1)),
                Integer.toString(producer.lastSequence()),
                Long.toString(producer.lastTimestamp()),
                orNone(producer.currentTransactionStartOffset()))).toList(),
            "ProducerId", "ProducerEpoch", "LatestCoordinatorEpoch", "LastSequence",
            "LastTimestamp", "CurrentTransactionStartOffset");
    }

    private static void hanging(Admin admin, Given given, Terminal terminal) {
        long nowMs = System.currentTimeMillis();
        var rows = new ArrayList<List<String>>();
        for (var open : new TxnSearch(admin).hanging(TxnSearch.Scope.of(given), nowMs)) {
            var producer = open.producer();
            rows.add(List.of(open.partition().topic(),
                Integer.toString(open.partition().partition()),
                Long.toString(producer.producerId()), Integer.toString(producer.producerEpoch()),
                Integer.toString(producer.coordinatorEpoch().orElse(-1)),
                Long.toString(open.startOffset()), Long.toString(producer.lastTimestamp()),
                Long.toString(open.minutes(nowMs))));
        }
        print(terminal, rows, "Topic", "Partition", "ProducerId", "ProducerEpoch",
            "CoordinatorEpoch", "StartOffset", "LastTimestamp", "Duration(min)");
    }

    private static void abort(Admin admin, Given given) {
        TopicPartition partition = partition(given);
        OptionalLong start = given.number("--start-offset");
        AbortTransactionSpec spec = start.isPresent()
            ? new TxnSearch(admin).specOf(partition, start.getAsLong())
            : new AbortTransactionSpec(partition, given.number("--producer-id", -1),
                (short) given.integer("--producer-epoch").orElse(-1),
                TxnSearch.coordinatorEpoch(given.integer("--coordinator-epoch").orElse(-1)));
        TxnSearch.get("Failed to abort transaction " + spec, admin.abortTransaction(spec).all());
    }

    private static String orNone(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : NONE;
    }

    private static void print(Terminal terminal, List<List<String>> rows, String... headings) {
        terminal.out().print(table(Arrays.asList(headings), rows));
    }

    /// Columns as wide as their widest cell, each followed by a tab.
    static String table(List<String> headings, List<List<String>> rows) {
        var all = new ArrayList<List<String>>(List.of(headings));
        all.addAll(rows);
        var text = new StringBuilder();
        for (List<String> row : all) {
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = all.stream().mapToInt(line -> line.get(column).length()).max()
                    .orElse(0);
                text.append(row.get(i)).append(" ".repeat(width - row.get(i).length()))
                    .append('\t');
            }
            text.append('\n');
        }
        return text.toString();
    }
}
