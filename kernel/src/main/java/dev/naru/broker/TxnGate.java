package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionId;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnProducer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Lets transactional writes into the partitions of one loop. The first of a transaction waits
/// until the coordinator has said that the transaction holds the partition: verified for classic
/// clients, added for V2 clients (KIP-890). While a producer's first write waits, its later ones
/// into the same partition queue behind it. Owned by the loop.
///
/// ```
///   write --> already open here? --yes--> in
///                 | no
///                 '--> the line of (partition, producer): one question at a time --> in, or refused
/// ```
final class TxnGate {
    /// Who writes, and how its client runs transactions.
    record Writer(String transactionalId, TxnProducer producer, TxnFlow flow) {}

    /// A write that wants in: told once.
    interface Entry {
        void admitted();

        void refused(ErrorCode why);
    }

    /// The settings that the gate obeys: whether classic clients are verified, how long an earlier
    /// transaction may keep a write waiting, and the pause between two questions.
    record Rules(boolean verifies, long patienceMs, long pauseMs) {}

    private record Key(PartitionId partition, long producerId) {}

    private record Pending(Writer writer, Entry entry, long sinceNs) {}

    private final Loop loop;
    private final Clock clock;
    private final Questions questionsTo;
    private final Supplier<Rules> rules;
    private final Map<Key, Line> lines = new LinkedHashMap<>();
    private final Map<Writer, List<Line>> questions = new LinkedHashMap<>();

    /// The way to the coordinators of transactions, wherever they are.
    interface Questions {
        /// Asks whether the writer's transaction holds the partitions, or has it take them; `answers`
        /// hears on the gate's loop, one for each.
        void ask(Writer writer, List<TxnPartition> about, Consumer<List<ErrorCode>> answers);
    }

    TxnGate(Loop loop, Clock clock, Questions questionsTo, Supplier<Rules> rules) {
        this.loop = loop;
        this.clock = clock;
        this.questionsTo = questionsTo;
        this.rules = rules;
    }

    /// Lets `entry` into the partition when its turn has come, at once if nothing is in doubt.
    void pass(Partition partition, Writer writer, Entry entry) {
        var key = new Key(partition.id(), writer.producer().producerId());
        var line = lines.get(key);
        if (line == null && isOpen(partition, writer)) {
            entry.admitted();
            return;
        }
        if (line == null) {
            line = new Line(key, partition);
            lines.put(key, line);
        }
        line.join(new Pending(writer, entry, clock.monotonicNs()));
    }

    /// A marker ends what the producer has in the partition: an answer that is under way was given
    /// before.
    void ended(PartitionId partition, long producerId) {
        var line = lines.get(new Key(partition, producerId));
        if (line != null) line.isStale = true;
    }

    private boolean isOpen(Partition partition, Writer writer) {
        if (writer.flow() == TxnFlow.CLASSIC && !rules.get().verifies()) return true;
        return partition.isInTransaction(writer.producer().producerId(),
            writer.producer().producerEpoch());
    }

    /// Questions about one transaction that come up in one turn of the loop go together.
    private void ask(Line line, Writer writer) {
        if (questions.isEmpty()) loop.execute(this::askAll);
        questions.computeIfAbsent(writer, _ -> new ArrayList<>()).add(line);
    }

    private void askAll() {
        var now = new LinkedHashMap<>(questions);
        questions.clear();
        now.forEach(this::ask);
    }

    private void ask(Writer writer, List<Line> about) {
        var partitions = about.stream().map(Line::partition).toList();
        questionsTo.ask(writer, partitions, answers -> answered(about, answers));
    }

    private static void answered(List<Line> about, List<ErrorCode> answers) {
        for (int at = 0; at < about.size(); at++)
            about.get(at).answered(answers.get(at));
    }

    /// What one producer wants to write into one partition, in its order. The head's question is
    /// under way.
    private final class Line {
        private final Key key;
        private final Partition partition;
        private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
        private boolean isBusy;
        private boolean isStale;
        private int askedInEpoch;
        private int tries;

        Line(Key key, Partition partition) {
            this.key = key;
            this.partition = partition;
        }

        TxnPartition partition() {
            return new TxnPartition(partition.id().topic(), partition.id().index());
        }

        void join(Pending pending) {
            waiting.addLast(pending);
            // who is let in may bring the next one along
            if (isBusy) return;
            isBusy = true;
            askFirst();
        }

        private void askFirst() {
            tries = 0;
            askAgain();
        }

        private void askAgain() {
            tries++;
            isStale = false;
            askedInEpoch = partition.leaderEpoch();
            ask(this, waiting.getFirst().writer());
        }

        void answered(ErrorCode answer) {
            var head = waiting.getFirst();
            // another leader may have written a marker: as a replica, this node was not asked to
            isStale |= partition.leaderEpoch() != askedInEpoch;
            boolean isOutdated = isStale
                || (answer == ErrorCode.CONCURRENT_TRANSACTIONS
                    && head.writer().flow() == TxnFlow.V2);
            if (isOutdated && mayWait(head)) {
                // the first answer comes when it is worth to ask again
                if (tries == 1) askAgain();
                else
                    loop.after(rules.get().pauseMs() * Now.NS_PER_MS, this::askAgain);
            } else if (answer == ErrorCode.NONE && !isStale) {
                waiting.removeFirst();
                head.entry().admitted();
                goOn();
            } else {
                refuseAll(answer == ErrorCode.NONE ? ErrorCode.CONCURRENT_TRANSACTIONS : answer);
            }
        }

        private boolean mayWait(Pending head) {
            long waitedMs = (clock.monotonicNs() - head.sinceNs()) / Now.NS_PER_MS;
            return waitedMs < rules.get().patienceMs();
        }

        private void goOn() {
            while (true) {
                var next = waiting.peekFirst();
                if (next == null) {
                    lines.remove(key);
                    return;
                }
                if (!isOpen(partition, next.writer())) {
                    askFirst();
                    return;
                }
                waiting.removeFirst();
                next.entry().admitted();
            }
        }

        /// What came behind was sent before this was known, and would be out of order.
        private void refuseAll(ErrorCode why) {
            lines.remove(key);
            for (var each : waiting)
                each.entry().refused(why);
        }
    }
}
