package dev.naru.wire;

import dev.naru.wire.message.ApiKey;
import java.io.File;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// All generated messages, found in the directory they were compiled to.
final class MessageClasses {
    private MessageClasses() {}

    /// A message class and what the tests need of it.
    record Kind(Class<?> type) {
        String name() {
            return type.getSimpleName();
        }

        short lowest() {
            return constant("LOWEST_VERSION");
        }

        short highest() {
            return constant("HIGHEST_VERSION");
        }

        private short constant(String name) {
            try {
                return type.getField(name).getShort(null);
            } catch (ReflectiveOperationException missing) {
                throw new LinkageError(missing.getMessage(), missing);
            }
        }

        Message read(Reader in, short version) throws Malformed {
            try {
                return (Message) type.getMethod("read", Reader.class, short.class)
                    .invoke(null, in, version);
            } catch (java.lang.reflect.InvocationTargetException thrown) {
                if (thrown.getCause() instanceof Malformed malformed) throw malformed;
                throw new AssertionError(name() + " version " + version, thrown.getCause());
            } catch (ReflectiveOperationException missing) {
                throw new LinkageError(missing.getMessage(), missing);
            }
        }

        /// The structures within the message.
        List<Class<?>> nested() {
            return Arrays.stream(type.getDeclaredClasses()).filter(Class::isRecord)
                .<Class<?>>map(nested -> nested).toList();
        }

        @Override public String toString() {
            return name();
        }
    }

    static List<Kind> all() {
        var kinds = new ArrayList<Kind>();
        try {
            var root = new File(
                ApiKey.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            var directory = new File(root, "dev/naru/wire/message");
            for (var file : Objects.requireNonNull(directory.list())) {
                if (!file.endsWith(".class") || file.contains("$")) continue;
                var name = file.substring(0, file.length() - ".class".length());
                var type = Class.forName(ApiKey.class.getPackageName() + "." + name);
                if (Message.class.isAssignableFrom(type)) kinds.add(new Kind(type));
            }
        } catch (URISyntaxException | ClassNotFoundException missing) {
            throw new AssertionError(missing);
        }
        kinds.sort(java.util.Comparator.comparing(Kind::name));
        return kinds;
    }
}
