package dev.naru.shard;

/// The outward part of a decision.
public sealed interface Effect {
    /// A promise: it leaves when the high watermark has reached all that it depends on (I11).
    record Reply<A>(ReplyTo<A> to, A answer) implements Effect {
        void send() {
            to.answer(answer);
        }
    }

    /// Asks the shard again through [Shard#onTimer] after `delayNs`; replaces a timer that equals
    /// this one.
    record StartTimer(Object timer, long delayNs) implements Effect {}

    /// The timer will not be heard of.
    record StopTimer(Object timer) implements Effect {}
}
