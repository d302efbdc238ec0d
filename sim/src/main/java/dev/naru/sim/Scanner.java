package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.Consumer;
import dev.naru.client.ConsumerSettings;
import dev.naru.client.FetchedRecord;
import dev.naru.client.Slot;
import dev.naru.sim.history.FinalScan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A fresh reader that reads every partition from its start to its end, once.
final class Scanner implements Consumer.Listener {
    private final Site site;
    private final List<Slot> slots;
    private final FinalScan scan;
    private final ClusterView view;
    private final Consumer consumer;
    private final Map<Slot, Long> starts = new TreeMap<>();
    private final Map<Slot, Long> ends = new TreeMap<>();
    private final Map<Slot, Long> next = new TreeMap<>();

    Scanner(Site site, List<Slot> slots, String name, boolean readsCommitted) {
        this.site = site;
        this.slots = slots;
        this.scan = new FinalScan(name);
        this.view = site.view();
        this.consumer = new Consumer(view,
            new ConsumerSettings(readsCommitted, 100, 1, 1 << 20, 1 << 20, true), this);
    }

    void start() {
        site.now(() -> {
            for (var slot : slots) {
                ask(slot, Consumer.EARLIEST, starts);
                ask(slot, Consumer.LATEST, ends);
            }
        });
    }

    private void ask(Slot slot, long what, Map<Slot, Long> into) {
        consumer.listOffset(slot, what, (code, offset, _) -> {
            if (code != ErrorCode.NONE) {
                site.within(100, () -> ask(slot, what, into));
                return;
            }
            into.put(slot, offset);
            if (starts.size() == slots.size() && ends.size() == slots.size()) read();
        });
    }

    private void read() {
        for (var slot : slots) {
            scan.starts(slot, starts.getOrDefault(slot, 0L));
            scan.ends(slot, ends.getOrDefault(slot, 0L));
            next.put(slot, starts.getOrDefault(slot, 0L));
        }
        consumer.assign(starts);
    }

    boolean isDone() {
        if (next.size() < slots.size()) return slots.isEmpty();
        for (var slot : slots) {
            if (next.getOrDefault(slot, 0L) < ends.getOrDefault(slot, 0L)) return false;
        }
        return true;
    }

    FinalScan scan() {
        return scan;
    }

    Map<Slot, Long> ends() {
        return ends;
    }

    String progress() {
        return "starts " + starts + ", read up to " + next + " of " + ends;
    }

    void close() {
        consumer.close();
        view.close();
        site.over();
    }

    @Override public void onRecord(FetchedRecord each) {
        scan.read(each.slot(), each.offset(), Values.decode(each.value()));
        next.put(each.slot(), each.offset() + 1);
    }

    /// Only where old records go by themselves may the start have moved on.
    @Override public void onOutOfRange(Slot slot, long position) {
        if (!slot.topic().equals(Scenario.TRIMMED)) {
            site.history().violation("lost: " + slot + " has nothing at " + position
                + " within its own bounds");
            return;
        }
        consumer.listOffset(slot, Consumer.EARLIEST, (code, offset, _) -> {
            if (code != ErrorCode.NONE || offset <= position) {
                site.within(100, () -> onOutOfRange(slot, position));
                return;
            }
            scan.starts(slot, offset);
            next.put(slot, offset);
            consumer.seek(slot, offset);
        });
    }
}
