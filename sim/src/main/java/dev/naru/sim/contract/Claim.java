package dev.naru.sim.contract;

/// One sentence of a contract and the check of it, which throws when it does not hold.
public record Claim(String sentence, Check check) {
    /// The check of a claim.
    public interface Check {
        void run() throws Exception;
    }

    /// Fails unless the two are equal.
    static void equal(Object expected, Object actual, String what) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ": expected " + expected + " but was " + actual);
        }
    }

    /// Fails unless it holds.
    static void holds(boolean condition, String what) {
        if (!condition) throw new AssertionError(what);
    }
}
