package dev.naru.io;

import dev.naru.base.Trace;

/// What happens on the network below the protocol.
public sealed interface NetEvent extends Trace.Event {
    /// A connection between nodes did not come to be, since one side did not believe the other.
    record HandshakeFailed(String peer, String why) implements NetEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }
}
