package dev.naru.shard;

import java.util.List;

/// What a shard makes of a request: facts, in the order in which they are applied, and effects.
public record Decision<F extends Fact>(List<F> facts, BatchKind kind, List<Effect> effects) {
    /// Nothing happens.
    public static <F extends Fact> Decision<F> none() {
        return new Decision<>(List.of(), BatchKind.PLAIN, List.of());
    }

    /// An ordinary decision.
    public static <F extends Fact> Decision<F> of(List<F> facts, List<Effect> effects) {
        return new Decision<>(facts, BatchKind.PLAIN, effects);
    }

    /// An answer that changes nothing.
    public static <F extends Fact, A> Decision<F> reply(ReplyTo<A> to, A answer) {
        return of(List.of(), List.of(new Effect.Reply<>(to, answer)));
    }
}
