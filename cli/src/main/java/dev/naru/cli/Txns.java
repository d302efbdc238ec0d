package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// `naru txn ...`: who writes in transactions, which of them hang, and how to end those.
final class Txns {
    private Txns() {}

    static final class ListAll implements Command {
        @Override public Flags flags() {
            return Flags.of("naru txn list", "Lists transactional ids and their state.")
                .words("REGEX", "0..1", "Only ids that match.")
                .texts("--state,-s", "state", "Only these states, such as Ongoing.")
                .text("--longer-than", "ms", "Only transactions that are open for longer.")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var options = options(given);
            try (Admin admin = Link.of(given).admin()) {
                var sheet = new Sheet("transactionalId", "coordinator", "producerId", "state");
                list(admin, options).forEach((broker, listings) -> listings
                    .forEach(listing -> sheet.row(listing.transactionalId(), broker,
                        listing.producerId(), listing.state().toString())));
                sheet.print(terminal, given.json());
                return 0;
            }
        }

        private static ListTransactionsOptions options(Given given) {
            var options = new ListTransactionsOptions();
            var states = new ArrayList<TransactionState>();
            for (String one : given.texts("--state")) {
                Given.commas(one).forEach(name -> states.add(state(name)));
            }
            if (!states.isEmpty()) options.filterStates(states);
            given.number("--longer-than").ifPresent(options::filterOnDuration);
            given.words().forEach(options::filterOnTransactionalIdPattern);
            return options;
        }
    }

    static final class Describe implements Command {
        @Override public Flags flags() {
            return Flags.of("naru txn describe",
                "Shows the transaction of a transactional id and the partitions it is in.")
                .words("ID...", "1..*", "The transactional ids.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            int code = 0;
            try (Admin admin = Link.of(given).admin()) {
                var answers = admin.describeTransactions(given.words());
                var sheet = new Sheet("transactionalId", "coordinator", "producerId",
                    "producerEpoch", "state", "timeoutMs", "startTimeMs", "durationMs",
                    "partitions");
                for (String id : given.words()) {
                    try {
                        add(sheet, id, Explain.get(answers.description(id)));
                    } catch (KafkaException e) {
                        terminal.complain("naru txn describe: " + id + ": " + Explain.line(e));
                        code = Failed.FAILED;
                    }
                }
                if (!sheet.isEmpty() || given.json()) sheet.print(terminal, given.json());
                return code;
            }
        }

        private static void add(Sheet sheet, String id, TransactionDescription found) {
            var start = found.transactionStartTimeMs();
            Object startMs = start.isPresent() ? start.getAsLong() : "";
            Object durationMs = start.isPresent()
                ? System.currentTimeMillis() - start.getAsLong()
                : "";
            sheet.row(id, found.coordinatorId(), found.producerId(), found.producerEpoch(),
                found.state().toString(), found.transactionTimeoutMs(), startMs, durationMs,
                partitions(found));
        }
    }

    static final class Producers implements Command {
        @Override public Flags flags() {
            return Flags.of("naru txn producers", "Shows who writes to a partition.")
                .words("TOPIC", "1", "The topic.")
                .text("--partition,-p", "n", "The partition; all of them if none is given.")
                .text("--broker-id", "id", "Asks this broker, and not the leader.").cluster()
                .json();
        }

        @Override public int run(Given given, Terminal terminal) {
            String topic = given.words().getFirst();
            try (Admin admin = Link.of(given).admin()) {
                var sheet = new Sheet("topic", "partition", "producerId", "producerEpoch",
                    "coordinatorEpoch", "lastSequence", "lastTimestamp",
                    "transactionStartOffset");
                OptionalInt broker = given.integer("--broker-id");
                for (int partition : partitions(admin, topic, given.integer("--partition"))) {
                    new TxnSearch(admin).producers(new TopicPartition(topic, partition), broker)
                        .forEach(found -> add(sheet, topic, partition, found));
                }
                sheet.print(terminal, given.json());
                return 0;
            }
        }

        private static List<Integer> partitions(Admin admin, String topic, OptionalInt only) {
            if (only.isPresent()) return List.of(only.getAsInt());
            return Topics.described(admin, List.of(topic)).values().stream()
                .flatMap(found -> found.partitions().stream()).map(found -> found.partition())
                .toList();
        }

