package dev.naru.base;

import org.jspecify.annotations.Nullable;

/// The laws of `docs/invariants.md`, checked always. A broken law is a bug of ours: the node stops rather
/// than go on wrong. What a client or a peer can cause is an error code, never an invariant.
public final class Invariant {
    private Invariant() {}

    /// Stops the node when `holds` is false. `law` starts with the law's number.
    public static void check(boolean holds, String law) {
        if (!holds) throw new Broken(law);
    }

    /// As above, with the two numbers that should have agreed.
    public static void check(boolean holds, String law, long left, long right) {
        if (!holds) throw new Broken(law + " (" + left + ", " + right + ")");
    }

    /// What is there unless `law` is broken.
    public static <T> T present(@Nullable T value, String law) {
        if (value == null) throw new Broken(law);
        return value;
    }

    /// A law of the project does not hold. Nothing but the edge of a loop catches it, to stop the node.
    public static final class Broken extends RuntimeException {
        public Broken(String law) {
            super(law);
        }
    }
}
