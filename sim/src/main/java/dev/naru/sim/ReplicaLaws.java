package dev.naru.sim;

import dev.naru.base.DiskFault;
import dev.naru.broker.Node;
import dev.naru.client.Slot;
import dev.naru.metadata.PartitionImage;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionId;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Laws of the replicas of one partition, where only what is flushed counts. What a leader has
/// committed is from then on on every replica that may lead, as far as the newest image says (ISR
/// and eligible replicas); nobody takes for committed what is not; what is committed below both
/// watermarks is the same; and what was promised to be deleted, none of those has any more. What a
/// replica had flushed when its machine went down it has when it is back.
final class ReplicaLaws {
    private static final int ENOUGH = 2;

    private final ImageLaws images;
    private final Consumer<String> violation;
    private final Map<PartitionId, Ledger> ledgers = new HashMap<>();
    private final Map<Slot, Long> promised = new HashMap<>();
    private final Map<Integer, View> views = new TreeMap<>();

    /// What all replicas of a partition have been seen to have.
    private static final class Ledger {
        private final PartitionId id;
        private final Map<Integer, Replica> replicas = new TreeMap<>();
        /// By committed offset, the epoch of the record before it.
        private final TreeMap<Long, Integer> epochs = new TreeMap<>();
        /// By node, the latest leader epoch in which it was no replica.
        private final Map<Integer, Integer> outIn = new TreeMap<>();
        private long committed;
        /// The latest one in which somebody was seen to lead.
        private int leaderEpoch;
        private @Nullable PartitionImage agreed;

        Ledger(PartitionId id) {
            this.id = id;
        }
    }

    /// One replica, also while its machine is down: `durable` is what it has flushed, `start` where
    /// it begins, also after a crash.
    private static final class Replica {
        private final Ledger ledger;
        private final int nodeId;
        private long high;
        private long durable;
        private long start;
        private long recordedStart;
        private int leaderEpoch = -1;
        private boolean leads;
        private boolean isUnsure;
        private boolean isForgotten;

        Replica(Ledger ledger, int nodeId) {
            this.ledger = ledger;
            this.nodeId = nodeId;
        }

        @Override public String toString() {
            return ledger.id + " on node " + nodeId;
        }
    }

    /// What of one life of a node has been seen.
    private static final class View {
        private final Node node;
        private final IdentityHashMap<Partition, Replica> seen = new IdentityHashMap<>();

        View(Node node) {
            this.node = node;
        }
    }

    ReplicaLaws(ImageLaws images, Consumer<String> violation) {
        this.images = images;
        this.violation = violation;
    }

    /// Something happened on a node: what it holds is looked at where it has changed.
    void stepped(int nodeId, Node node) {
        var view = views.get(nodeId);
        if (view == null || view.node != node) {
            view = new View(node);
            views.put(nodeId, view);
        }
        var seen = view.seen;
        node.eachPartition(partition -> {
            var replica = seen.get(partition);
            if (replica == null || replica.isForgotten) {
                var ledger = ledgers.computeIfAbsent(partition.id(), this::ledger);
                if (isOut(ledger, nodeId, partition)) {
                    // it may still lead those who have not heard of that either
                    if (partition.leads())
                        ledger.committed = Math.max(ledger.committed, partition.highWatermark());
                    return;
                }
                replica = open(ledger, nodeId, partition);
                seen.put(partition, replica);
            } else if (!isChanged(replica, partition)) {
                return;
            }
            look(replica, partition);
        });
    }

    /// Whether it was no replica since, and has not heard of that yet: what it holds it will drop.
    private static boolean isOut(Ledger ledger, int nodeId, Partition partition) {
        return partition.leaderEpoch() < ledger.outIn.getOrDefault(nodeId, -1);
    }

    private static boolean isChanged(Replica replica, Partition partition) {
        var log = partition.log();
        return partition.highWatermark() != replica.high || log.flushedEnd() > replica.durable
            || log.logEndOffset() < replica.durable
            || log.logStartOffset() < replica.start
            || log.recordedStart() != replica.recordedStart
            || partition.leaderEpoch() != replica.leaderEpoch
            || partition.leads() != replica.leads;
    }

