package dev.naru.sim.history;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;

/// Everything that clients did and were told, in the order of the world's time.
public final class History {
    private final List<Write> writes = new ArrayList<>();
    private final List<Seen> seen = new ArrayList<>();
    private final List<FinalScan> scans = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Long> powerCutsNs = new ArrayList<>();
    private final List<String> trimmedTopics = new ArrayList<>();

    public Write write(int process, Slot slot, Write.Promise promise, long nowNs) {
        var write = new Write(writes.size(), process, slot, promise, nowNs);
        writes.add(write);
        return write;
    }

    public void saw(Seen what) {
        seen.add(what);
    }

    public void scan(FinalScan scan) {
        scans.add(scan);
    }

    /// What is wrong beyond doubt when it happens.
    public void violation(String what) {
        violations.add(what);
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
