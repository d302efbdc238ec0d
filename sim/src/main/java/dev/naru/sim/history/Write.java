package dev.naru.sim.history;

import dev.naru.client.Slot;

/// One record that a producer sent. Its number is its value: no two are alike.
public final class Write {
    private static final long NEVER_NS = Long.MAX_VALUE;

    private final int number;
    private final int process;
    private final Slot slot;
    private final Promise promise;
    private final long startNs;
    private long endNs = NEVER_NS;
    private Outcome outcome = Outcome.OPEN;
    private long offset = -1;

    /// What the producer asked for.
    public record Promise(short acks, boolean isIdempotent) {
        public boolean isAll() {
            return acks == -1;
        }
    }

    Write(int number, int process, Slot slot, Promise promise, long startNs) {
        this.number = number;
        this.process = process;
        this.slot = slot;
        this.promise = promise;
        this.startNs = startNs;
    }

    public void end(Outcome how, long atOffset, long nowNs) {
        outcome = how;
        offset = atOffset;
        endNs = nowNs;
    }

    public int number() {
        return number;
    }

    public int writer() {
        return process;
    }

    public Slot slot() {
        return slot;
    }

    public Promise promise() {
        return promise;
    }

    public long startNs() {
        return startNs;
    }

    /// When its end was known; the end of time while it is not.
    public long endNs() {
        return endNs;
    }

    public Outcome outcome() {
        return outcome;
    }

    /// Where it is, as acknowledged; -1 when that was not said.
    public long offset() {
        return offset;
    }

    public boolean isAcked() {
        return outcome == Outcome.OK;
    }

    @Override public String toString() {
        return "value " + number + " of producer " + process + " to " + slot + " acks="
            + promise.acks() + (promise.isIdempotent() ? " idempotent" : "") + " " + outcome
            + (offset >= 0 ? " at " + offset : "") + " ("
            + startNs / 1_000 + ".." + (endNs == NEVER_NS ? "" : endNs / 1_000) + " us)";
    }
}