    /// A new life of the replica begins: it has what was flushed in the one before, and nothing that was
    /// recorded as deleted.
    private Replica open(Ledger ledger, int nodeId, Partition partition) {
        var replica = ledger.replicas.computeIfAbsent(nodeId, id -> new Replica(ledger, id));
        var log = partition.log();
        if (log.logEndOffset() < replica.durable && !replica.isUnsure)
            violation.accept("I19: " + replica + " ends at " + log.logEndOffset()
                + " after a start, and had flushed up to " + replica.durable);
        if (log.logStartOffset() < replica.start && !replica.isUnsure)
            violation.accept("I1: " + replica + " begins at " + log.logStartOffset()
                + " after a start, and had recorded " + replica.start);
        replica.isUnsure = false;
        replica.leaderEpoch = -1;
        replica.leads = false;
        replica.high = 0;
        return replica;
    }

    private Ledger ledger(PartitionId id) {
        var ledger = new Ledger(id);
        var agreed = images.newest().topic(id.topicId())
            .flatMap(topic -> topic.partition(id.index())).orElse(null);
        ledger.agreed = agreed;
        if (agreed != null) forgetOthers(ledger, agreed);
        return ledger;
    }

    private void look(Replica replica, Partition partition) {
        var log = partition.log();
        var ledger = replica.ledger;
        // of a log that began anew a power cut may leave anything before it is flushed
        boolean isInDoubt = log.isRestartUnflushed();
        boolean isCut = isInDoubt || log.logEndOffset() < replica.durable;
        boolean startFalls = log.logStartOffset() < replica.start;
        boolean isNewTerm = partition.leaderEpoch() != replica.leaderEpoch
            || partition.leads() != replica.leads;
        boolean isRaised = partition.highWatermark() > replica.high;
        long left = isInDoubt ? 0 : log.logEndOffset();
        replica.durable = isCut ? left : Math.max(replica.durable, log.flushedEnd());
        replica.recordedStart = log.recordedStart();
        replica.start = startFalls
            ? log.logStartOffset()
            : Math.max(replica.start, Math.min(log.logStartOffset(), log.recordedStart()));
        replica.high = partition.highWatermark();
        replica.leaderEpoch = partition.leaderEpoch();
        replica.leads = partition.leads();
        if (isNewTerm && replica.leads) checkLeader(replica, partition);
        if (isRaised) checkRaised(replica, partition);
        if (isCut || startFalls) checkAgreed(ledger);
    }

    /// It begins to lead. One that hears of it late, when there is a later leader, may lack what that
    /// one committed.
    private void checkLeader(Replica leader, Partition partition) {
        var ledger = leader.ledger;
        if (leader.leaderEpoch < ledger.leaderEpoch) return;
        ledger.leaderEpoch = leader.leaderEpoch;
        if (partition.log().logEndOffset() < ledger.committed)
            violation.accept("I3: " + leader + " leads in epoch " + leader.leaderEpoch + " with "
                + partition.log().logEndOffset() + " records, and " + ledger.committed
                + " are committed");
        long gone = promisedOf(ledger);
        if (partition.log().logStartOffset() < gone)
            violation.accept("I1: " + leader + " leads in epoch " + leader.leaderEpoch
                + " and begins at " + partition.log().logStartOffset()
                + ", and it was promised that "
                + gone + " is the first");
    }

    private void checkRaised(Replica replica, Partition partition) {
        var ledger = replica.ledger;
        if (replica.high > ledger.committed) {
            if (replica.leads) commit(replica, partition);
            else
                violation.accept("I3: " + replica + " takes " + replica.high
                    + " records for committed of " + ledger.committed);
        }
        var mark = ledger.epochs.floorEntry(replica.high);
        if (mark == null) return;
        int epoch = epochBefore(partition, mark.getKey());
        if (epoch >= 0 && epoch != mark.getValue())
            violation.accept("I3: " + replica + " has another record before " + mark.getKey()
                + ", of epoch " + epoch + " instead of " + mark.getValue());
    }

