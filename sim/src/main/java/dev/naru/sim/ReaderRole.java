package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.Consumer;
import dev.naru.client.ConsumerSettings;
import dev.naru.client.FetchedRecord;
import dev.naru.client.Slot;
import dev.naru.sim.history.Seen;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A client that reads everything, asks for the ends, goes back at times and reads again.
final class ReaderRole implements Consumer.Listener {
    private final Site site;
    private final List<Slot> slots;
    private final ClusterView view;
    private final Consumer consumer;
    private final Map<Slot, Long> next = new TreeMap<>();
    private int stretch;
    private boolean isCalm;

    ReaderRole(Site site, List<Slot> slots) {
        this.site = site;
        this.slots = slots;
        this.view = site.view();
        this.consumer = new Consumer(view, draw(site.chance()), this);
    }

    static ConsumerSettings draw(SimEntropy chance) {
        int maxBytes = chance.oneIn(3) ? 1_500 : 64 * 1024;
        return new ConsumerSettings(chance.oneIn(2), 20 + chance.below(300), 1, maxBytes * 2,
            maxBytes, !chance.oneIn(3));
    }

    void start() {
        site.now(() -> {
            var from = new TreeMap<Slot, Long>();
            for (var slot : slots)
                from.put(slot, 0L);
            next.putAll(from);
            consumer.assign(from);
            site.within(300, this::wander);
            site.within(200, this::askEnd);
        });
    }

    /// Goes nowhere any more, but on.
    void calm() {
        isCalm = true;
    }

    /// Whether it has read up to these ends.
    boolean hasReached(Map<Slot, Long> ends) {
        for (var slot : slots) {
            if (next.getOrDefault(slot, 0L) < ends.getOrDefault(slot, 0L)) return false;
        }
        return true;
    }

    void close() {
        consumer.close();
        view.close();
        site.over();
    }

    private void wander() {
        if (isCalm) return;
        var chance = site.chance();
        var slot = slots.get(chance.below(slots.size()));
        if (chance.oneIn(3)) {
            seek(slot, chance.below((int) (next.getOrDefault(slot, 0L) + 1)));
        } else if (chance.oneIn(6)) {
            view.reconnect("impatient");
        }
        site.within(900, this::wander);
    }

    private void seek(Slot slot, long position) {
        stretch++;
        next.put(slot, position);
        consumer.seek(slot, position);
    }

    private void askEnd() {
        if (isCalm) return;
        var slot = slots.get(site.chance().below(slots.size()));
        long startNs = site.nowNs();
        consumer.listOffset(slot, Consumer.LATEST, (code, offset, epoch) -> {
            if (code == ErrorCode.NONE) {
                site.history()
                    .saw(new Seen.Latest(slot, offset, epoch, startNs, site.nowNs()));
                site.world().trace().count("read: latest");
            }
        });
        site.within(150, this::askEnd);
    }

    @Override public void onRecord(FetchedRecord each) {
        int value = Values.decode(each.value());
        site.history().saw(new Seen.Read(site.number(), stretch, each.slot(), each.offset(),
            value, site.nowNs()));
        next.put(each.slot(), each.offset() + 1);
        site.world().trace().count("read: records");
        site.world().trace().mix(each.offset());
    }

    @Override public void onFetched(Slot slot, Consumer.Fetched fetched, ErrorCode code) {
        if (code == ErrorCode.CORRUPT_MESSAGE) {
            site.history().violation("damaged: " + slot + " at offset " + fetched.position());
        }
        if (code != ErrorCode.NONE) return;
        // the consumer's monotonic clock began at another moment than the world's
        long startNs = fetched.startedNs() - (site.tools().clock().monotonicNs() - site.nowNs());
        site.history()
            .saw(new Seen.Empty(site.number(), slot, fetched.position(), fetched.leaderEpoch(),
                startNs, site.nowNs()));
    }

    @Override public void onOutOfRange(Slot slot, long position) {
        site.world().trace().count("read: out of range");
        consumer.listOffset(slot, Consumer.EARLIEST, (code, offset, _) -> {
            if (code != ErrorCode.NONE) {
                site.within(100, () -> onOutOfRange(slot, position));
                return;
            }
            if (position < offset) seek(slot, offset);
            else
                askWhereItEnds(slot, position);
        });
    }

    /// Nothing is deleted there (any more: a start that nobody was promised may fall in a crash).
    private void askWhereItEnds(Slot slot, long position) {
        consumer.listOffset(slot, Consumer.LATEST, (code, offset, _) -> {
            if (code != ErrorCode.NONE) {
                site.within(100, () -> askWhereItEnds(slot, position));
                return;
            }
            if (offset < position) {
                site.history().violation("lost: " + slot + " ends before offset " + position
                    + ", up to which it had been read");
            }
            seek(slot, Math.min(position, offset));
        });
    }
}
