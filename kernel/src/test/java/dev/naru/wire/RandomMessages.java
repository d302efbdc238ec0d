package dev.naru.wire;

import dev.naru.base.Bytes;
import dev.naru.base.Uuid;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Messages whose fields are filled by chance, all of them whatever the version.
final class RandomMessages {
    private final Random chance;

    RandomMessages(long seed) {
        this.chance = new Random(seed);
    }

    Message message(MessageClasses.Kind kind) {
        return (Message) value(kind.type());
    }

    private Object value(Class<?> record) {
        var components = record.getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
        var values = new @Nullable Object[components.length];
        for (int i = 0; i < values.length; i++)
            values[i] = field(components[i].getAnnotatedType());
        try {
            return record.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException missing) {
            throw new LinkageError(missing.getMessage(), missing);
        }
    }

    private @Nullable Object field(AnnotatedType type) {
        if (type.isAnnotationPresent(Nullable.class) && chance.nextInt(4) == 0) return null;
        return value(type.getType());
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType list) {
            var values = new ArrayList<Object>();
            int size = list.getActualTypeArguments()[0] == Bytes.class ? 1 : chance.nextInt(4);
            for (int i = 0; i < size; i++)
                values.add(value(list.getActualTypeArguments()[0]));
            return values;
        }
        if (type instanceof Class<?> plain) return plainValue(plain);
        throw new AssertionError(type);
    }

    private Object plainValue(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) return chance.nextBoolean();
        if (type == byte.class || type == Byte.class) return (byte) chance.nextInt();
        if (type == short.class || type == Short.class) return (short) chance.nextInt();
        if (type == int.class || type == Integer.class) return chance.nextInt();
        if (type == long.class || type == Long.class) return chance.nextLong();
        if (type == double.class || type == Double.class) return chance.nextDouble();
        if (type == String.class) return text();
        if (type == Uuid.class) return new Uuid(chance.nextLong(), chance.nextLong());
        if (type == ByteBuffer.class) return bytes();
        if (type == Bytes.class) return new Bytes.Memory(bytes());
        if (type.isRecord()) return value(type);
        throw new AssertionError(type);
    }

    private String text() {
        var letters = List.of("a", "Z", "9", "-", ".", "ä", "나루", "\uD83D\uDEF6");
        var text = new StringBuilder();
        for (int size = chance.nextInt(6); size > 0; size--) {
            text.append(letters.get(chance.nextInt(letters.size())));
        }
        if (chance.nextInt(20) == 0) text.repeat("long", 100);
        return text.toString();
    }

    private ByteBuffer bytes() {
        var bytes = new byte[chance.nextInt(8) == 0 ? 2_000 : chance.nextInt(9)];
        chance.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
