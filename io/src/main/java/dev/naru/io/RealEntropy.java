package dev.naru.io;

import dev.naru.base.Entropy;
import java.security.SecureRandom;

/// Chance from the machine; ids made of it cannot be guessed. Any thread may ask.
public final class RealEntropy implements Entropy {
    private final SecureRandom random = new SecureRandom();

    @Override public long nextLong() {
        return random.nextLong();
    }

    @Override public int below(int bound) {
        return random.nextInt(bound);
    }
}
