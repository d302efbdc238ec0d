package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.client.ClientSettings;
import dev.naru.client.ClientTools;
import dev.naru.client.NodeLink;
import dev.naru.client.Reply;
import dev.naru.wire.message.ApiKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The connections of one loop to the other nodes of the cluster, for what one node asks another
/// now and then; replicas have their own. Owned by the loop.
final class PeerLinks {
    private static final long TIMEOUT_MS = 30_000;
    private static final long BACKOFF_MS = 50;

    /// Requests of one lane wait for each other: a connection answers in order.
    enum Lane {
        /// What clients asked for.
        CLIENT,
        /// What the node asks for itself.
        NODE,
        /// Ends of transactions.
        MARKERS,
        /// Questions of those who write in transactions.
        TRANSACTIONS,
        /// States of share partitions, which wait until they are stored.
        SHARES,
        /// Dead letters, which wait until they are written.
        LETTERS
    }

    /// What is asked.
    record Question(ApiKey key, NodeLink.RequestOf request, long timeoutMs) {}

    private record To(Lane lane, int nodeId) implements Comparable<To> {
        @Override public int compareTo(To other) {
            int byNode = Integer.compare(nodeId, other.nodeId);
            return byNode != 0 ? byNode : lane.compareTo(other.lane);
        }
    }

    private final ClientTools tools;
    private final Cluster cluster;
    private boolean isClosed;
    private final Map<To, NodeLink> links = new TreeMap<>();

    PeerLinks(Loop loop, Env env, Cluster cluster) {
        this.tools = new ClientTools(env.peers(), loop, env.clock(), env.entropy(), env.codecs());
        this.cluster = cluster;
    }

    /// Asks a node; [Reply.Lost] when it cannot be reached, or nobody knows where it is.
    void request(Lane lane, int nodeId, Question question, Reply.Listener listener) {
        var link = link(new To(lane, nodeId));
        if (link.isEmpty()) {
            listener.onReply(new Reply.Lost("nobody knows where node " + nodeId + " is", false));
        } else {
            link.get().request(question.key(), question.request(), question.timeoutMs(),
                listener);
        }
    }

    private Optional<NodeLink> link(To to) {
        if (isClosed) return Optional.empty();
        var address = cluster.peerAddress(to.nodeId());
        var known = links.get(to);
        if (known != null && address.filter(known.address()::equals).isPresent())
            return Optional.of(known);
        if (known != null) {
            links.remove(to);
            known.close();
        }
        return address.map(now -> {
            var settings = new ClientSettings("naru-" + cluster.nodeId(), List.of(now), TIMEOUT_MS,
                BACKOFF_MS, Map.of());
            var link = NodeLink.to(now, tools, settings, _ -> {
            });
            links.put(to, link);
            return link;
        });
    }

    /// Asks nobody any more.
    void close() {
        isClosed = true;
        var last = List.copyOf(links.values());
        links.clear();
        for (var link : last)
            link.close();
    }
}
