package dev.naru.sim;

import dev.naru.base.Entropy;
import java.util.SplittableRandom;

/// Chance from a seed. Split it, so that each node and purpose has a stream of its own and a
/// question more in one place changes nothing in another.
public final class SimEntropy implements Entropy {
    private final SplittableRandom random;

    public SimEntropy(long seed) {
        this(new SplittableRandom(seed));
    }

    private SimEntropy(SplittableRandom random) {
        this.random = random;
    }

    public SimEntropy split() {
        return new SimEntropy(random.split());
    }

    @Override public long nextLong() {
        return random.nextLong();
    }

    @Override public int below(int bound) {
        return random.nextInt(bound);
    }

    /// True once in `times` on average.
    public boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }
}
