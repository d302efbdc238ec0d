package dev.naru.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A share partition beside one that is written down offset by offset, under whatever members do,
/// with crashes between any two steps.
final class SharePartitionModelTest {
    private static final int SEEDS = 400;
    private static final int STEPS = 300;
    private static final long LOCK_MS = 1_000;

    @Test void it_does_what_a_list_of_its_records_would() {
        for (int seed = 0; seed < SEEDS; seed++)
            new Run(seed, false).go();
    }

    @Test void with_key_order_no_record_overtakes_an_earlier_one_of_its_key() {
        for (int seed = 0; seed < SEEDS; seed++)
            new Run(seed, true).go();
    }

    private static final class Run {
        private final Random random;
        private final int seed;
        private final boolean isOrdered;
        private final ShareTerms terms;
        private final List<Stretch> log = new ArrayList<>();
        private final Map<Long, String> holder = new TreeMap<>();
        private final Map<Long, Integer> lentTimes = new HashMap<>();
        private final Set<Long> answered = new HashSet<>();
        private final List<Set<Long>> unanswered = new ArrayList<>();
        private final Set<Long> taken = new HashSet<>();
        private long logEnd;
        private long nowMs = 1_000_000;
        private long storedStart;
        private List<StateBatch> stored = List.of();
        private Change inFlight = new Change(0, 0, List.of());
        private boolean isWriting;
        private SharePartition share;

        Run(int seed, boolean isOrdered) {
            this.seed = seed;
            this.random = new Random(seed);
            this.isOrdered = isOrdered;
            this.terms = new ShareTerms(LOCK_MS * Now.NS_PER_MS, 2 + random.nextInt(5),
                20 + random.nextInt(100), true, false, isOrdered, false,
                random.nextBoolean() ? Backoff.NONE : new Backoff(50, 2, 400));
            this.share = new SharePartition(terms, 0, List.of());
        }

        void go() {
            for (int step = 0; step < STEPS; step++) {
                act();
                share.check();
            }
            drain();
        }

        private Now now() {
            return new Now(nowMs * Now.NS_PER_MS, nowMs);
        }

        private void act() {
            switch (random.nextInt(12)) {
                case 0, 1 -> append();
                case 2, 3, 4, 5 -> fetch("m" + random.nextInt(4), 1 + random.nextInt(30));
                case 6, 7, 8 -> acknowledge("m" + random.nextInt(4));
                case 9 -> store();
                case 10 -> pass(random.nextInt(600));
                default -> rare();
            }
        }

        private void rare() {
            switch (random.nextInt(6)) {
                case 0 -> crash();
                case 1 -> leave("m" + random.nextInt(4));
                case 2 -> cutLog();
                default -> store();
            }
        }

        private void append() {
            if (isOrdered) {
                for (int count = 1 + random.nextInt(8); count > 0; count--) {
                    log.add(random.nextInt(8) == 0
                        ? Stretch.recordWithoutKey(logEnd)
                        : Stretch.record(logEnd, random.nextInt(4)));
                    logEnd++;
                }
                return;
            }
            int size = 1 + random.nextInt(12);
            boolean isControl = random.nextInt(10) == 0;
            long last = logEnd + (isControl ? 0 : size - 1);
            log.add(isControl ? Stretch.nothing(logEnd, last) : Stretch.data(logEnd, last));
            // some offsets are gone: compacted away
            logEnd = last + 1 + (random.nextInt(6) == 0 ? random.nextInt(4) : 0);
        }

        private void fetch(String member, int max) {
            long from = share.nextOffset();
            share.join(member);
            var found = log.stream().filter(each -> each.lastOffset() >= from).toList();
            if (found.isEmpty()) return;
            var mode = random.nextBoolean()
                ? AcquireMode.RECORD_LIMIT
                : AcquireMode.BATCH_OPTIMIZED;
            long before = share.lockedCount();
            var lent = share.acquire(new SharePartition.Ask(member, max, 1 + random.nextInt(20),
                mode), from, found, now());
            long count = 0;
            for (var range : lent) {
                for (long at = range.firstOffset(); at <= range.lastOffset(); at++, count++)
                    lent(member, at, range.deliveryCount());
            }
            assertTrue(count <= max, "seed " + seed + ": no more than asked for");
            assertEquals(before + count, share.lockedCount(), "seed " + seed);
            assertTrue(share.lockedCount() <= terms.locksMax(), "seed " + seed);
        }

