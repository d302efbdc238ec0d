package dev.naru.broker;

import dev.naru.base.Net;

/// By which listener a connection came in, and as whom. Between nodes more is answered than to clients:
/// what only a node of the cluster may ask.
public record Door(String listener, Guest guest) {
    /// As whom.
    public enum Guest {
        CLIENT,
        /// A node of the cluster, or one who is believed to be.
        PEER,
        /// Somebody at the listener between nodes who proved nothing: who may ask to join.
        JOINER
    }

    static Door forClients(String listener) {
        return new Door(listener, Guest.CLIENT);
    }

    /// The door between nodes, for one who has proved so much.
    static Door forPeers(String listener, Net.Proof proof) {
        return new Door(listener, proof == Net.Proof.NONE ? Guest.JOINER : Guest.PEER);
    }

    boolean isForPeers() {
        return guest == Guest.PEER;
    }
}
