package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.Consumer;
import dev.naru.client.ConsumerSettings;
import dev.naru.client.FetchedRecord;
import dev.naru.client.Slot;
import dev.naru.sim.history.FinalScan;
import dev.naru.sim.history.Seen;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A reader of committed data: writes down what it sees, goes back at times; or reads everything
/// once, up to where the logs ended when it began, which it reaches only if no transaction hangs.
final class CommittedReader implements Consumer.Listener {
    private final Site site;
    private final List<Slot> slots;
    private final ClusterView view;
    private final Consumer consumer;
    private final Consumer ends;
    private final Map<Slot, Long> upTo = new TreeMap<>();
    private final FinalScan scan;
    private int stretch;
    private boolean isCalm;

    CommittedReader(Site site, List<Slot> slots, String name) {
        this.site = site;
        this.slots = slots;
        this.scan = new FinalScan(name);
        this.view = site.view();
        int maxBytes = site.chance().oneIn(3) ? 1_500 : 64 * 1024;
        this.consumer = new Consumer(view, new ConsumerSettings(true,
            20 + site.chance().below(300), 1, maxBytes * 2, maxBytes, !site.chance().oneIn(3)),
            this);
        this.ends = new Consumer(view, new ConsumerSettings(false, 0, 1, 1, 1, false), this);
    }

    void start() {
        site.now(() -> {
            var from = new TreeMap<Slot, Long>();
            for (var slot : slots) {
                from.put(slot, 0L);
                scan.starts(slot, 0L);
                askEnd(slot);
            }
            consumer.assign(from);
            site.within(500, this::wander);
        });
    }

    /// Goes nowhere any more, but on.
    void calm() {
        isCalm = true;
    }

    private void askEnd(Slot slot) {
        ends.listOffset(slot, Consumer.LATEST, (code, offset, _) -> {
            if (code == ErrorCode.NONE) upTo.put(slot, offset);
            else
                site.within(100, () -> askEnd(slot));
        });
    }

    /// Whether it has read up to where the logs ended when it began.
    boolean isDone() {
        if (upTo.size() < slots.size()) return false;
        var positions = consumer.positions();
        for (var slot : slots) {
            if (positions.getOrDefault(slot, 0L) < upTo.getOrDefault(slot, 0L)) return false;
        }
        return true;
    }

    FinalScan scan() {
        return scan;
    }

    String progress() {
        return "committed up to " + consumer.positions() + " of " + upTo;
    }

    void close() {
        consumer.close();
        ends.close();
        view.close();
        site.over();
    }

    private void wander() {
        if (isCalm) return;
        var slot = slots.get(site.chance().below(slots.size()));
        if (site.chance().oneIn(3)) {
            stretch++;
            consumer.seek(slot, site.chance()
                .below((int) (consumer.positions().getOrDefault(slot, 0L) + 1)));
        }
        site.within(900, this::wander);
    }

    @Override public void onRecord(FetchedRecord each) {
        int value = Values.decode(each.value());
        scan.read(each.slot(), each.offset(), value);
        site.history().saw(new Seen.ReadCommitted(site.number(), stretch, each.slot(),
            each.offset(), value, site.nowNs()));
        site.world().trace().count("read: committed");
        site.world().trace().mix(each.offset());
    }

    @Override public void onOutOfRange(Slot slot, long position) {
        site.history().violation("lost: " + slot + " has nothing at " + position
            + " for a reader of committed data");
    }
}
