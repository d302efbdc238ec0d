package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.log.TransactionMarker;
import dev.naru.metadata.TopicName;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.ShardHost;
import dev.naru.txn.MarkerPlan;
import dev.naru.txn.Markers;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends the markers of one shard's transactions, again and again where they could not be written,
/// and tells the shard when all are. Ends with the shard: the next one sends what is left. Owned by
/// the shard's loop.
final class MarkerSender implements Markers {
    /// Between two tries.
    static final long RETRY_NS = 100 * Now.NS_PER_MS;

    private final Loop loop;
    private final MarkerWrites writes;
    private final Cluster cluster;
    private final int shardIndex;
    private @Nullable ShardHost<TxnRequest, ?> shard;

    MarkerSender(Loop loop, MarkerWrites writes, Cluster cluster, int shardIndex) {
        this.loop = loop;
        this.writes = writes;
        this.cluster = cluster;
        this.shardIndex = shardIndex;
    }

    /// The shard that is told; before it is loaded.
    void serves(ShardHost<TxnRequest, ?> host) {
        shard = host;
    }

    @Override public void write(MarkerPlan plan) {
        write(plan, plan.partitions());
    }

    private void write(MarkerPlan plan, List<TxnPartition> rest) {
        var marker = new TransactionMarker(plan.producer().producerId(),
            plan.producer().producerEpoch(), coordinatorEpoch(), plan.isCommit(),
            plan.flow().version());
        writes.write(loop, marker, rest, outcomes -> written(plan, outcomes));
    }

    private int coordinatorEpoch() {
        return cluster.image().topic(TopicName.TRANSACTION_STATE)
            .flatMap(topic -> topic.partition(shardIndex))
            .map(partition -> partition.leaderEpoch()).orElse(0);
    }

    private void written(MarkerPlan plan, Map<TxnPartition, ErrorCode> outcomes) {
        var rest = new ArrayList<TxnPartition>();
        outcomes.forEach((at, outcome) -> {
            if (!isSettled(at, outcome)) rest.add(at);
        });
        if (rest.isEmpty()) {
            tell(plan);
        } else {
            later(() -> write(plan, rest));
        }
    }

    /// A partition that is gone needs no marker, nor does one where somebody newer has ended this
    /// producer's transaction already.
    private boolean isSettled(TxnPartition at, ErrorCode outcome) {
        return switch (outcome) {
            case NONE, INVALID_PRODUCER_EPOCH, PRODUCER_FENCED, TRANSACTION_COORDINATOR_FENCED ->
                true;
            case UNKNOWN_TOPIC_OR_PARTITION -> cluster.image().topic(at.topic())
                .flatMap(topic -> topic.partition(at.partition())).isEmpty();
            default -> false;
        };
    }

    private void tell(MarkerPlan plan) {
        var host = shard;
        if (host == null) return;
        host.submit(new TxnRequest.MarkersWritten(plan, new ReplyTo<>() {
            @Override public void answer(Boolean isComplete) {}

            @Override public void refuse(ErrorCode why) {
                if (why != ErrorCode.NOT_COORDINATOR) later(() -> tell(plan));
            }
        }));
    }

    private void later(Runnable task) {
        loop.after(RETRY_NS, () -> {
            var host = shard;
            if (host != null && host.isReady()) task.run();
        });
    }
}
