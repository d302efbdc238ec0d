package dev.naru.txn;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.shard.ReplyTo;
import java.util.ArrayList;
import java.util.List;

/// A decision in the making: facts and effects in their order.
final class TxnDraft {
    private final List<TxnFact> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final Markers markers;

    TxnDraft(Markers markers) {
        this.markers = markers;
    }

    void turn(TxnFact fact) {
        facts.add(fact);
    }

    <A> void reply(ReplyTo<A> to, A answer) {
        effects.add(new Effect.Reply<>(to, answer));
    }

    void start(TxnTimer timer, long delayMs) {
        effects.add(new Effect.StartTimer(timer, delayMs * Now.NS_PER_MS));
    }

    void stop(TxnTimer timer) {
        effects.add(new Effect.StopTimer(timer));
    }

    /// Prepared: the markers leave when that is committed, never before (I14). What holds no
    /// partition needs none and is complete at once.
    void prepare(String id, Txn prepared, Now now) {
        turn(new TxnFact.Stored(id, prepared));
        if (prepared.partitions().isEmpty()) {
            turn(new TxnFact.Stored(id, prepared.completed(now.wallMs())));
        } else {
            sendMarkers(id, prepared);
        }
    }

    void sendMarkers(String id, Txn prepared) {
        reply(new AtMarkers(markers), MarkerPlan.of(id, prepared));
    }

    Decision<TxnFact> decision() {
        return Decision.of(facts, effects);
    }

    /// A promise like any other, so it waits for the commit. A shard that is lost sends nothing:
    /// the next one does.
    private record AtMarkers(Markers markers) implements ReplyTo<MarkerPlan> {
        @Override public void answer(MarkerPlan plan) {
            markers.write(plan);
        }

        @Override public void refuse(ErrorCode why) {}
    }
}