        private static void add(Sheet sheet, String topic, int partition, ProducerState found) {
            var start = found.currentTransactionStartOffset();
            sheet.row(topic, partition, found.producerId(), found.producerEpoch(),
                found.coordinatorEpoch().orElse(-1), found.lastSequence(), found.lastTimestamp(),
                start.isPresent() ? (Object) start.getAsLong() : "");
        }
    }

    static final class FindHanging implements Command {
        @Override public Flags flags() {
            return Flags.of("naru txn find-hanging",
                "Finds transactions that are open in a partition and that no coordinator will end.")
                .text("--topic,-t", "name", "Only this topic.")
                .text("--partition,-p", "n", "Only this partition of the topic.")
                .text("--broker-id", "id", "Only partitions that this broker has.")
                .text("--max-transaction-timeout", "minutes",
                    "The longest timeout of a transaction; younger ones are not judged (15).")
                .cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var scope = TxnSearch.Scope.of(given);
            try (Admin admin = Link.of(given).admin()) {
                long nowMs = System.currentTimeMillis();
                var sheet = new Sheet("topic", "partition", "producerId", "producerEpoch",
                    "coordinatorEpoch", "startOffset", "lastTimestamp", "durationMinutes");
                for (TxnSearch.Open open : new TxnSearch(admin).hanging(scope, nowMs)) {
                    var producer = open.producer();
                    sheet.row(open.partition().topic(), open.partition().partition(),
                        producer.producerId(), producer.producerEpoch(),
                        producer.coordinatorEpoch().orElse(-1), open.startOffset(),
                        producer.lastTimestamp(), open.minutes(nowMs));
                }
                sheet.print(terminal, given.json());
                return 0;
            }
        }
    }

    static final class Abort implements Command {
        @Override public Flags flags() {
            return Flags.of("naru txn abort", "Ends a hanging transaction in one partition.")
                .words("TOPIC", "1", "The topic.").text("--partition,-p", "n", "The partition.")
                .text("--start-offset,-o", "offset", "Where the transaction begins.")
                .on("--dry-run", "Shows which transaction it is and changes nothing.").cluster()
                .json();
        }

        @Override public int run(Given given, Terminal terminal) {
            given.required("--partition");
            given.required("--start-offset");
            var partition = new TopicPartition(given.words().getFirst(),
                given.integer("--partition").orElseThrow());
            long offset = given.number("--start-offset").orElseThrow();
            try (Admin admin = Link.of(given).admin()) {
                AbortTransactionSpec spec = new TxnSearch(admin).specOf(partition, offset);
                if (!given.has("--dry-run")) Explain.get(admin.abortTransaction(spec).all());
                var sheet = new Sheet("topic", "partition", "producerId", "producerEpoch",
                    "startOffset", "aborted");
                sheet.row(partition.topic(), partition.partition(), spec.producerId(),
                    (int) spec.producerEpoch(), offset, !given.has("--dry-run"))
                    .print(terminal, given.json());
                return 0;
            }
        }
    }

    static final class Terminate implements Command {
        @Override public Flags flags() {
            return Flags.of("naru txn terminate",
                "Aborts the open transaction of a transactional id and shuts its producer out.")
                .words("ID...", "1..*", "The transactional ids.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var outcome = new Outcome("terminated");
            try (Admin admin = Link.of(given).admin()) {
                given.words().forEach(id -> outcome.add(id,
                    admin.forceTerminateTransaction(id).result()));
            }
            return outcome.print(terminal, given.json(), "naru txn terminate");
        }
    }

    /// Listings in the order of coordinators and ids.
    static Map<Integer, List<TransactionListing>> list(Admin admin,
        ListTransactionsOptions options) {
        var found = new TreeMap<>(Explain.get(admin.listTransactions(options).allByBrokerId()));
        var ordered = new LinkedHashMap<Integer, List<TransactionListing>>();
        found.forEach((broker, listings) -> ordered.put(broker, listings.stream()
            .sorted(java.util.Comparator.comparing(TransactionListing::transactionalId))
            .toList()));
        return ordered;
    }

    static List<String> partitions(TransactionDescription found) {
        var sorted = new TreeSet<>(Order.BY_PARTITION);
        sorted.addAll(found.topicPartitions());
        return sorted.stream().map(TopicPartition::toString).toList();
    }

    private static TransactionState state(String name) {
        for (TransactionState state : TransactionState.values()) {
            if (state.toString().equalsIgnoreCase(name)) return state;
        }
        throw Failed.usage("there is no state '" + name + "'; write one of "
            + String.join(", ", java.util.Arrays.stream(TransactionState.values())
                .map(TransactionState::toString).toList()));
    }
}
