package dev.naru.sim.history;

/// How an operation ended for the one who asked. UNKNOWN is never an error by itself: it may have
/// happened, or may yet.
public enum Outcome {
    OPEN, OK, REFUSED, UNKNOWN
}
