package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.DiskFault;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.log.AbortedTransaction;
import dev.naru.partition.Fetched;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionReader;
import dev.naru.partition.Watch;
import dev.naru.share.Acknowledgement;
import dev.naru.share.Lent;
import dev.naru.share.ShareKey;
import dev.naru.share.SharePartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs one share partition on the loop of its partition: opens it from its stored state, reads the
/// log for it, stores its changes, keeps its time, and wakes those who wait. What was acknowledged
/// while a change is being stored goes with the next one, so a busy share partition stores few and
/// large ones. When a change cannot be stored, all is dropped and read back by the next who asks.
///
/// Owned by the partition's loop. Law: I22.
final class SharePartitionHost {
    /// What hosts need of the node. `onDropped` takes the host out of its table.
    record Rooms(Cluster cluster, SharePersister persister, dev.naru.base.Disk disk,
        DeadLetters deadLetters, Consumer<SharePartitionHost> onDropped) {}

    private enum Phase {
        OPENING, OPEN, DROPPED
    }

    /// How a request wants its records. `isLast` takes what there is, however little.
    record Wish(SharePartition.Ask ask, int minBytes, int maxBytes, boolean isLast) {}

    /// More than this is not read for one request, whatever it allows.
    private static final int READ_BYTES_MAX = 4 * 1024 * 1024;

    private final Rooms rooms;
    private final ShareKey key;
    private final Partition partition;
    private final int leaderEpoch;
    private final Loop loop;
    private final ShareGroupTerms terms;
    private final ShareStore store;
    private final Set<ShareWaiter> parked = new LinkedHashSet<>();
    private final Map<String, ShareSession> sessions = new LinkedHashMap<>();
    private final Watch watch = new Watch(this::logGrew);
    private List<Consumer<ErrorCode>> whenOpen = new ArrayList<>();
    private Phase phase = Phase.OPENING;
    private @Nullable SharePartition share;
    private Loop.@Nullable Timer timer;
    private long timerDueNs = Long.MAX_VALUE;
    private int reading;

    SharePartitionHost(Rooms rooms, ShareKey key, Partition partition) {
        this.rooms = rooms;
        this.key = key;
        this.partition = partition;
        this.leaderEpoch = partition.leaderEpoch();
        this.loop = partition.shared().loop();
        this.terms = new ShareGroupTerms(rooms.cluster(), key.group());
        this.store = new ShareStore(rooms.persister(), loop, key, this::stored);
    }

    ShareKey key() {
        return key;
    }

    Partition partition() {
        return partition;
    }

    /// Whether it is of this partition, in the term that the node leads it in now: what others have
    /// changed in between is not known here.
    boolean isOf(Partition other) {
        return partition == other && refusal() == ErrorCode.NONE;
    }

