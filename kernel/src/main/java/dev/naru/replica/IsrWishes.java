package dev.naru.replica;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.partition.Isr;
import dev.naru.partition.IsrWish;
import dev.naru.partition.Partition;
import dev.naru.partition.PartitionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Takes what the leaders of one loop wish for their ISR to the controller: all that came up in a
/// turn goes as one request, one request at a time. A wish whose outcome is not known is asked
/// again, until the controller has said yes or no to it; until then its leader counts both
/// (KIP-497). Owned by the loop.
public final class IsrWishes {
    private static final long RETRY_NS = 100 * Now.NS_PER_MS;

    /// The way to the controller.
    public interface Controller {
        /// Asks; `outcome` hears on the loop, in the same order: NONE for what was accepted, what
        /// the controller said to the others, REQUEST_TIMED_OUT where it is not known what became
        /// of them.
        void ask(List<Asked> wishes, Consumer<List<ErrorCode>> outcome);
    }

    /// What one leader wishes.
    public record Asked(PartitionId partition, IsrWish wish) {}

    private final Loop loop;
    private final Controller controller;
    private final LongSupplier lagMs;
    private final Supplier<List<Partition>> all;
    private final Isr.Joiners joiners;
    private final Map<PartitionId, Pending> waiting = new LinkedHashMap<>();
    private boolean isAsking;
    private boolean isDue;
    private boolean isClosed;

    /// `isUnsure` when it was asked before, and nobody knows what became of that.
    private record Pending(Partition partition, IsrWish wish, boolean isUnsure) {
        private Pending unsure(IsrWish next) {
            return new Pending(partition, next, true);
        }
    }

    /// `all` are the partitions that are open on this loop; `lagMs` is `replica.lag.time.max.ms`;
    /// `joiners` is asked each time.
    public IsrWishes(Loop loop, Controller controller, LongSupplier lagMs,
        Supplier<List<Partition>> all, Isr.Joiners joiners) {
        this.loop = loop;
        this.controller = controller;
        this.lagMs = lagMs;
        this.all = all;
        this.joiners = joiners;
    }

    /// Looks at all leaders again and again: replicas that say nothing fall out of the ISR.
    public void start() {
        loop.after(Math.max(1, lagMs.getAsLong() / 2) * Now.NS_PER_MS, () -> {
            if (isClosed) return;
            reconsider();
            start();
        });
    }

    /// Looks at all leaders: who may join is another than before.
    public void reconsider() {
        if (isClosed) return;
        for (var partition : all.get())
            consider(partition);
    }

    public void close() {
        isClosed = true;
        waiting.clear();
    }

    /// A replica of the partition was heard of.
    public void heardOf(Partition partition) {
        if (isClosed || !partition.isr().isIncomplete()) return;
        consider(partition);
        if (partition.isr().waitForJoiner(lagNs(), joiners))
            loop.after(Isr.JOIN_WAIT_NS, () -> partition.isr().waitNoMore());
    }

    private long lagNs() {
        return lagMs.getAsLong() * Now.NS_PER_MS;
    }

    private void consider(Partition partition) {
        if (!partition.leads()) return;
        partition.isr().wish(lagNs(), joiners).ifPresent(wish -> {
            waiting.put(partition.id(), new Pending(partition, wish, false));
            askSoon();
        });
    }

    private void askSoon() {
        if (isDue || isAsking) return;
        isDue = true;
        loop.execute(() -> {
            isDue = false;
            ask();
        });
    }

    private void ask() {
        if (isClosed || isAsking || waiting.isEmpty()) return;
        isAsking = true;
        var asked = new ArrayList<>(waiting.values());
        waiting.clear();
        var wishes = asked.stream()
            .map(each -> new Asked(each.partition().id(), each.wish())).toList();
        controller.ask(wishes, outcomes -> {
            isAsking = false;
            if (!isClosed) settle(asked, outcomes);
        });
    }

    private void settle(List<Pending> asked, List<ErrorCode> outcomes) {
        boolean isUnknown = false;
        for (int at = 0; at < asked.size(); at++) {
            var each = asked.get(at);
            var outcome = outcomes.get(at);
            if (outcome == ErrorCode.REQUEST_TIMED_OUT) {
                isUnknown = true;
                askAgain(each, each.wish());
            } else if (outcome == ErrorCode.NONE || isOvertaken(outcome)) {
                // the image tells what the cluster has agreed on; until then the wish counts
            } else if (each.isUnsure()) {
                isUnknown = true;
                askAgain(each, each.partition().isr().withdrawal(each.wish()));
            } else {
                each.partition().isr().refused(each.wish());
            }
        }
        if (isUnknown) {
            loop.after(RETRY_NS, this::ask);
        } else {
            ask();
        }
    }

    private void askAgain(Pending before, IsrWish wish) {
        if (isStillAsked(before))
            waiting.putIfAbsent(before.partition().id(), before.unsure(wish));
    }

    /// Something newer than the wish has been agreed on: it may be this wish, asked before.
    private static boolean isOvertaken(ErrorCode outcome) {
        return switch (outcome) {
            case INVALID_UPDATE_VERSION, FENCED_LEADER_EPOCH, UNKNOWN_TOPIC_ID,
                UNKNOWN_TOPIC_OR_PARTITION -> true;
            default -> false;
        };
    }

    private static boolean isStillAsked(Pending pending) {
        return pending.partition().leads()
            && pending.partition().leaderEpoch() == pending.wish().leaderEpoch()
            && pending.partition().isr().isAsked();
    }
}
