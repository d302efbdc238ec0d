package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import dev.naru.sim.history.Checks;
import dev.naru.sim.history.FinalScan;
import dev.naru.sim.history.History;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Seen;
import dev.naru.sim.history.Transaction;
import dev.naru.sim.history.Write;
import java.util.List;
import java.util.Optional;

/// The history of one cluster's clients, written by many threads: one at a time.
final class Recorder {
    private final History history = new History();
    private final Pulse pulse = new Pulse();
    private int processes;

    Pulse pulse() {
        return pulse;
    }

    /// A number for one more client.
    synchronized int process() {
        return processes++;
    }

    synchronized Write sends(int process, Slot slot, Write.Promise promise) {
        return history.write(process, slot, promise, System.nanoTime());
    }

    synchronized void acked(Write write, long offset) {
        write.end(Outcome.OK, offset, System.nanoTime());
        pulse.acked(write.slot());
    }

    /// Nobody knows what became of it.
    synchronized void unknown(Write write) {
        write.end(Outcome.UNKNOWN, -1, System.nanoTime());
    }

    synchronized void saw(Seen what) {
        history.saw(what);
    }

    synchronized void violation(String what) {
        history.violation(what);
    }

    synchronized Transaction begins(int process) {
        return history.transaction(process);
    }

    /// A value that belongs to a transaction.
    synchronized Write writes(Transaction transaction, int process, Slot slot) {
        var write = history.write(process, slot, Writers.IDEMPOTENT, System.nanoTime());
        transaction.wrote(write);
        return write;
    }

    /// A value of a transaction that is made of another value.
    synchronized void derives(Write output, int input) {
        history.derives(output.number(), input);
    }

    synchronized void asksToCommit(Transaction transaction) {
        transaction.asksToCommit(System.nanoTime());
    }

    synchronized void ended(Transaction transaction, Outcome how) {
        transaction.end(how);
    }

    /// A value of an idempotent producer that is acknowledged.
    synchronized Optional<Write> anAcked() {
        return history.writes().stream()
            .filter(each -> each.isAcked() && each.promise().isIdempotent()).findFirst();
    }

    /// How many values are acknowledged.
    synchronized long ackedCount() {
        return history.writes().stream().filter(Write::isAcked).count();
    }

    /// What is wrong with everything so far, given what there is to read now.
    synchronized List<String> faults(List<FinalScan> all, List<FinalScan> committed) {
        history.forgetScans();
        all.forEach(history::scan);
        committed.forEach(history::committedScan);
        return Checks.findAll(history);
    }
}
