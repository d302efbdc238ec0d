package dev.naru.sim;

import dev.naru.metadata.MetadataLog;
import java.util.function.Consumer;

/// A batch that somebody who leads, or thinks so, wants to be the next one.
final class SimProposal {
    private final SimMetadataLog by;
    private final int term;
    private final byte[] batch;
    private final Consumer<MetadataLog.Outcome> outcome;
    private boolean isAnswered;
    private boolean losesAnswer;
    private long dueNs;

    SimProposal(SimMetadataLog by, int term, byte[] batch, Consumer<MetadataLog.Outcome> outcome) {
        this.by = by;
        this.term = term;
        this.batch = batch;
        this.outcome = outcome;
    }

    SimMetadataLog by() {
        return by;
    }

    int term() {
        return term;
    }

    byte[] batch() {
        return batch;
    }

    long dueNs() {
        return dueNs;
    }

    void dueNs(long atNs) {
        dueNs = atNs;
    }

    /// Its commit will not be heard of in time.
    void losesAnswer() {
        losesAnswer = true;
    }

    /// It is in the log; the proposer was told the batch just now.
    void committed(long index) {
        if (!losesAnswer) answer(new MetadataLog.Outcome.Committed(index));
    }

    /// Says how it ended, unless that was said before. On the proposer's loop.
    void answer(MetadataLog.Outcome how) {
        if (isAnswered) return;
        isAnswered = true;
        by.answered();
        outcome.accept(how);
    }

    boolean isAnswered() {
        return isAnswered;
    }
}
