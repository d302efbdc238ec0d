package dev.naru.io;

import dev.naru.base.Trace;

/// What happens on the network below the protocol.
public sealed interface NetEvent extends Trace.Event {
    /// This node has a new certificate, valid until then.
    record CertificateIssued(String node, String until) implements NetEvent {}

    /// Soon no other node will believe this one.
    record CertificateEnds(String at) implements NetEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// A connection between nodes did not come to be, since one side did not believe the other.
    record HandshakeFailed(String peer, String why) implements NetEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// Nobody is let in at this address, since few files can be opened besides: `left` of `limit`. Who is
    /// connected is served.
    record DoorShut(String address, long limit, long left) implements NetEvent {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }

    /// There is room again.
    record DoorOpened(String address) implements NetEvent {}
}
