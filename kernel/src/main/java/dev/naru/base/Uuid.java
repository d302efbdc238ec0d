package dev.naru.base;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/// A 128-bit id as the Kafka protocol carries it; its text is URL-safe base64 without padding (22
/// characters), as Kafka's tools print it.
public record Uuid(long high, long low) implements Comparable<Uuid> {
    /// No id.
    public static final Uuid ZERO = new Uuid(0, 0);

    public boolean isZero() {
        return high == 0 && low == 0;
    }

    /// The id that `text` stands for, or empty when it is not 22 characters of URL-safe base64.
    public static Optional<Uuid> parse(String text) {
        if (text.length() != 22) return Optional.empty();
        try {
            var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() != 16) return Optional.empty();
            return Optional.of(new Uuid(bytes.getLong(), bytes.getLong()));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    @Override public String toString() {
        var bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override public int compareTo(Uuid other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
