package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.client.ClusterView;
import dev.naru.client.CommittedOffsets;
import dev.naru.client.Consumer;
import dev.naru.client.ConsumerSettings;
import dev.naru.client.FetchedRecord;
import dev.naru.client.GroupMember;
import dev.naru.client.GroupMemberSettings;
import dev.naru.client.Membership;
import dev.naru.client.Slot;
import dev.naru.client.TransactionEnd;
import dev.naru.client.TransactionalProducer;
import dev.naru.sim.history.Transaction;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Consume, transform, produce: a member of a group that reads what was paid, writes a receipt for
/// each payment, and moves the group's offsets within the same transaction (KIP-447). It dies and
/// comes back in the middle of anything.
final class ChainRole {
    static final String GROUP = "chain";
    private static final int SESSION_MS = 2_000;
    private static final int REBALANCE_MS = 3_000;
    private static final int TIMEOUT_MS = 4_000;
    private static final int BATCH_MAX = 6;

    private final Site site;
    private final List<Slot> receipts;
    private final String id;
    private final boolean isV2;
    private final Map<Slot, Long> progress = new TreeMap<>();
    private Life life;
    private boolean isCalm;

    ChainRole(Site site, List<Slot> receipts, int index) {
        this.site = site;
        this.receipts = receipts;
        this.id = "chain-" + index;
        this.isV2 = site.chance().below(3) > 0;
        this.life = new Life();
    }

    void start() {
        site.now(() -> life.start());
        site.within(3_000, this::wander);
    }

    void calm() {
        isCalm = true;
    }

    /// How far the group has come, as this client knows.
    Map<Slot, Long> progress() {
        return progress;
    }

    void close() {
        life.stop();
        site.over();
    }

    private void tell(String what) {
        site.world().trace().line(site.world(), id, what);
    }

    private void wander() {
        if (isCalm) return;
        switch (site.chance().below(5)) {
            case 0, 1 -> {
                site.world().trace().count("chain: restarts");
                life.stop();
                life = new Life();
                life.start();
            }
            case 2 -> life.view.reconnect("impatient");
            case 3 -> life.sending.reconnect("impatient");
            default -> {
            }
        }
        site.within(3_000, this::wander);
    }

