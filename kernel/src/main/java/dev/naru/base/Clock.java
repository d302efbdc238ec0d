package dev.naru.base;

/// The only source of time. The simulator supplies its own; nothing in the kernel asks the machine.
public interface Clock {
    /// Nanoseconds that never go back, for deadlines and sessions. Only differences mean anything.
    long monotonicNs();

    /// Milliseconds since 1970 UTC as people know them, for timestamps that are stored. May jump.
    long wallMs();

    /// Both, read once: what one decision sees.
    default Now now() {
        return new Now(monotonicNs(), wallMs());
    }
}
