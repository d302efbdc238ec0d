package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.ProducerSettings;
import dev.naru.client.Slot;
import dev.naru.client.TransactionEnd;
import dev.naru.client.TransactionalProducer;
import dev.naru.record.Codec;
import dev.naru.sim.history.Outcome;
import dev.naru.sim.history.Transaction;
import dev.naru.sim.history.Write;
import dev.naru.wire.message.ApiKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes in transactions: commits most, aborts some, leaves some open for too long; starts anew
/// under its id while the one before, thought dead, goes on. It also takes another id at times, so
/// that its first batch of all comes to a partition, and may die with the node when the power goes.
final class TransactionRole {
    static final Write.Promise PROMISE = new Write.Promise(ProducerSettings.ACKS_ALL, true);
    private static final int TIMEOUT_MS = 4_000;
    private static final int WRITES_MAX = 8;
    private static final int WIDE_PAUSE_MS = 20;
    private static final int NARROW_PAUSE_MS = 2;

    private final Site site;
    private final List<Slot> slots;
    private final String name;
    private final Runnable pressure;
    private final boolean isV2;
    private final ProducerSettings sending;
    private final List<Runner> runners = new ArrayList<>();
    private int idsUsed;
    private int sequencesLost;
    private boolean isStopping;

    /// `pressure` is what may happen while a commit is under way.
    TransactionRole(Site site, List<Slot> slots, int index, Runnable pressure) {
        this.site = site;
        this.slots = slots;
        this.name = "payer-" + index;
        this.pressure = pressure;
        this.isV2 = site.chance().below(3) > 0;
        this.sending = sending(site.chance());
    }

    static ProducerSettings sending(SimEntropy chance) {
        return new ProducerSettings(ProducerSettings.ACKS_ALL, true, true, 1 + chance.below(5),
            1 + chance.below(3), chance.below(3), 3_000, Codec.NONE);
    }

    /// What a client of the classic flow speaks; one of V2 speaks everything.
    static Map<ApiKey, Short> caps(SimEntropy chance, boolean isV2) {
        var caps = new TreeMap<ApiKey, Short>();
        if (isV2) return caps;
        caps.put(ApiKey.PRODUCE, (short) (3 + chance.below(9)));
        caps.put(ApiKey.INIT_PRODUCER_ID, (short) (3 + chance.below(2)));
        caps.put(ApiKey.ADD_PARTITIONS_TO_TXN, (short) chance.below(4));
        caps.put(ApiKey.ADD_OFFSETS_TO_TXN, (short) chance.below(4));
        caps.put(ApiKey.TXN_OFFSET_COMMIT, (short) (3 + chance.below(2)));
        caps.put(ApiKey.END_TXN, (short) chance.below(5));
        return caps;
    }

    static Outcome outcome(TransactionEnd how) {
        return switch (how) {
            case COMMITTED -> Outcome.OK;
            case ABORTED -> Outcome.REFUSED;
            case UNKNOWN -> Outcome.UNKNOWN;
        };
    }

    void start() {
        site.now(this::spawn);
    }

    /// Begins nothing new.
    void stopSending() {
        isStopping = true;
    }

    /// The power is gone, and may have taken clients along.
    void powerCut() {
        site.now(() -> {
            for (var each : List.copyOf(runners))
                if (site.chance().oneIn(2)) each.dies();
        });
    }

    boolean isSettled() {
        return runners.stream().allMatch(each -> each.current == null);
    }

    int sequencesLost() {
        int count = sequencesLost;
        for (var each : runners)
            count += each.producer.sequencesLost();
        return count;
    }

    void close() {
        for (var each : List.copyOf(runners))
            each.stop();
        site.over();
    }

    private String id() {
        return idsUsed == 0 ? name : name + "-" + idsUsed;
    }

    private void spawn() {
        if (isStopping) return;
        site.world().trace().count("transactions: producers " + (isV2 ? "V2" : "classic"));
        var next = new Runner();
        runners.add(next);
        next.producer.start();
    }

    /// One producer, from its start until it is fenced or stopped.
    private final class Runner implements TransactionalProducer.Listener {
        private final ClusterView view = site.view(caps(site.chance(), isV2));
        private final TransactionalProducer producer = new TransactionalProducer(view,
            new TransactionalProducer.Settings(id(), TIMEOUT_MS, isV2), sending, this);
        /// One partition for each transaction, at once after the last one: several requests are
        /// under way while the first has to wait.
        private final boolean isNarrow = site.chance().oneIn(3);
        private @Nullable Transaction current;
        private boolean isOver;

        @Override public void onReady() {
            if (isNarrow) site.now(this::open);
            else
                site.within(60, this::open);
        }

        private void open() {
            if (isOver || isStopping) return;
            var chance = site.chance();
            if (chance.oneIn(12)) spawn();
            boolean takesAnother = chance.oneIn(6);
            if (takesAnother) idsUsed++;
            if (takesAnother || chance.oneIn(15)) {
                stop();
                spawn();
                return;
            }
            producer.begin();
            var transaction = site.history().transaction(site.number());
            current = transaction;
            var into = isNarrow ? List.of(slots.get(chance.below(slots.size()))) : slots;
            write(transaction, 1 + chance.below(WRITES_MAX), into);
        }

        private void write(Transaction transaction, int left, List<Slot> into) {
            if (isOver || current != transaction) return;
            var chance = site.chance();
            if (chance.oneIn(25)) view.reconnect("impatient");
            if (left == 0 || !producer.isSound()) {
                int waitMs = chance.oneIn(20) ? 2 * TIMEOUT_MS : 20;
                site.within(waitMs, () -> end(transaction));
                return;
            }
            var slot = into.get(chance.below(into.size()));
            var write = site.history().write(site.number(), slot, PROMISE, site.nowNs());
            transaction.wrote(write);
            producer.send(slot, site.tools().clock().wallMs(),
                Values.encode(write.number(), chance.below(200)), _ -> {
                });
            int pauseMs = into.size() == 1 ? NARROW_PAUSE_MS : WIDE_PAUSE_MS;
            site.within(pauseMs, () -> write(transaction, left - 1, into));
        }

        private void end(Transaction transaction) {
            if (isOver || current != transaction) return;
            if (site.chance().oneIn(5)) {
                producer.abort(how -> ended(transaction, how));
            } else {
                transaction.asksToCommit(site.nowNs());
                if (site.chance().oneIn(10)) pressure.run();
                producer.commit(Optional.empty(), how -> ended(transaction, how));
            }
        }

        private void ended(Transaction transaction, TransactionEnd how) {
            transaction.end(outcome(how));
            current = null;
            site.world().trace().count("transactions: " + how);
        }

        @Override public void onFenced(ErrorCode why) {
            site.world().trace().count("transactions: fenced");
            stop();
            if (runners.isEmpty()) site.within(500, () -> {
                if (runners.isEmpty()) spawn();
            });
        }

        /// What it asked for may still happen; the next one of its id comes soon.
        private void dies() {
            if (isOver) return;
            site.world().trace().count("transactions: died with the power");
            stop();
            site.within(300, TransactionRole.this::spawn);
        }

        private void stop() {
            isOver = true;
            current = null;
            sequencesLost += producer.sequencesLost();
            producer.close();
            view.close();
            runners.remove(this);
        }
    }
}
