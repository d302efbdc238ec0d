package dev.naru.shard;

import dev.naru.base.Now;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The smallest shard with everything in it: named counts, a reminder, and those who wait for it.
final class Counter implements Shard<Counter.Request, Counter.Fact> {
    private final java.util.TreeMap<String, Long> counts = new java.util.TreeMap<>();
    private final List<ReplyTo<Long>> sleepers = new ArrayList<>();
    private final boolean countsLoads;

    Counter() {
        this(false);
    }

    /// One that counts how often it was loaded, under "loads".
    Counter(boolean countsLoads) {
        this.countsLoads = countsLoads;
    }

    sealed interface Request extends Ask {
        record Add(String name, long amount, ReplyTo<Long> from) implements Request {}

        record AddMany(int names, int nameChars, ReplyTo<Long> from) implements Request {}

        record Get(String name, ReplyTo<Long> from) implements Request {}

        /// Answered, and counted, when its time has come.
        record AddLater(String name, long delayNs, ReplyTo<Long> from) implements Request {}
    }

    sealed interface Fact extends dev.naru.shard.Fact {
        record Added(String name, long amount) implements Fact, dev.naru.shard.Fact.Logged {}

        record Slept(ReplyTo<Long> who) implements Fact, dev.naru.shard.Fact.Volatile {}

        record Woken() implements Fact, dev.naru.shard.Fact.Volatile {}
    }

    @Override public Decision<Fact> decide(Request request, Now now) {
        return switch (request) {
            case Request.Add(var name, long amount, var from) -> Decision.of(
                List.of(new Fact.Added(name, amount)),
                List.of(new Effect.Reply<>(from, get(name) + amount)));
            case Request.AddMany(int names, int chars, var from) -> {
                var facts = new ArrayList<Fact>();
                for (int i = 0; i < names; i++) {
                    facts.add(new Fact.Added(i + "x".repeat(chars), 1));
                }
                yield Decision.of(facts, List.of(new Effect.Reply<>(from, (long) names)));
            }
            case Request.Get(var name, var from) -> Decision.reply(from, get(name));
            case Request.AddLater(var name, long delayNs, var from) -> Decision.of(
                List.of(new Fact.Slept(from)), List.of(new Effect.StartTimer(name, delayNs)));
        };
    }

    long get(String name) {
        return counts.getOrDefault(name, 0L);
    }

    @Override public void apply(Fact fact, Origin origin) {
        switch (fact) {
            case Fact.Added(var name, long amount) -> counts.merge(name, amount, Long::sum);
            case Fact.Slept(var who) -> sleepers.add(who);
            case Fact.Woken() -> sleepers.clear();
        }
    }

    @Override public void applyMarker(long producerId, short producerEpoch, boolean isCommitted) {}

    @Override public Decision<Fact> onLoaded(Now now) {
        if (!countsLoads) return Decision.none();
        return Decision.of(List.of(new Fact.Added("loads", 1)), List.of());
    }

    @Override public Decision<Fact> onTimer(Object timer, Now now) {
        var effects = new ArrayList<Effect>();
        sleepers.forEach(sleeper -> effects.add(new Effect.Reply<>(sleeper, 1L)));
        return Decision.of(List.of(new Fact.Added((String) timer, 1), new Fact.Woken()), effects);
    }

    @Override public List<ReplyTo<?>> waiting() {
        return new ArrayList<>(sleepers);
    }

    static final class Codec implements FactCodec<Fact> {
        @Override public KeyValue encode(Fact fact) {
            var added = (Fact.Added) fact;
            var key = ByteBuffer.wrap(added.name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return new KeyValue(key, ByteBuffer.allocate(8).putLong(0, added.amount));
        }

        @Override public Decoded<Fact> decode(KeyValue bytes) {
            var value = bytes.value();
            if (value == null) return new Decoded.Unknown<>("no value");
            var name = java.nio.charset.StandardCharsets.UTF_8.decode(bytes.key().duplicate());
            return new Decoded.Known<>(new Fact.Added(name.toString(), value.getLong(0)));
        }
    }
}