        private void lent(String member, long at, int deliveryCount) {
            var why = "seed " + seed + " offset " + at;
            assertEquals(null, holder.put(at, member), why + " is lent to one at a time");
            assertTrue(!answered.contains(at), why + " was acknowledged and answered");
            assertTrue(deliveryCount >= 1 && deliveryCount <= terms.deliveryCountMax(),
                why + " is lent within the limit");
            lentTimes.put(at, deliveryCount);
            var lying = log.stream()
                .filter(each -> each.firstOffset() <= at && at <= each.lastOffset()).findFirst();
            assertTrue(lying.isPresent() && lying.get().isData(), why + " is data");
            if (!isOrdered || lying.get().key() == Span.NO_KEY) return;
            for (var earlier : log) {
                if (earlier.firstOffset() >= at) break;
                if (earlier.key() != lying.get().key() || isOver(earlier.firstOffset())) continue;
                assertEquals(member, holder.get(earlier.firstOffset()),
                    why + " waits for " + earlier.firstOffset());
            }
        }

        private boolean isOver(long offset) {
            if (offset < share.startOffset()) return true;
            return share.picture().stream().anyMatch(batch -> batch.firstOffset() <= offset
                && offset <= batch.lastOffset() && batch.state().isFinal());
        }

        private void acknowledge(String member) {
            var own = holder.entrySet().stream().filter(each -> each.getValue().equals(member))
                .map(Map.Entry::getKey).toList();
            if (own.isEmpty()) return;
            int from = random.nextInt(own.size());
            int to = from + 1;
            while (to < own.size() && own.get(to) == own.get(to - 1) + 1
                && random.nextInt(10) != 0)
                to++;
            var types = new ArrayList<Byte>();
            boolean isAlike = random.nextBoolean();
            for (int at = from; at < (isAlike ? from + 1 : to); at++)
                types.add((byte) (random.nextInt(8) < 5 ? 1 : random.nextInt(5)));
            var all = new Acknowledgement(own.get(from), own.get(to - 1), types);
            assertEquals(ErrorCode.INVALID_RECORD_STATE,
                all.lastOffset() < share.startOffset()
                    ? ErrorCode.INVALID_RECORD_STATE
                    : share.acknowledge("stranger", List.of(all), now()),
                "seed " + seed);
            assertEquals(ErrorCode.NONE, share.acknowledge(member, List.of(all), now()),
                "seed " + seed);
            for (int at = from; at < to; at++) {
                byte type = all.typeOf(own.get(at));
                if (type != Acknowledgement.RENEW) holder.remove(own.get(at));
                if (type == Acknowledgement.ACCEPT) taken.add(own.get(at));
            }
        }

        private void store() {
            if (isWriting) {
                stored = StateBatches.overlay(stored, inFlight.batches(), inFlight.startOffset());
                storedStart = inFlight.startOffset();
                share.stored();
                unanswered.forEach(answered::addAll);
                unanswered.clear();
                isWriting = false;
            } else if (share.hasChange()) {
                inFlight = share.takeChange();
                isWriting = true;
                unanswered.add(new HashSet<>(taken));
                taken.clear();
            }
        }

        private void pass(int ms) {
            nowMs += ms;
            share.onTime(now());
            holder.keySet().removeIf(offset -> !isHeld(offset));
        }

        private boolean isHeld(long offset) {
            return share.picture().stream().anyMatch(batch -> batch.firstOffset() <= offset
                && offset <= batch.lastOffset() && batch.state() == RecordState.ACQUIRED);
        }

        private void leave(String member) {
            share.release(member, random.nextBoolean(), now());
            share.leave(member);
            holder.values().removeIf(member::equals);
        }

        private void cutLog() {
            long start = share.startOffset() + random.nextInt(5);
            if (start > logEnd) return;
            share.logStartsAt(start);
            log.removeIf(each -> each.lastOffset() < start);
            holder.keySet().removeIf(offset -> offset < start);
        }

        /// What was stored is there, the rest was never so.
        private void crash() {
            // the write on its way may or may not have come through
            if (isWriting && random.nextBoolean()) {
                stored = StateBatches.overlay(stored, inFlight.batches(), inFlight.startOffset());
                storedStart = inFlight.startOffset();
            }
            isWriting = false;
            unanswered.clear();
            taken.clear();
            holder.clear();
            share = new SharePartition(terms, storedStart, stored);
            share.logStartsAt(log.isEmpty() ? logEnd : log.getFirst().firstOffset());
        }

        /// In the end, everything can be dealt with and nothing is left.
        private void drain() {
            for (int round = 0; round < 4_000 && share.startOffset() < logEnd; round++) {
                store();
                store();
                pass(500);
                fetch("m0", 50);
                acknowledge("m0");
                share.check();
            }
            store();
            store();
            long lastData = log.stream().filter(Stretch::isData).mapToLong(Stretch::lastOffset)
                .max().orElse(-1);
            assertTrue(share.startOffset() > lastData, "seed " + seed + ": all is dealt with, "
                + share.startOffset() + " of " + logEnd + " " + share.picture());
        }
    }
}
