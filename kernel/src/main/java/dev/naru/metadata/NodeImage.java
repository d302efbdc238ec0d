package dev.naru.metadata;

import dev.naru.base.Uuid;
import java.util.List;
import java.util.Optional;

/// A node as the cluster knows it. `rack` is empty when none was told; `brokerEpoch` grows with
/// every start; `incarnationId` is that of the process, zero where an older release registered it.
public record NodeImage(int nodeId, Uuid directoryId, Uuid incarnationId, long brokerEpoch,
    List<Endpoint> endpoints, String rack, State state) {

    /// A node of an older release: it leads.
    NodeImage(int nodeId, Uuid directoryId, long brokerEpoch, List<Endpoint> endpoints,
        String rack) {
        this(nodeId, directoryId, Uuid.ZERO, brokerEpoch, endpoints, rack, State.ACTIVE);
    }

    public Optional<Endpoint> endpoint(String listener) {
        return endpoints.stream().filter(e -> e.listener().equals(listener)).findFirst();
    }

    /// Whether clients are sent elsewhere: it has not caught up yet, or has not been heard of.
    public boolean isFenced() {
        return state == State.FENCED;
    }

    /// Whether partitions may be given to it.
    public boolean isActive() {
        return state == State.ACTIVE;
    }

    NodeImage with(State next) {
        return new NodeImage(nodeId, directoryId, incarnationId, brokerEpoch, endpoints, rack,
            next);
    }

    /// Where a node stands (KIP-631), with its number in facts.
    public enum State {
        /// It leads, and is in sync where it is.
        ACTIVE(0),
        /// Nobody counts on it.
        FENCED(1),
        /// It is about to stop: it is given nothing, and leads only what no other can lead.
        LEAVING(2);

        private final byte id;

        State(int id) {
            this.id = (byte) id;
        }

        byte id() {
            return id;
        }
    }
}
