package dev.naru.metadata;

import java.util.Comparator;
import java.util.Optional;

/// Something that has settings of its own: a topic, a broker (by its id; "" is every broker), a
/// group.
public record ConfigResource(Type type, String name) implements Comparable<ConfigResource> {
    private static final Comparator<ConfigResource> ORDER = Comparator
        .comparingInt((ConfigResource r) -> r.type().id()).thenComparing(ConfigResource::name);

    public static ConfigResource topic(String name) {
        return new ConfigResource(Type.TOPIC, name);
    }

    public static ConfigResource broker(int nodeId) {
        return new ConfigResource(Type.BROKER, Integer.toString(nodeId));
    }

    /// The settings of every broker that has no value of its own.
    public static ConfigResource everyBroker() {
        return new ConfigResource(Type.BROKER, "");
    }

    public static ConfigResource group(String groupId) {
        return new ConfigResource(Type.GROUP, groupId);
    }

    @Override public int compareTo(ConfigResource other) {
        return ORDER.compare(this, other);
    }

    @Override public String toString() {
        return type + " '" + name + "'";
    }

    /// The kinds, with their numbers on the wire.
    public enum Type {
        TOPIC(2), BROKER(4), BROKER_LOGGER(8), CLIENT_METRICS(16), GROUP(32);

        private final byte id;

        Type(int id) {
            this.id = (byte) id;
        }

        public byte id() {
            return id;
        }

        public static Optional<Type> of(byte id) {
            for (var type : values()) {
                if (type.id == id) return Optional.of(type);
            }
            return Optional.empty();
        }
    }
}
