package dev.naru.registry.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.registry.schema.JsonText;
import dev.naru.registry.schema.SchemaType;
import dev.naru.shard.BatchKind;
import dev.naru.shard.Effect;
import dev.naru.shard.FactCodec;
import dev.naru.shard.KeyValue;
import dev.naru.shard.Origin;
import dev.naru.shard.ReplyTo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A shard and its log, for tests. After each decision, shards that read the log, and the log as
/// compaction leaves it, must know the same (I10).
final class RegistryLog {
    private static final Now NOW = new Now(0, 0);

    private final RegistryCodec codec = new RegistryCodec();
    private final List<KeyValue> log = new ArrayList<>();
    private RegistryShard shard = new RegistryShard();

    static SchemaContent content(String text) {
        return SchemaContent.of(SchemaType.JSON, text);
    }

    /// Registers in READWRITE mode, based on what is so now.
    Outcome<StoredSchema> tryRegister(String subject, SchemaContent content) {
        return tryRegister(subject, content, 0, 0);
    }

    Outcome<StoredSchema> tryRegister(String subject, SchemaContent content, int version,
        int id) {
        var basis = look(view -> view.basis(subject));
        return ask(from -> new RegistryRequest.Register(subject, content, version, id, basis,
            from));
    }

    StoredSchema register(String subject, SchemaContent content) {
        return done(tryRegister(subject, content));
    }

    StoredSchema register(String subject, String text) {
        return register(subject, content(text));
    }

    Outcome<Integer> deleteVersion(String subject, int version, boolean isPermanent) {
        return ask(from -> new RegistryRequest.DeleteVersion(subject, version, isPermanent, from));
    }

    Outcome<List<Integer>> deleteSubject(String subject, boolean isPermanent) {
        return ask(from -> new RegistryRequest.DeleteSubject(subject, isPermanent, from));
    }

    Outcome<Mode> setMode(String subject, Mode mode) {
        return ask(from -> new RegistryRequest.SetMode(subject, mode, false, from));
    }

    static <A> A done(Outcome<A> outcome) {
        assertInstanceOf(Outcome.Done.class, outcome, outcome.toString());
        return ((Outcome.Done<A>) outcome).answer();
    }

    static int refused(Outcome<?> outcome) {
        return assertInstanceOf(Outcome.Refused.class, outcome).why().code();
    }

    <A> A look(Function<RegistryView, A> query) {
        return ask(from -> new RegistryRequest.Look<>(query, from));
    }

    /// Decides, appends, applies, answers.
    <A> A ask(Function<ReplyTo<A>, RegistryRequest> request) {
        var answer = new AtomicReference<A>();
        var decision = shard.decide(request.apply(new ReplyTo<>() {
            @Override public void answer(A given) {
                answer.set(given);
            }

            @Override public void refuse(ErrorCode why) {
                throw new AssertionError(why);
            }
        }), NOW);
        for (var fact : decision.facts()) {
            log.add(codec.encode(fact));
            shard.apply(fact, Origin.decided(decision.kind()));
        }
        for (var effect : decision.effects()) {
            if (effect instanceof Effect.Reply<?> reply) send(reply);
        }
        assertEquals(shard.picture(), read(log).picture());
        assertEquals(shard.picture(), read(compacted()).picture());
        return answer.get();
    }

    private static <A> void send(Effect.Reply<A> reply) {
        reply.to().answer(reply.answer());
    }

    /// Goes on as a new owner that reads the compacted log.
    void failOver() {
        var rest = compacted();
        log.clear();
        log.addAll(rest);
        shard = read(log);
    }

    /// What is left when tombstones have gone, too.
    private List<KeyValue> compacted() {
        var last = new LinkedHashMap<ByteBuffer, KeyValue>();
        for (var record : log) {
            last.remove(record.key());
            last.put(record.key(), record);
        }
        return last.values().stream().filter(record -> record.value() != null).toList();
    }

    private RegistryShard read(List<KeyValue> records) {
        var fresh = new RegistryShard();
        for (var record : records) {
            var known = assertInstanceOf(FactCodec.Decoded.Known.class, codec.decode(record));
            fresh.apply((RegistryFact) known.fact(), Origin.replayed(BatchKind.PLAIN));
        }
        return fresh;
    }

    /// Puts a record there as another registry wrote it.
    void foreign(String key, String value) {
        log.add(new KeyValue(bytes(key), value.isEmpty() ? null : bytes(value)));
        shard = read(log);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Keys and values of the log.
    List<String> texts() {
        return log.stream().map(record -> text(record.key()) + " " + text(record.value()))
            .toList();
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "-" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    /// Settings as JSON.
    static ObjectNode config(String name, String value) {
        return JsonText.object().put(name, value);
    }
}