    private ErrorCode refusal() {
        if (partition.closedBecause() != ErrorCode.NONE) return partition.closedBecause();
        return partition.leads() && partition.leaderEpoch() == leaderEpoch
            ? ErrorCode.NONE
            : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    Loop loop() {
        return loop;
    }

    private Now now() {
        return partition.shared().clock().now();
    }

    /// Reads the stored state; the first thing that is done with a host.
    void open() {
        new ShareOpening(partition, leaderEpoch, terms, store).begin(this::opened);
    }

    private void opened(ErrorCode error, @Nullable SharePartition read) {
        if (phase == Phase.DROPPED) return;
        var why = error == ErrorCode.NONE ? refusal() : error;
        if (why != ErrorCode.NONE || read == null) {
            drop(why == ErrorCode.NONE ? ErrorCode.UNKNOWN_SERVER_ERROR : why);
            return;
        }
        phase = Phase.OPEN;
        share = read;
        var waiting = whenOpen;
        whenOpen = List.of();
        for (var each : waiting)
            each.accept(ErrorCode.NONE);
        // whoever had it opened may not have asked yet: it is not unused
        work();
    }

    /// Calls back once it is open, or cannot be.
    private void whenOpen(Consumer<ErrorCode> task) {
        switch (phase) {
            case OPENING -> whenOpen.add(task);
            case OPEN -> task.accept(refusal());
            case DROPPED -> task.accept(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
    }

    private SharePartition share() {
        return Invariant.present(share, "an open share partition is there");
    }

    /// Lends records. A member that comes with a newer session has lost what it held.
    void fetch(ShareSession session, Wish wish, Consumer<ShareFetched> done) {
        whenOpen(error -> {
            if (error != ErrorCode.NONE) {
                done.accept(ShareFetched.refused(error));
            } else if (join(session)) {
                read(new Visit(session, wish, done));
            } else {
                done.accept(ShareFetched.refused(ErrorCode.SHARE_SESSION_NOT_FOUND));
            }
        });
    }

    /// False when the member has come with a newer session by now: what an older one is lent,
    /// nobody would ever hear of.
    private boolean join(ShareSession session) {
        var memberId = session.key().memberId();
        var before = sessions.get(memberId);
        if (before == session) return true;
        if (before != null && before.openedNs() > session.openedNs()) return false;
        sessions.put(memberId, session);
        if (before != null) share().release(memberId, true, now());
        share().join(memberId);
        return true;
    }

    /// One who came for records: whose they would be, how they are wanted, who hears.
    private record Visit(ShareSession session, Wish wish, Consumer<ShareFetched> done) {}

    private void read(Visit visit) {
        var open = share();
        var wish = visit.wish();
        open.terms(terms.current());
        open.logStartsAt(partition.log().logStartOffset());
        long end = readableEnd(open);
        long from = open.nextOffset();
        if (!open.hasSomething(end) || wish.maxBytes() <= 0 || wish.ask().recordsMax() <= 0) {
            visit.done().accept(ShareFetched.nothing(lockMs()));
            turn();
            return;
        }
        var fetched = PartitionReader.read(partition, new PartitionReader.Question(from,
            Math.min(wish.maxBytes(), READ_BYTES_MAX), true,
            PartitionReader.Reader.client(open.terms().isReadCommitted())));
        boolean isTooLittle = !wish.isLast() && from == open.endOffset()
            && fetched.sizeBytes() < wish.minBytes();
        if (fetched.records().isEmpty() || isTooLittle) {
            discard(fetched);
            visit.done().accept(fetched.error() == ErrorCode.NONE
                ? ShareFetched.nothing(lockMs())
                : ShareFetched.refused(fetched.error()));
            turn();
            return;
        }
        var slice = Invariant.present(
            fetched.records().getFirst() instanceof Bytes.Slice found ? found : null,
            "records of a log lie in a file");
        if (fetched.isCold()) {
            reading++;
            rooms.disk().warm(slice, loop, _ -> {
                reading--;
                lend(new Found(slice, fetched.aborted(), from), visit);
            });
        } else {
            lend(new Found(slice, fetched.aborted(), from), visit);
        }
    }

    private long readableEnd(SharePartition open) {
        return open.terms().isReadCommitted()
            ? partition.lastStableOffset()
            : partition.highWatermark();
    }

    private static void discard(Fetched fetched) {
        for (var bytes : fetched.records())
            bytes.discard();
    }

    private long lockMs() {
        return share().terms().lockNs() / Now.NS_PER_MS;
    }

    /// What a read found from an offset on.
    private record Found(Bytes.Slice slice, List<AbortedTransaction> aborted, long fromOffset) {}

    /// The bytes are in memory: looks at what they are, and lends, if the session is the member's
    /// still.
    private void lend(Found found, Visit visit) {
        var slice = found.slice();
        long from = found.fromOffset();
        if (phase != Phase.OPEN || refusal() != ErrorCode.NONE) {
            slice.discard();
            visit.done().accept(ShareFetched.refused(ErrorCode.NOT_LEADER_OR_FOLLOWER));
            return;
        }
        if (sessions.get(visit.session().key().memberId()) != visit.session()) {
            slice.discard();
            visit.done().accept(ShareFetched.refused(ErrorCode.SHARE_SESSION_NOT_FOUND));
            turn();
            wake();
            return;
        }
        var open = share();
        var outline = new ShareOutline(slice, found.aborted(), open.terms().keepsKeyOrder(),
            partition.shared().codecs());
        // others may have been lent some of it while it was read
        var lent = from <= open.endOffset()
            ? open.acquire(visit.wish().ask(), from, outline, now())
            : List.<Lent>of();
        if (lent.isEmpty()) {
            slice.discard();
            visit.done().accept(outline.isBroken()
                ? ShareFetched.refused(ErrorCode.CORRUPT_MESSAGE)
                : ShareFetched.nothing(lockMs()));
        } else {
            var records = outline.cut(lent.getFirst().firstOffset(),
                lent.getLast().lastOffset());
            visit.done().accept(new ShareFetched(ErrorCode.NONE, List.of(records), lent, lockMs()));
        }
        turn();
        if (!lent.isEmpty()) wake();
    }

    /// Takes acknowledgements; NONE once they are stored.
    void acknowledge(String memberId, List<Acknowledgement> all, Consumer<ErrorCode> done) {
        whenOpen(error -> {
            if (error != ErrorCode.NONE) {
                done.accept(error);
                return;
            }
            share().terms(terms.current());
            share().logStartsAt(partition.log().logStartOffset());
            var refusal = share().acknowledge(memberId, all, now());
            if (refusal != ErrorCode.NONE || !share().isChanged()) {
                done.accept(refusal);
            } else {
                store.whenNextStored(done);
            }
            turn();
        });
    }

    /// The member's session ends. What it holds is released; what it cannot have seen counts as not
    /// delivered.
    void leave(String memberId, ShareSession session, boolean wasSeen, Runnable done) {
        if (phase != Phase.OPEN || sessions.get(memberId) != session) {
            done.run();
            return;
        }
        sessions.remove(memberId);
        share().release(memberId, wasSeen, now());
        share().leave(memberId);
        if (share().isChanged()) {
            store.whenNextStored(_ -> done.run());
        } else {
            done.run();
        }
        turn();
    }

    /// What was lent did not leave this node.
    void takeBack(String memberId, List<Lent> lent) {
        if (phase != Phase.OPEN) return;
        share().takeBack(memberId, lent, now());
        turn();
    }

    /// Waits for something to lend; at once when there is something by now.
    void park(ShareWaiter waiter) {
        parked.add(waiter);
        if (phase != Phase.OPEN) {
            if (phase == Phase.DROPPED) fire(waiter);
            return;
        }
        turn();
    }

    void unpark(ShareWaiter waiter) {
        parked.remove(waiter);
    }

    /// Wakes the one who waits longest, if there is anything to lend. Whoever takes some wakes the
    /// next.
    void wake() {
        if (parked.isEmpty() || phase != Phase.OPEN) return;
        if (share().hasSomething(readableEnd(share()))) fire(parked.iterator().next());
    }

    private void fire(ShareWaiter waiter) {
        parked.remove(waiter);
        waiter.loop().execute(waiter.onSomething());
    }

    /// Inside a change of the partition: only posts.
    private void logGrew() {
        loop.execute(() -> {
            if (phase != Phase.OPEN) return;
            if (refusal() != ErrorCode.NONE) {
                drop(refusal());
                return;
            }
            wake();
            turn();
        });
    }

    /// After whatever happened: changes are stored, dead letters go, time is kept, the log is
    /// watched as long as somebody waits.
    private void turn() {
        work();
        var open = share;
        if (open == null || phase != Phase.OPEN) return;
        boolean isUnused = open.isIdle() && parked.isEmpty() && reading == 0
            && sessions.isEmpty() && store.isIdle();
        if (isUnused) drop(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    private void work() {
        var open = share;
        if (open == null || phase != Phase.OPEN) return;
        store.storeChange(open, leaderEpoch);
        if (phase == Phase.OPEN) bury(open);
        if (phase != Phase.OPEN) return;
        keepTime(open);
        if (!parked.isEmpty())
            partition.arm(watch,
                open.terms().isReadCommitted() ? Watch.For.STABLE : Watch.For.COMMITTED);
    }

    /// Dead letters go: new ones, and those that a restart has left on their way.
    private void bury(SharePartition open) {
        for (var letter : open.takeDeadLetters()) {
            rooms.deadLetters().bury(key, partition, letter, () -> {
                if (phase != Phase.OPEN) return;
                share().buried(letter);
                turn();
            });
        }
    }

    private void keepTime(SharePartition open) {
        long dueNs = open.nextDueNs();
        if (dueNs == timerDueNs) return;
        boolean isLater = timer != null && dueNs > timerDueNs;
        // a timer that rings early only looks again: most locks end before their time
        if (isLater) return;
        if (timer != null) timer.cancel();
        timerDueNs = dueNs;
        timer = dueNs == Long.MAX_VALUE
            ? null
            : loop.after(Math.max(0, dueNs - now().monotonicNs()), this::ring);
    }

    private void ring() {
        timer = null;
        timerDueNs = Long.MAX_VALUE;
        if (phase != Phase.OPEN) return;
        share().terms(terms.current());
        share().onTime(now());
        turn();
        wake();
    }

    /// A change is stored, or cannot be.
    private void stored(ErrorCode error) {
        if (phase != Phase.OPEN) return;
        if (error != ErrorCode.NONE) {
            drop(error);
            return;
        }
        share().stored();
        turn();
        wake();
    }

    /// Forgets everything; whoever comes next opens it again.
    void drop(ErrorCode why) {
        if (phase == Phase.DROPPED) return;
        phase = Phase.DROPPED;
        if (timer != null) timer.cancel();
        watch.cancel();
        store.drop(why);
        rooms.onDropped().accept(this);
        var waiting = whenOpen;
        whenOpen = List.of();
        for (var each : waiting)
            each.accept(why);
        for (var waiter : List.copyOf(parked))
            fire(waiter);
    }

    /// The share partition as it is, for checks; none while it is not open.
    @Nullable SharePartition current() {
        return phase == Phase.OPEN ? share : null;
    }
}
