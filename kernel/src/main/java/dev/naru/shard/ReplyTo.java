package dev.naru.shard;

import dev.naru.base.ErrorCode;

/// Whoever waits for an answer: told exactly once, either way.
public interface ReplyTo<A> {
    void answer(A answer);

    /// There is no answer, and this is why. What was asked may or may not have happened when the
    /// reason is that the shard was lost; otherwise it did not.
    void refuse(ErrorCode why);

    /// Nobody is listening.
    static <A> ReplyTo<A> nobody() {
        return new ReplyTo<>() {
            @Override public void answer(A answer) {}

            @Override public void refuse(ErrorCode why) {}
        };
    }
}
