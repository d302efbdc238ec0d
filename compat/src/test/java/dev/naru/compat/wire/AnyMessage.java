package dev.naru.compat.wire;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Requests of any key and version, filled by chance through the setters of Kafka's own message
/// classes: sound to a decoder, nonsense to a handler.
final class AnyMessage {
    private static final int DEPTH_MAX = 6;
    private static final int ATTEMPTS = 20;
    private static final long[] NUMBERS = {0, 0, 0, 1, 1, 2, 3, 5, 10, 100, 1000, -1, -2, -3,
            Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE};

    private final Random chance;
    private final List<String> names;
    private final List<Uuid> ids;

    /// `names` and `ids` are of things that exist; other ones are made up.
    AnyMessage(Random chance, List<String> names, List<Uuid> ids) {
        this.chance = chance;
        this.names = names;
        this.ids = ids;
    }

    /// Header and body, or nothing when chance made none that this version can carry.
    Optional<byte[]> request(ApiKeys api, short version, int correlation) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var made = attempt(api, version, correlation);
            if (made.isPresent()) return made;
        }
        return Optional.empty();
    }

    private Optional<byte[]> attempt(ApiKeys api, short version, int correlation) {
        try {
            var body = bytes(filled(api.messageType.newRequest(), 0), version);
            var header = new RequestHeaderData().setRequestApiKey(api.id).setClientId("fuzz")
                .setRequestApiVersion(version).setCorrelationId(correlation);
            short headerVersion = api.requestHeaderVersion(version);
            return Optional.of(new Wire().raw(bytes(header, headerVersion)).raw(body).bytes());
        } catch (UnsupportedVersionException | NullPointerException notInThisVersion) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(ApiMessage message, short version) {
        ByteBuffer buffer = MessageUtil.toByteBufferAccessor(message, version).buffer();
        byte[] all = new byte[buffer.remaining()];
        buffer.get(all);
        return all;
    }

    private <T> T filled(T message, int depth) {
        var setters = Arrays.stream(message.getClass().getMethods())
            .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
            .sorted(Comparator.comparing(Method::getName))
            .toList();
        for (var setter : setters) {
            if (chance.nextInt(8) == 0) continue;
            call(setter, message, value(setter.getGenericParameterTypes()[0], depth));
        }
        return message;
    }

    private Object value(Type type, int depth) {
        if (type instanceof ParameterizedType list)
            return list(list.getActualTypeArguments()[0], depth);
        var plain = (Class<?>) type;
        if (Collection.class.isAssignableFrom(plain)) return collection(plain, depth);
        return switch (plain.getSimpleName()) {
            case "boolean", "Boolean" -> chance.nextBoolean();
            case "byte", "Byte" -> (byte) number();
            case "short", "Short" -> (short) number();
            case "int", "Integer" -> (int) number();
            case "long", "Long" -> number();
            case "double", "Double" -> chance.nextDouble();
            case "String" -> text();
            case "Uuid" -> ids.get(chance.nextInt(ids.size()));
            case "byte[]" -> noise();
            case "ByteBuffer" -> ByteBuffer.wrap(noise());
            case "BaseRecords" -> MemoryRecords.readableRecords(ByteBuffer.wrap(records()));
            default -> depth > DEPTH_MAX ? null : filled(made(plain), depth + 1);
        };
    }

    private List<Object> list(Type of, int depth) {
        int count = depth > DEPTH_MAX ? 0 : chance.nextInt(4);
        var all = new ArrayList<Object>(count);
        for (int n = 0; n < count; n++)
            all.add(value(of, depth + 1));
        return all;
    }

    /// Kafka's linked collections: a class of their own, whose element type their superclass names.
    private Object collection(Class<?> type, int depth) {
        @SuppressWarnings("unchecked") // what is added is of the type it was declared with
        var all = (Collection<Object>) made(type);
        var of = ((ParameterizedType) type.getGenericSuperclass()).getActualTypeArguments()[0];
        int count = chance.nextInt(4);
        for (int n = 0; n < count; n++)
            all.add(value(of, depth + 1));
        return all;
    }

    private long number() {
        return chance.nextInt(6) == 0 ? chance.nextLong() : NUMBERS[chance.nextInt(NUMBERS.length)];
    }

    private String text() {
        return switch (chance.nextInt(12)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> "x".repeat(chance.nextInt(1000));
            case 3 -> "..\0\r\n나루/%s";
            case 4 -> Long.toString(number());
            default -> names.get(chance.nextInt(names.size()));
        };
    }

    private byte[] noise() {
        byte[] all = new byte[chance.nextInt(100)];
        chance.nextBytes(all);
        return all;
    }

    private byte[] records() {
        if (chance.nextInt(4) == 0) return noise();
        var batch = Batch.of("a", "b");
        if (chance.nextInt(2) == 0)
            batch.from(chance.nextInt(3), chance.nextInt(2), chance.nextInt(4));
        if (chance.nextInt(4) == 0) batch.attributes = chance.nextInt(64);
        byte[] all = batch.bytes();
        if (chance.nextInt(4) == 0)
            all[chance.nextInt(all.length)] ^= (byte) (1 << chance.nextInt(8));
        return all;
    }

    private static <T> T made(Class<T> type) {
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(type.getName(), impossible);
        }
    }

    private static void call(Method setter, Object on, Object value) {
        try {
            setter.invoke(on, value);
        } catch (InvocationTargetException refused) {
            // a value the setter itself refuses, such as a number out of its unsigned range
            return;
        } catch (IllegalAccessException impossible) {
            throw new LinkageError(setter.toString(), impossible);
        }
    }
}
