package dev.naru.base;

/// The only source of chance: seeded in the simulator, from the machine in the world.
public interface Entropy {
    long nextLong();

    /// A number from 0 (inclusive) to `bound` (exclusive); `bound` is positive.
    int below(int bound);

    /// A random id (RFC 9562, version 4) that is neither zero nor one of Kafka's reserved ids and whose
    /// text does not start with a dash.
    default Uuid uuid() {
        while (true) {
            long high = (nextLong() & ~0xF000L) | 0x4000L;
            long low = (nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
            var uuid = new Uuid(high, low);
            if (!uuid.toString().startsWith("-")) return uuid;
        }
    }
}
