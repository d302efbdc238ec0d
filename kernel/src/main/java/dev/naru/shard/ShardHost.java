package dev.naru.shard;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Invariant;
import dev.naru.base.Limits;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.base.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs one shard on the loop of the partition that stores it: decide, append, apply, park the
/// replies, release them as the high watermark moves. What is lost is dropped, never rolled back
/// (DESIGN P1-P3).
///
/// Owned by the partition's loop. Keeps I10 and I11.
public final class ShardHost<Q extends Ask, F extends Fact> {
    /// A timer whose decision the log refused is asked again after this.
    static final long REFUSED_TIMER_RETRY_NS = 1_000_000_000L;
    /// A shard whose log could not be read or written on loading is loaded again after this; after
    /// twice as long when that was in vain, up to [#RELOAD_NS_MAX].
    static final long RELOAD_NS = 500_000_000L;
    static final long RELOAD_NS_MAX = 32_000_000_000L;

    private final Seat seat;
    private final ShardLog log;
    private final FactCodec<F> codec;
    private final Supplier<? extends Shard<Q, F>> fresh;
    private final Parked parked = new Parked();
    private final Map<Object, Armed> timers = new LinkedHashMap<>();
    private final Ear ear = new Ear();
    private Phase phase = Phase.CLOSED;
    private @Nullable Shard<Q, F> shard;
    private boolean isListening;
    private boolean isBusy;
    private long appliedEndOffset;
    private int loadRound;
    private Loop.@Nullable Timer reload;
    private long reloadNs = RELOAD_NS;

    /// `fresh` makes a shard with empty state, once for each load.
    public ShardHost(Seat seat, ShardLog log, FactCodec<F> codec,
        Supplier<? extends Shard<Q, F>> fresh) {
        this.seat = seat;
        this.log = log;
        this.codec = codec;
        this.fresh = fresh;
    }

    /// Builds the shard from its log; until that is done, requests are refused with
    /// COORDINATOR_LOAD_IN_PROGRESS. For a host that is new or has been dropped.
    public void load() {
        requireLoop();
        Invariant.check(phase == Phase.CLOSED, "only a closed shard is loaded");
        stopReload();
        if (!isListening) {
            isListening = true;
            log.listen(ear);
        }
        phase = Phase.LOADING;
        loadRound++;
        var loading = fresh.get();
        shard = loading;
        log.replay(new Replay(loading, loadRound));
    }

