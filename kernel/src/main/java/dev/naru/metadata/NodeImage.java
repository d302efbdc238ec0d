package dev.naru.metadata;

import dev.naru.base.Uuid;
import java.util.List;
import java.util.Optional;

/// A node as the cluster knows it. `rack` is empty when none was told; `brokerEpoch` grows with
/// every start.
public record NodeImage(int nodeId, Uuid directoryId, long brokerEpoch, List<Endpoint> endpoints,
    String rack) {

    public Optional<Endpoint> endpoint(String listener) {
        return endpoints.stream().filter(e -> e.listener().equals(listener)).findFirst();
    }
}
