package dev.naru.sim.history;

import java.util.ArrayList;
import java.util.List;

/// What one client wrote in one transaction, and what it was told of its end. One that nobody asked
/// to commit is aborted, whatever became of its client.
public final class Transaction {
    private static final long NEVER_NS = Long.MAX_VALUE;

    private final int number;
    private final int process;
    private final List<Write> writes = new ArrayList<>();
    private long commitAskedNs = NEVER_NS;
    private Outcome outcome = Outcome.OPEN;

    Transaction(int number, int process) {
        this.number = number;
        this.process = process;
    }

    public void wrote(Write write) {
        writes.add(write);
    }

    /// From now on it may be committed.
    public void asksToCommit(long nowNs) {
        commitAskedNs = nowNs;
    }

    /// OK is committed, REFUSED aborted.
    public void end(Outcome how) {
        outcome = how;
    }

    public List<Write> writes() {
        return writes;
    }

    /// The end of time when nobody asked.
    long commitAskedNs() {
        return commitAskedNs;
    }

    boolean isCommitted() {
        return outcome == Outcome.OK;
    }

    boolean isAborted() {
        return outcome == Outcome.REFUSED || commitAskedNs == NEVER_NS;
    }

    @Override public String toString() {
        return "transaction " + number + " of client " + process + " " + outcome;
    }
}