    /// Carries out a request; `request.from()` hears the outcome, at once or later, on this loop.
    /// One that a decision sets off while it is carried out (its append finds the disk broken, which
    /// breaks promises of others, and they ask on) comes after it.
    public void submit(Q request) {
        requireLoop();
        if (isBusy) {
            seat.loop.execute(() -> submit(request));
            return;
        }
        var open = shard;
        if (open == null) {
            request.from().refuse(reload == null
                ? ErrorCode.NOT_COORDINATOR
                : ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        } else if (phase == Phase.LOADING) {
            request.from().refuse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        } else if (parked.size() >= Limits.SHARD_REPLIES_PARKED_MAX) {
            request.from().refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        } else {
            var now = seat.clock.now();
            var refusal = carryOut(open, open.decide(request, now), now);
            if (refusal.isPresent()) request.from().refuse(refusal.get());
        }
    }

    /// Drops the shard: every promise is broken with `why`. It can be loaded again.
    public void drop(ErrorCode why) {
        requireLoop();
        stopReload();
        var dropped = shard;
        if (dropped == null) return;
        phase = Phase.CLOSED;
        shard = null;
        loadRound++;
        timers.values().forEach(Armed::cancel);
        timers.clear();
        seat.trace.emit(new ShardEvent.Dropped(seat.name, why));
        parked.refuseAll(why);
        dropped.waiting().forEach(waiting -> waiting.refuse(why));
    }

    public boolean isReady() {
        return phase == Phase.READY;
    }

    public boolean isLoading() {
        return phase == Phase.LOADING || reload != null;
    }

    private void requireLoop() {
        Invariant.check(seat.loop.inLoop(), "a shard is touched by its own loop only");
    }

    /// The whole of P2. The refusal, if the log refused.
    private Optional<ErrorCode> carryOut(Shard<Q, F> open, Decision<F> decision, Now now) {
        Invariant.check(!isBusy, "a shard decides one thing at a time");
        isBusy = true;
        var refusal = appendAndApply(open, decision, now);
        isBusy = false;
        if (refusal.isPresent()) {
            seat.trace.emit(new ShardEvent.Refused(seat.name, refusal.get()));
            return refusal;
        }
        for (var effect : decision.effects()) {
            switch (effect) {
                case Effect.Reply<?> reply -> parked.park(appliedEndOffset, reply);
                case Effect.StartTimer start -> start(start.timer(), start.delayNs());
                case Effect.StopTimer stop -> stop(stop.timer());
            }
        }
        parked.release(log.highWatermark());
        return refusal;
    }

    /// Appends and applies in batches of bounded size. Facts are applied with the batch they belong
    /// to, so the state is the fold of the log even if a later batch is refused.
    private Optional<ErrorCode> appendAndApply(Shard<Q, F> open, Decision<F> decision, Now now) {
        var rest = decision.facts();
        while (!rest.isEmpty()) {
            var batch = new ArrayList<KeyValue>();
            int taken = fill(batch, rest);
            if (!batch.isEmpty()) {
                switch (log.append(batch, decision.kind(), now)) {
                    case ShardLog.Appended.At(long endOffset) -> appliedEndOffset = endOffset;
                    case ShardLog.Appended.Refused(ErrorCode why) -> {
                        return Optional.of(why);
                    }
                }
            }
            for (var fact : rest.subList(0, taken)) {
                open.apply(fact, Origin.decided(decision.kind()));
            }
            rest = rest.subList(taken, rest.size());
        }
        return Optional.empty();
    }

    /// Encodes facts until the batch is full; how many facts, of either sort, it covers.
    private int fill(List<KeyValue> batch, List<F> facts) {
        int sizeBytes = 0;
        for (int index = 0; index < facts.size(); index++) {
            var fact = facts.get(index);
            if (!(fact instanceof Fact.Logged)) continue;
            var bytes = codec.encode(fact);
            sizeBytes += bytes.sizeBytes();
            if (!batch.isEmpty() && sizeBytes > Limits.SHARD_BATCH_BYTES_MAX) return index;
            batch.add(bytes);
        }
        return facts.size();
    }

    private void start(Object timer, long delayNs) {
        stop(timer);
        var armed = new Armed(timer);
        timers.put(timer, armed);
        armed.handle = seat.loop.after(Math.max(0, delayNs), () -> fired(armed));
    }

    private void stop(Object timer) {
        var armed = timers.remove(timer);
        if (armed != null) armed.cancel();
    }

    private void fired(Armed armed) {
        var open = shard;
        if (open == null || timers.get(armed.timer) != armed) return;
        timers.remove(armed.timer);
        var now = seat.clock.now();
        var refusal = carryOut(open, open.onTimer(armed.timer, now), now);
        boolean isDue = refusal.isPresent() && isReady() && !timers.containsKey(armed.timer);
        if (isDue) start(armed.timer, REFUSED_TIMER_RETRY_NS);
    }

    private void loaded(Shard<Q, F> open, long records) {
        phase = Phase.READY;
        appliedEndOffset = log.logEndOffset();
        seat.trace.emit(new ShardEvent.Loaded(seat.name, records, appliedEndOffset));
        var now = seat.clock.now();
        var refusal = carryOut(open, open.onLoaded(now), now);
        refusal.ifPresentOrElse(this::loadAgain, () -> reloadNs = RELOAD_NS);
    }

    /// The log refused for now: what was made of it is dropped (P3), and made anew later.
    private void loadAgain(ErrorCode why) {
        drop(why);
        long delayNs = reloadNs;
        reloadNs = Math.min(RELOAD_NS_MAX, 2 * reloadNs);
        reload = seat.loop.after(delayNs, this::load);
    }

    private void stopReload() {
        if (reload != null) reload.cancel();
        reload = null;
    }

    private void lostIn(int round) {
        if (round == loadRound) drop(ErrorCode.NOT_COORDINATOR);
    }

    private enum Phase {
        CLOSED, LOADING, READY
    }

    /// Where a shard sits: its name for people, and the ports it uses.
    public record Seat(String name, Loop loop, Clock clock, Trace trace) {}

    private static final class Armed {
        private final Object timer;
        private Loop.@Nullable Timer handle;

        private Armed(Object timer) {
            this.timer = timer;
        }

        private void cancel() {
            if (handle != null) handle.cancel();
        }
    }

    /// What the log tells while a decision is being carried out waits until it has been.
    private final class Ear implements ShardLog.Listener {
        @Override public void highWatermarkAt(long offset) {
            if (!isBusy && phase == Phase.READY) parked.release(offset);
        }

        @Override public void lost(ErrorCode why) {
            int round = loadRound;
            if (isBusy) {
                seat.loop.execute(() -> lostIn(round));
            } else {
                lostIn(round);
            }
        }

        @Override public void markerAt(long producerId, short producerEpoch, boolean isCommitted) {
            var open = shard;
            if (open == null || phase != Phase.READY) return;
            open.applyMarker(producerId, producerEpoch, isCommitted);
            appliedEndOffset = Math.max(appliedEndOffset, log.logEndOffset());
        }
    }

    private final class Replay implements ShardLog.Sink {
        private final Shard<Q, F> open;
        private final int round;
        private long records;

        private Replay(Shard<Q, F> open, int round) {
            this.open = open;
            this.round = round;
        }

        @Override public void record(KeyValue bytes, BatchKind kind) {
            if (round != loadRound) return;
            records++;
            switch (codec.decode(bytes)) {
                case FactCodec.Decoded.Known<F>(F fact) -> open.apply(fact, Origin.replayed(kind));
                case FactCodec.Decoded.Unknown<F>(String why) -> seat.trace
                    .emit(new ShardEvent.PassedOver(seat.name, why));
            }
        }

        @Override public void marker(long producerId, short producerEpoch, boolean isCommitted) {
            if (round == loadRound) open.applyMarker(producerId, producerEpoch, isCommitted);
        }

        @Override public void done() {
            if (round == loadRound) loaded(open, records);
        }

        @Override public void failed(ErrorCode why) {
            if (round != loadRound) return;
            boolean isGone = why == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
            if (isGone) drop(ErrorCode.NOT_COORDINATOR);
            else
                loadAgain(why);
        }
    }
}
