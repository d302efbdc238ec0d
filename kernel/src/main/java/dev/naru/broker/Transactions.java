package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.Loop;
import dev.naru.config.BrokerNames;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.TopicName;
import dev.naru.shard.ShardHost;
import dev.naru.txn.TxnCodec;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnRequest;
import dev.naru.txn.TxnRules;
import dev.naru.txn.TxnShard;
import java.util.List;

/// The parts that serve transactions, put together: coordinators, gates, the way of markers. Made
/// once in a life, on the control loop.
final class Transactions {
    private final Cluster cluster;
    private final HostedCoordinators<TxnRequest> coordinators;
    private final Asking<TxnRequest> asking;
    private final List<TxnGate> gates;
    private final MarkerWrites markers;

    Transactions(Cluster cluster, Partitions partitions, HostedCoordinators.Tools tools,
        Peers peers) {
        this.cluster = cluster;
        var kind = new HostedCoordinators.Kind(TopicName.TRANSACTION_STATE, "transactions");
        this.coordinators = new HostedCoordinators<>(kind, partitions, tools, this::host);
        this.asking = new Asking<>(coordinators);
        this.gates = partitions.all().stream()
            .map(table -> gate(table.shared().loop(), tools.clock(), peers)).toList();
        this.markers = new MarkerWrites(cluster, partitions, gates, tools.clock(),
            PeerMarkers.on(partitions, peers));
    }

    private TxnGate gate(Loop loop, Clock clock, Peers peers) {
        return new TxnGate(loop, clock,
            new TxnQuestions(loop, cluster, asking, peers.on(loop)), this::gateRules);
    }

    private TxnGate.Rules gateRules() {
        var live = cluster.live();
        return new TxnGate.Rules(
            live.flag(BrokerNames.TRANSACTION_PARTITION_VERIFICATION_ENABLE),
            live.number(BrokerNames.TXN_WAIT_MAX_MS),
            live.number(BrokerNames.TXN_PAUSE_MS));
    }

    private ShardHost<TxnRequest, ?> host(HostedCoordinators.Place place) {
        var sender = new MarkerSender(place.seat().loop(), markers, cluster, place.partition());
        var host = new ShardHost<>(place.seat(), place.log(), new TxnCodec(),
            () -> new TxnShard(this::rules, sender));
        sender.serves(host);
        return host;
    }

    private TxnRules rules() {
        int level = cluster.image().features().getOrDefault(Features.TRANSACTION_VERSION,
            (short) 0);
        return TxnRules.of(cluster.live(), TxnFlow.at(level));
    }

    /// Follows the image; on the control loop, after it was published.
    void follow(ClusterImage image) {
        coordinators.follow(image);
    }

    Coordinators<TxnRequest> coordinators() {
        return coordinators;
    }

    Asking<TxnRequest> asking() {
        return asking;
    }

    /// By loop.
    List<TxnGate> gates() {
        return gates;
    }

    MarkerWrites markers() {
        return markers;
    }
}
