package dev.naru.sim;

/// The power went while the disk was at work. An error, so that no code under test takes it for one
/// of its own failures: nothing but a test, or the end of a simulated life, catches it.
public final class PowerCut extends Error {
    PowerCut() {
        super("power cut");
    }
}
