package dev.naru.client;

import dev.naru.wire.message.ApiKey;
import java.util.List;
import java.util.Map;

/// What is the same for every connection of a client. `caps` makes it an older client: it speaks no
/// version above.
public record ClientSettings(String clientId, List<Address> bootstrap, long requestTimeoutMs,
    long backoffMs, Map<ApiKey, Short> caps) {
    public ClientSettings {
        if (bootstrap.isEmpty()) throw new IllegalArgumentException("nowhere to begin");
    }
}
