package dev.naru.shard;

import dev.naru.base.Now;
import java.util.List;

/// A state machine over a log, owned by one loop and run by a [ShardHost]. Its state, volatile
/// facts aside, is the fold of [#apply] over its log (I10).
public interface Shard<Q extends Ask, F extends Fact> {
    /// The partition of its topic to which the shard of a key belongs, as Kafka computes it.
    static int partitionOf(String key, int partitions) {
        int hash = key.hashCode();
        return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % partitions;
    }

    /// Reads the state and changes nothing.
    Decision<F> decide(Q request, Now now);

    /// The only mutator. Total; no clock, no chance, no I/O.
    void apply(F fact, Origin origin);

    /// A producer's transaction is decided: what it put here under [BatchKind.Transactional] counts
    /// now, or never will.
    void applyMarker(long producerId, short producerEpoch, boolean isCommitted);

    /// The log has been replayed; requests come next.
    Decision<F> onLoaded(Now now);

    /// A timer that this shard started has run out.
    Decision<F> onTimer(Object timer, Now now);

    /// Those whose answers are part of the volatile state; told when the shard is dropped.
    List<ReplyTo<?>> waiting();
}