    /// The leader has found that everything below its watermark is on enough replicas.
    private void commit(Replica leader, Partition partition) {
        var ledger = leader.ledger;
        ledger.committed = leader.high;
        int epoch = epochBefore(partition, leader.high);
        if (epoch >= 0) ledger.epochs.put(leader.high, epoch);
        int holders = 0;
        for (var each : ledger.replicas.values())
            if (each.durable >= leader.high) holders++;
        if (holders < enough(ledger))
            violation.accept("I3: " + leader + " commits up to " + leader.high + " with "
                + holders + " replicas that have flushed it");
        checkAgreed(ledger);
    }

    /// The epoch of the record before `offset`; -1 when it is not known, and where records are compacted: a
    /// replica that came late never saw the epochs of those that are gone.
    private static int epochBefore(Partition partition, long offset) {
        if (offset <= partition.log().logStartOffset()) return -1;
        if (partition.log().settings().compacts()) return -1;
        try {
            return partition.log().epochAt(offset - 1);
        } catch (DiskFault unknown) {
            return -1;
        }
    }

    /// The cluster has agreed on something new.
    void agreed() {
        for (var ledger : ledgers.values()) {
            var id = ledger.id;
            var agreed = images.newest().topic(id.topicId())
                .flatMap(topic -> topic.partition(id.index())).orElse(null);
            if (agreed == null || agreed.equals(ledger.agreed)) continue;
            ledger.agreed = agreed;
            forgetOthers(ledger, agreed);
            checkAgreed(ledger);
        }
    }

    /// What a node holds that is no replica any more may go at any time.
    private void forgetOthers(Ledger ledger, PartitionImage agreed) {
        for (int nodeId : images.newest().nodes().keySet()) {
            if (agreed.replicas().contains(nodeId)) continue;
            ledger.outIn.put(nodeId, agreed.leaderEpoch());
            var gone = ledger.replicas.remove(nodeId);
            if (gone != null) gone.isForgotten = true;
        }
    }

    /// Whoever may lead next has all that is committed, and nothing that is promised to be gone.
    private void checkAgreed(Ledger ledger) {
        var agreed = ledger.agreed;
        if (agreed == null) return;
        for (int id : agreed.isr())
            checkAble(ledger, id, "in sync");
        for (int id : agreed.elr())
            checkAble(ledger, id, "eligible");
        checkEnough(ledger, agreed);
    }

    /// However replicas move, what was committed stays on as many as it took to commit it.
    private void checkEnough(Ledger ledger, PartitionImage agreed) {
        int holders = 0;
        for (int id : agreed.replicas()) {
            var replica = ledger.replicas.get(id);
            if (replica != null && replica.durable >= ledger.committed) holders++;
        }
        if (ledger.committed > 0 && holders < enough(ledger))
            violation.accept("I3: " + ledger.id + " has " + ledger.committed
                + " committed records, and " + holders + " of " + agreed
                + " have flushed them all");
    }

    private static int enough(Ledger ledger) {
        var agreed = ledger.agreed;
        return agreed == null ? 1 : agreed.moving().enough(agreed.replicas(), ENOUGH);
    }

    private void checkAble(Ledger ledger, int nodeId, String how) {
        var replica = ledger.replicas.get(nodeId);
        long durable = replica == null ? 0 : replica.durable;
        long start = replica == null ? 0 : replica.start;
        if (durable < ledger.committed)
            violation.accept("I3: node " + nodeId + " is " + how + " for " + ledger.id + " with "
                + durable + " flushed records, and " + ledger.committed + " are committed");
        if (start < promisedOf(ledger))
            violation.accept("I1: node " + nodeId + " is " + how + " for " + ledger.id
                + " and begins at " + start + ", and it was promised that " + promisedOf(ledger)
                + " is the first");
    }

    private long promisedOf(Ledger ledger) {
        return promised.getOrDefault(new Slot(ledger.id.topic(), ledger.id.index()), 0L);
    }

    /// The power of a node went within a write: it may have cut a log and not known it.
    void cutInWrite(int nodeId) {
        for (var ledger : ledgers.values()) {
            var replica = ledger.replicas.get(nodeId);
            if (replica != null) replica.isUnsure = true;
        }
    }

    /// It was promised that nothing below `start` is there any more.
    void deleted(Slot slot, long start) {
        promised.merge(slot, start, Math::max);
        for (var ledger : ledgers.values())
            if (slot.equals(new Slot(ledger.id.topic(), ledger.id.index()))) checkAgreed(ledger);
    }
}
