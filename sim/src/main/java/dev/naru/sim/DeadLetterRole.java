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

/// Reads in the end what queues have given up, and writes it down.
final class DeadLetterRole implements Consumer.Listener {
    private final Site site;
    private final Slot slot = new Slot(QueuePlan.LETTERS, 0);
    private final ClusterView view;
    private final Consumer consumer;
    private long endOffset = -1;
    private long readUpTo;

    DeadLetterRole(Site site) {
        this.site = site;
        this.view = site.view();
        this.consumer = new Consumer(view, new ConsumerSettings(true, 100, 1, 1 << 20, 1 << 20,
            false), this);
    }

    void start() {
        site.now(() -> {
            view.want(List.of(slot.topic()));
            look();
        });
    }

    private void look() {
        consumer.listOffset(slot, Consumer.LATEST, (code, offset, _) -> {
            if (code != ErrorCode.NONE) {
                site.within(100, this::look);
                return;
            }
            endOffset = offset;
            consumer.assign(Map.of(slot, 0L));
        });
    }

    boolean isRead() {
        return endOffset >= 0 && readUpTo >= endOffset;
    }

    @Override public void onRecord(FetchedRecord each) {
        readUpTo = Math.max(readUpTo, each.offset() + 1);
        site.world().trace().count("queue: dead letters");
        site.history().saw(new Seen.DeadLetter(Values.decode(each.value()), site.nowNs()));
    }

    @Override public void onOutOfRange(Slot fetched, long position) {
        consumer.seek(fetched, 0);
    }

    void close() {
        consumer.close();
        view.close();
        site.over();
    }
}
