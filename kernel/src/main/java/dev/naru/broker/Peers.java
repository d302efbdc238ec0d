package dev.naru.broker;

import dev.naru.base.Loop;
import java.util.LinkedHashMap;
import java.util.Map;

/// The connections of every loop to the other nodes of the cluster. Any loop may ask for its own.
final class Peers {
    private final Map<Loop, PeerLinks> byLoop = new LinkedHashMap<>();

    Peers(Env env, Cluster cluster) {
        for (var loop : env.loops())
            byLoop.put(loop, new PeerLinks(loop, env, cluster));
    }

    PeerLinks on(Loop loop) {
        var links = byLoop.get(loop);
        if (links == null) throw new IllegalStateException("a loop of another node");
        return links;
    }

    void close() {
        byLoop.forEach((loop, links) -> Partitions.on(loop, links::close));
    }
}
