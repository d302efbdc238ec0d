package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.shard.Ask;
import dev.naru.shard.ReplyTo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Takes requests to shards on other loops and brings the answers back to the client's loop.
final class Asking<Q extends Ask> {
    private final Coordinators<Q> coordinators;

    Asking(Coordinators<Q> coordinators) {
        this.coordinators = coordinators;
    }

    /// Asks the shard of a group, a transactional id or a share partition. `refused` takes what
    /// there is instead of an answer: an error that the client knows.
    <A> void ask(String key, Client client, Function<ReplyTo<A>, Q> request,
        Outcome<A> outcome) {
        ask(key, client.loop(), request, outcome);
    }

    /// The same for the node itself, which wants its answer on the loop `home`.
    <A> void ask(String key, Loop home, Function<ReplyTo<A>, Q> request, Outcome<A> outcome) {
        switch (coordinators.find(key)) {
            case Coordinators.Host<Q> host -> ask(host, home, request, outcome);
            case Coordinators.NotHere<Q>(ErrorCode why) ->
                Partitions.on(home, () -> outcome.refused(why));
        }
    }

    <A> void ask(Coordinators.Host<Q> host, Client client, Function<ReplyTo<A>, Q> request,
        Outcome<A> outcome) {
        ask(host, client.loop(), request, outcome);
    }

    /// The same for the node itself.
    <A> void ask(Coordinators.Host<Q> host, Loop home, Function<ReplyTo<A>, Q> request,
        Outcome<A> outcome) {
        var asked = request.apply(new Back<>(home, outcome));
        Partitions.on(host.loop(), () -> host.shard().submit(asked));
    }

    /// What the log refused, in the words of a coordinator.
    private static ErrorCode translated(ErrorCode why) {
        if (why == ErrorCode.NOT_LEADER_OR_FOLLOWER || why == ErrorCode.KAFKA_STORAGE_ERROR) {
            return ErrorCode.NOT_COORDINATOR;
        }
        boolean isPassing = why == ErrorCode.NOT_ENOUGH_REPLICAS
            || why == ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND
            || why == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || why == ErrorCode.REQUEST_TIMED_OUT;
        if (isPassing) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        boolean isTooLarge = why == ErrorCode.MESSAGE_TOO_LARGE
            || why == ErrorCode.RECORD_LIST_TOO_LARGE;
        return isTooLarge ? ErrorCode.UNKNOWN_SERVER_ERROR : why;
    }

    /// What becomes of a question. On the client's loop.
    interface Outcome<A> {
        void answered(A answer);

        void refused(ErrorCode why);

        /// One function for the answer, one for the error, and where their result goes.
        static <A, R> Outcome<A> of(Function<A, R> onAnswer, Function<ErrorCode, R> onRefusal,
            Consumer<R> to) {
            return new Outcome<>() {
                @Override public void answered(A answer) {
                    to.accept(onAnswer.apply(answer));
                }

                @Override public void refused(ErrorCode why) {
                    to.accept(onRefusal.apply(why));
                }
            };
        }
    }

    private record Back<A>(Loop loop, Outcome<A> outcome) implements ReplyTo<A> {
        @Override public void answer(A answer) {
            Partitions.on(loop, () -> outcome.answered(answer));
        }

        @Override public void refuse(ErrorCode why) {
            Partitions.on(loop, () -> outcome.refused(translated(why)));
        }
    }

    /// Results of several questions, in the order in which they were asked. On the client's loop.
    static final class Gathering<R> {
        private final List<@Nullable R> results = new ArrayList<>();
        private final Consumer<List<R>> whole;
        private int missing;

        /// `whole` gets everything, at once if nothing is expected.
        Gathering(Consumer<List<R>> whole) {
            this.whole = whole;
            this.missing = 1;
        }

        /// Expects one more; give the result to what this returns.
        Consumer<R> expect() {
            int slot = results.size();
            results.add(null);
            missing++;
            return result -> {
                results.set(slot, result);
                arrived();
            };
        }

        /// Nothing more will be expected.
        void close() {
            arrived();
        }

        private void arrived() {
            missing--;
            if (missing > 0) return;
            var all = new ArrayList<R>();
            for (var result : results) {
                if (result != null) all.add(result);
            }
            whole.accept(all);
        }
    }
}