    /// From one start to the next.
    private final class Life
        implements
            GroupMember.Listener,
            Consumer.Listener,
            TransactionalProducer.Listener {
        private final ClusterView view = site.view(TransactionRole.caps(site.chance(), isV2));
        /// The producer's connections: on those of the consumer all would wait behind its fetches.
        private final ClusterView sending = site
            .view(TransactionRole.caps(site.chance(), isV2));
        private final GroupMember member = new GroupMember(view,
            new GroupMemberSettings(GROUP, "", List.of(Scenario.PAID), SESSION_MS, REBALANCE_MS,
                100 + site.chance().below(300)),
            this);
        private final Consumer consumer = new Consumer(view,
            new ConsumerSettings(true, 100, 1, 64 * 1024, 64 * 1024, true), this);
        private final CommittedOffsets offsets = new CommittedOffsets(view, GROUP);
        private final ArrayDeque<FetchedRecord> waiting = new ArrayDeque<>();
        private TransactionalProducer producer = producer();
        private boolean isReady;
        private boolean isBusy;
        private int begun;
        private boolean isOver;

        private TransactionalProducer producer() {
            return new TransactionalProducer(sending,
                new TransactionalProducer.Settings(id, TIMEOUT_MS, isV2),
                TransactionRole.sending(site.chance()), this);
        }

        void start() {
            producer.start();
            member.start();
            turn();
        }

        void stop() {
            isOver = true;
            member.stop(false);
            consumer.close();
            producer.close();
            sending.close();
            view.close();
        }

        @Override public void onReady() {
            isReady = true;
        }

        @Override public void onFenced(ErrorCode why) {
            isReady = false;
            isBusy = false;
            site.within(300, () -> {
                if (isOver) return;
                producer = producer();
                producer.start();
            });
        }

        @Override public void onAssigned(Membership membership, List<Slot> slots) {
            waiting.clear();
            consumer.assign(Map.of());
            if (!slots.isEmpty()) goOn(membership, slots);
        }

        /// From where the group has come to, once nothing about that is undecided, here or there.
        private void goOn(Membership as, List<Slot> slots) {
            var link = member.coordinator();
            if (isOver || link.isEmpty() || !member.membership().equals(as)) return;
            if (isBusy) {
                site.within(50, () -> goOn(as, slots));
                return;
            }
            int before = begun;
            offsets.fetch(link.get(), slots, true, (code, found) -> {
                if (isOver || !member.membership().equals(as)) return;
                // what was begun meanwhile may have moved them
                if (code != ErrorCode.NONE || begun != before) {
                    site.within(100, () -> goOn(as, slots));
                    return;
                }
                var from = new TreeMap<Slot, Long>();
                tell("goes on in generation " + as.generation() + " from " + found);
                found.forEach((slot, position) -> from.put(slot, Math.max(0, position)));
                from.forEach((slot, position) -> progress.merge(slot, position, Math::max));
                waiting.clear();
                consumer.assign(from);
            });
        }

        @Override public void onRevoked(Membership membership) {
            waiting.clear();
            consumer.assign(Map.of());
        }

        @Override public void onRecord(FetchedRecord each) {
            waiting.add(new FetchedRecord(each.slot(), each.offset(), each.leaderEpoch(),
                each.timestampMs(), null, copy(each)));
        }

        private @Nullable ByteBuffer copy(FetchedRecord each) {
            var value = each.value();
            if (value == null) return null;
            return ByteBuffer.allocate(value.remaining()).put(value.duplicate()).flip();
        }

        @Override public void onOutOfRange(Slot slot, long position) {
            site.history().violation("lost: " + slot + " has nothing at " + position
                + ", where a chain goes on");
        }

        private void turn() {
            if (isOver) return;
            if (isReady && !isBusy && !waiting.isEmpty() && member.membership().isMember()) {
                transform(member.membership());
            }
            site.within(40, this::turn);
        }

        private void transform(Membership as) {
            begun++;
            isBusy = true;
            isReady = false;
            producer.begin();
            var transaction = site.history().transaction(site.number());
            var positions = new TreeMap<Slot, Long>();
            int count = 1 + site.chance().below(BATCH_MAX);
            while (count-- > 0 && !waiting.isEmpty())
                transform(waiting.removeFirst(), transaction, positions);
            var slots = List.copyOf(consumer.positions().keySet());
            var moved = new TransactionalProducer.Offsets(GROUP, as, positions);
            transaction.asksToCommit(site.nowNs());
            tell("commits " + transaction + " up to " + positions);
            producer.commit(Optional.of(moved), how -> {
                tell("was told " + how + " of " + transaction);
                isBusy = false;
                transaction.end(TransactionRole.outcome(how));
                site.world().trace().count("chain: " + how);
                if (how == TransactionEnd.COMMITTED) {
                    positions.forEach((slot, at) -> progress.merge(slot, at, Math::max));
                } else if (member.membership().equals(as)) {
                    waiting.clear();
                    consumer.assign(Map.of());
                    goOn(as, slots);
                }
            });
        }

        private void transform(FetchedRecord payment, Transaction transaction,
            Map<Slot, Long> positions) {
            var slot = receipts.get(site.chance().below(receipts.size()));
            var write = site.history().write(site.number(), slot, TransactionRole.PROMISE,
                site.nowNs());
            transaction.wrote(write);
            site.history().derives(write.number(), Values.decode(payment.value()));
            positions.put(payment.slot(), payment.offset() + 1);
            producer.send(slot, site.tools().clock().wallMs(), Values.encode(write.number(), 20),
                _ -> {
                });
        }
    }
}
