package dev.naru.broker;

/// By which listener a connection came in. At the one between nodes more is answered than at the
/// others: what only a node of the cluster may ask.
public record Door(String listener, boolean isForPeers) {
    static Door forClients(String listener) {
        return new Door(listener, false);
    }
}
