package dev.naru.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Bytes;
import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;

/// Kafka's own generated classes, which know the same messages.
final class KafkaMessages {
    private static final List<String> PACKAGES = List.of("org.apache.kafka.common.message.",
        "org.apache.kafka.coordinator.group.generated.",
        "org.apache.kafka.coordinator.transaction.generated.",
        "org.apache.kafka.coordinator.share.generated.");

    private KafkaMessages() {}

    static Class<?> type(String name) {
        return PACKAGES.stream().flatMap(in -> Stream.of(in + name + "Data", in + name))
            .flatMap(candidate -> find(candidate).stream()).findFirst()
            .orElseThrow(() -> new AssertionError("Kafka has no " + name));
    }

    private static Optional<Class<?>> find(String name) {
        try {
            return Optional.of(Class.forName(name));
        } catch (ClassNotFoundException absent) {
            return Optional.empty();
        }
    }

    static Object fresh(Class<?> type) {
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException missing) {
            throw new LinkageError(missing.getMessage(), missing);
        }
    }

    static org.apache.kafka.common.protocol.Message read(String name, ByteBuffer bytes,
        short version) {
        var message = (org.apache.kafka.common.protocol.Message) fresh(type(name));
        var in = bytes.duplicate();
        message.read(new ByteBufferAccessor(in), version);
        assertThat(in.remaining()).as("bytes that Kafka left").isZero();
        return message;
    }

    static ByteBuffer write(org.apache.kafka.common.protocol.Message message, short version) {
        var cache = new ObjectSerializationCache();
        var out = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(out), cache, version);
        return out.flip();
    }

    /// Every field of ours has the value of Kafka's field of that name.
    static void assertSame(String where, @Nullable Object ours, @Nullable Object kafka) {
        if (ours == null || kafka == null) {
            assertThat(ours).as(where).isEqualTo(kafka);
        } else if (kafka instanceof MemoryRecords records) {
            assertThat(bytesOf(ours)).as(where).isEqualTo(records.buffer());
        } else if (ours instanceof ByteBuffer bytes) {
            var theirs = kafka instanceof byte[] array ? ByteBuffer.wrap(array) : kafka;
            assertThat(bytes).as(where).isEqualTo(theirs);
        } else if (ours instanceof List<?> list) {
            assertSameList(where, list, (Iterable<?>) kafka);
        } else if (ours instanceof Uuid uuid) {
            assertThat(uuid.toString()).as(where).isEqualTo(kafka.toString());
        } else if (ours instanceof Record record) {
            assertSameFields(where, record, kafka);
        } else {
            assertThat(ours).as(where).isEqualTo(kafka);
        }
    }

    private static ByteBuffer bytesOf(Object records) {
        if (records instanceof ByteBuffer bytes) return bytes;
        if (records instanceof List<?> list && list.getFirst() instanceof Bytes.Memory memory) {
            return memory.buffer();
        }
        throw new AssertionError(records);
    }

    private static void assertSameList(String where, List<?> ours, Iterable<?> kafka) {
        var theirs = new ArrayList<Object>();
        kafka.forEach(theirs::add);
        assertThat(ours).as(where).hasSameSizeAs(theirs);
        for (int i = 0; i < ours.size(); i++) {
            assertSame(where + "[" + i + "]", ours.get(i), theirs.get(i));
        }
    }

    private static void assertSameFields(String where, Record ours, Object kafka) {
        for (var component : ours.getClass().getRecordComponents()) {
            try {
                var theirs = kafka.getClass().getMethod(component.getName()).invoke(kafka);
                assertSame(where + "." + component.getName(),
                    component.getAccessor().invoke(ours), theirs);
            } catch (ReflectiveOperationException missing) {
                throw new LinkageError(where + "." + component.getName(), missing);
            }
        }
    }
}
