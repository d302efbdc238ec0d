package dev.naru.shard;

import dev.naru.base.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Remembers what it was told.
public final class Heard<A> implements ReplyTo<A> {
    private final List<A> answers = new ArrayList<>();
    private final List<ErrorCode> refusals = new ArrayList<>();

    @Override public void answer(A answer) {
        answers.add(answer);
    }

    @Override public void refuse(ErrorCode why) {
        refusals.add(why);
    }

    /// How often it was told anything.
    public int count() {
        return answers.size() + refusals.size();
    }

    public boolean isWaiting() {
        return answers.isEmpty() && refusals.isEmpty();
    }

    /// An answer, if there was one.
    public Optional<A> answered() {
        return answers.stream().findFirst();
    }

    /// The one answer there was.
    public A answer() {
        if (answers.size() != 1 || !refusals.isEmpty()) {
            throw new AssertionError("answers " + answers + ", refusals " + refusals);
        }
        return answers.getFirst();
    }

    public ErrorCode refusal() {
        if (refusals.size() != 1 || !answers.isEmpty()) {
            throw new AssertionError("answers " + answers + ", refusals " + refusals);
        }
        return refusals.getFirst();
    }
}
