package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything that clients did and were told, in the order of the world's time.
public final class History {
    private final List<Write> writes = new ArrayList<>();
    private final List<Seen> seen = new ArrayList<>();
    private final List<FinalScan> scans = new ArrayList<>();
    private final List<FinalScan> committedScans = new ArrayList<>();
    private final List<Transaction> transactions = new ArrayList<>();
    private final Map<Integer, Integer> derived = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Long> powerCutsNs = new ArrayList<>();
    private final List<String> trimmedTopics = new ArrayList<>();
    private final Map<Slot, NavigableMap<Integer, Long>> ledSinceNs = new TreeMap<>();
    private final Map<Slot, Set<Integer>> leaders = new TreeMap<>();
    private Consumer<Seen.Deleted> onDeleted = _ -> {
    };
    private @Nullable QueueEnd queueEnd;
    private boolean mayLackDeadLetters;

    public Write write(int process, Slot slot, Write.Promise promise, long nowNs) {
        var write = new Write(writes.size(), process, slot, promise, nowNs);
        writes.add(write);
        return write;
    }

    /// A transaction begins.
    public Transaction transaction(int process) {
        var transaction = new Transaction(transactions.size(), process);
        transactions.add(transaction);
        return transaction;
    }

    /// One reading of everything that transactions wrote, by a reader of committed data.
    public void committedScan(FinalScan scan) {
        committedScans.add(scan);
    }

    /// The value `output` was made of the value `input`.
    public void derives(int output, int input) {
        derived.put(output, input);
    }

    List<Transaction> transactions() {
        return transactions;
    }

    List<FinalScan> committedScans() {
        return committedScans;
    }

    /// By output, the input it was made of.
    Map<Integer, Integer> derived() {
        return derived;
    }

    public void saw(Seen what) {
        seen.add(what);
        boolean isPromised = what instanceof Seen.Deleted gone && gone.outcome() == Outcome.OK;
        if (isPromised) onDeleted.accept((Seen.Deleted) what);
    }

    /// `next` hears of each deletion of records that was promised.
    public void onDeleted(Consumer<Seen.Deleted> next) {
        onDeleted = next;
    }

    public void scan(FinalScan scan) {
        scans.add(scan);
    }

    /// What was read in the end is read again later, after more has happened: only the next scans count.
    public void forgetScans() {
        scans.clear();
        committedScans.clear();
    }

    /// What is wrong beyond doubt when it happens.
    public void violation(String what) {
        violations.add(what);
    }

    /// From now on this node leads the partition in this epoch.
    public void leads(Slot slot, int leaderEpoch, int nodeId, long nowNs) {
        ledSinceNs.computeIfAbsent(slot, _ -> new TreeMap<>()).putIfAbsent(leaderEpoch, nowNs);
        leaders.computeIfAbsent(slot, _ -> new TreeSet<>()).add(nodeId);
    }

    /// When somebody began to lead in a later epoch, so that one who still leads in this one need not
    /// know everything any more; the end of time when nobody did. What leads in an unknown epoch, -1,
    /// knows everything only where there is no other node to lead.
    long supersededNs(Slot slot, int leaderEpoch) {
        if (leaderEpoch < 0)
            return leaders.getOrDefault(slot, Set.of()).size() > 1 ? 0 : Long.MAX_VALUE;
        var later = ledSinceNs.getOrDefault(slot, new TreeMap<>()).tailMap(leaderEpoch, false);
        return later.isEmpty() ? Long.MAX_VALUE : Collections.min(later.values());
    }

    public void powerCut(long nowNs) {
        powerCutsNs.add(nowNs);
    }

    /// Old records of this topic go by themselves (retention).
    public void isTrimmed(String topic) {
        trimmedTopics.add(topic);
    }

    boolean isTrimmedTopic(String topic) {
        return trimmedTopics.contains(topic);
    }

    /// Every record of the queue was dealt with in the end. `deliveriesMax` is how often one may be
    /// lent, `keys` how many keys keep their order.
    public void queueEnds(int deliveriesMax, int keys, boolean hasDeadLetters) {
        queueEnd = new QueueEnd(deliveriesMax, keys, hasDeadLetters);
    }

    /// What the queue of the run was told.
    record QueueEnd(int deliveriesMax, int keys, boolean hasDeadLetters) {}

    @Nullable QueueEnd queueEnd() {
        return queueEnd;
    }

    /// The node said that it could not bring a dead letter to its topic.
    public void deadLettersMayLack() {
        mayLackDeadLetters = true;
    }

    boolean mayLackDeadLetters() {
        return mayLackDeadLetters;
    }

    public List<Write> writes() {
        return writes;
    }

    public List<Seen> seen() {
        return seen;
    }

    public List<FinalScan> scans() {
        return scans;
    }

    public List<String> violations() {
        return violations;
    }

    /// Whether an acknowledged write must be there: with acks=all always, with acks=1 unless the
    /// power went after it was sent, as for the users of Kafka.
    boolean mustLast(Write write) {
        if (!write.isAcked()) return false;
        if (write.promise().isAll()) return true;
        for (long cutNs : powerCutsNs) {
            if (cutNs >= write.startNs()) return false;
        }
        return true;
    }
}
