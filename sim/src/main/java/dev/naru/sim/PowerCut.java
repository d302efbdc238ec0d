package dev.naru.sim;

/// The power went while the disk was at work. Nothing but a test, or the end of a simulated life, catches it.
public final class PowerCut extends RuntimeException {
    PowerCut() {
        super("power cut");
    }
}
