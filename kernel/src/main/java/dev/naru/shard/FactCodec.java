package dev.naru.shard;

/// Turns logged facts into records and back.
public interface FactCodec<F extends Fact> {
    /// Called with [Fact.Logged] facts only.
    KeyValue encode(F fact);

    Decoded<F> decode(KeyValue bytes);

    /// What a record turned out to be.
    sealed interface Decoded<F extends Fact> {
        /// A fact to apply.
        record Known<F extends Fact>(F fact) implements Decoded<F> {}

        /// A kind of record that this release does not know, or cannot read. It is passed over.
        record Unknown<F extends Fact>(String why) implements Decoded<F> {}
    }
}
