package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// Asks many partitions one question each, with one message per loop, and gathers the answers in
/// the order of the questions. The gathering is done on the asker's loop alone.
final class Scatter<Q, A> {
    /// One question and the partition it goes to.
    record Ask<Q>(Q question, TopicImage topic, int partition) {}

    private final Loop home;
    private final Partitions partitions;
    private final BiFunction<PartitionTable.Lookup, Q, A> answerer;
    private final Consumer<List<A>> done;
    private final List<A> answers;
    private int loopsLeft;

    private Scatter(Loop home, Partitions partitions, int count,
        BiFunction<PartitionTable.Lookup, Q, A> answerer, Consumer<List<A>> done) {
        this.home = home;
        this.partitions = partitions;
        this.answerer = answerer;
        this.done = done;
        this.answers = new ArrayList<>(Collections.nCopies(count, null));
    }

    /// `answerer` runs on the partition's loop, `done` on `home`, once.
    static <Q, A> void ask(Loop home, Partitions partitions, List<Ask<Q>> asks,
        BiFunction<PartitionTable.Lookup, Q, A> answerer, Consumer<List<A>> done) {
        new Scatter<>(home, partitions, asks.size(), answerer, done).run(asks);
    }

    private void run(List<Ask<Q>> asks) {
        var byLoop = new TreeMap<Integer, List<Integer>>();
        for (int at = 0; at < asks.size(); at++) {
            var ask = asks.get(at);
            int loopIndex = partitions.loopIndexOf(ask.topic().name(), ask.partition());
            byLoop.computeIfAbsent(loopIndex, _ -> new ArrayList<>()).add(at);
        }
        loopsLeft = byLoop.size();
        if (loopsLeft == 0) {
            done.accept(answers);
            return;
        }
        byLoop.forEach((loopIndex, places) -> {
            var table = partitions.table(loopIndex);
            Partitions.on(table.shared().loop(), () -> answer(table, asks, places));
        });
    }

    private void answer(PartitionTable table, List<Ask<Q>> asks, List<Integer> places) {
        var found = new ArrayList<A>(places.size());
        for (int at : places) {
            var ask = asks.get(at);
            found.add(answerer.apply(table.find(ask.topic(), ask.partition()), ask.question()));
        }
        Partitions.on(home, () -> gather(places, found));
    }

    private void gather(List<Integer> places, List<A> found) {
        for (int i = 0; i < places.size(); i++)
            answers.set(places.get(i), found.get(i));
        loopsLeft--;
        if (loopsLeft == 0) done.accept(answers);
    }
}
