package dev.naru.client;

import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.ApiVersionsResponse;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The versions that a node and this client have in common. Immutable.
public final class ApiRanges {
    private final Map<Short, Short> highestByKey;

    private ApiRanges(Map<Short, Short> highestByKey) {
        this.highestByKey = highestByKey;
    }

    /// From what the node said, for a client that knows versions up to `caps` (an older client); a
    /// key without a cap is spoken up to its newest stable version.
    static ApiRanges of(ApiVersionsResponse answer, Map<ApiKey, Short> caps) {
        var highest = new TreeMap<Short, Short>();
        for (var range : answer.apiKeys()) {
            var known = ApiKey.of(range.apiKey());
            if (known.isEmpty()) continue;
            var key = known.get();
            int cap = caps.getOrDefault(key, key.highestStableVersion());
            int version = Math.min(cap, range.maxVersion());
            if (version < range.minVersion() || version < key.lowestVersion()) continue;
            highest.put(key.id(), (short) version);
        }
        return new ApiRanges(highest);
    }

    /// The version to speak; empty when there is none.
    public Optional<Short> version(ApiKey key) {
        return Optional.ofNullable(highestByKey.get(key.id()));
    }
}
