package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.client.Reply;
import dev.naru.metadata.PartitionImage;
import dev.naru.metadata.TopicName;
import dev.naru.shard.Shard;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnRequest;
import dev.naru.wire.message.AddPartitionsToTxnRequest;
import dev.naru.wire.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import dev.naru.wire.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import dev.naru.wire.message.AddPartitionsToTxnResponse;
import dev.naru.wire.message.ApiKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Asks a transaction's coordinator whether partitions belong to it, or has them added: the shard here, or
/// the node that leads it, by AddPartitionsToTxn as between nodes (KIP-890). For the gates of one loop.
final class TxnQuestions implements TxnGate.Questions {
    private static final long TIMEOUT_MS = 5_000;

    private final Loop loop;
    private final Cluster cluster;
    private final Asking<TxnRequest> here;
    private final PeerLinks peers;

    TxnQuestions(Loop loop, Cluster cluster, Asking<TxnRequest> here, PeerLinks peers) {
        this.loop = loop;
        this.cluster = cluster;
        this.here = here;
        this.peers = peers;
    }

    @Override public void ask(TxnGate.Writer writer, List<TxnPartition> about,
        Consumer<List<ErrorCode>> answers) {
        int leader = leaderOf(writer.transactionalId());
        if (leader == cluster.nodeId() || leader == PartitionImage.NO_LEADER) {
            askHere(here, loop, writer, about, answers);
        } else {
            var request = request(writer, about);
            peers.request(PeerLinks.Lane.TRANSACTIONS, leader,
                new PeerLinks.Question(ApiKey.ADD_PARTITIONS_TO_TXN, _ -> request, TIMEOUT_MS),
                reply -> answers.accept(outcomes(reply, about)));
        }
    }

    private int leaderOf(String transactionalId) {
        return cluster.image().topic(TopicName.TRANSACTION_STATE)
            .flatMap(topic -> topic
                .partition(Shard.partitionOf(transactionalId, topic.partitionCount())))
            .map(PartitionImage::leader).orElse(PartitionImage.NO_LEADER);
    }

    /// Asks the shard on this node.
    static void askHere(Asking<TxnRequest> asking, Loop loop, TxnGate.Writer writer,
        List<TxnPartition> about, Consumer<List<ErrorCode>> answers) {
        switch (writer.flow()) {
            case CLASSIC -> asking.<List<ErrorCode>>ask(writer.transactionalId(), loop,
                from -> new TxnRequest.Verify(writer.transactionalId(), writer.producer(),
                    about, from),
                Asking.Outcome.of(each -> each, why -> alike(why, about.size()), answers));
            case V2 -> asking.<ErrorCode>ask(writer.transactionalId(), loop,
                from -> new TxnRequest.AddPartitions(writer.transactionalId(), writer.producer(),
                    about, TxnFlow.V2, true, from),
                Asking.Outcome.of(each -> alike(each, about.size()),
                    why -> alike(why, about.size()), answers));
        }
    }

    private static List<ErrorCode> alike(ErrorCode code, int count) {
        return Collections.nCopies(count, code);
    }

    private static AddPartitionsToTxnRequest request(TxnGate.Writer writer,
        List<TxnPartition> about) {
        var byTopic = new LinkedHashMap<String, List<Integer>>();
        for (var at : about)
            byTopic.computeIfAbsent(at.topic(), _ -> new ArrayList<>()).add(at.partition());
        var topics = new ArrayList<AddPartitionsToTxnTopic>();
        byTopic.forEach((name, indexes) -> topics
            .add(AddPartitionsToTxnTopic.builder().name(name).partitions(indexes).build()));
        return AddPartitionsToTxnRequest.builder()
            .transactions(List.of(AddPartitionsToTxnTransaction.builder()
                .transactionalId(writer.transactionalId())
                .producerId(writer.producer().producerId())
                .producerEpoch(writer.producer().producerEpoch())
                .verifyOnly(writer.flow() == TxnFlow.CLASSIC)
                .topics(topics)
                .build()))
            .build();
    }

    private static List<ErrorCode> outcomes(Reply reply, List<TxnPartition> about) {
        if (!(reply instanceof Reply.Answer(var body, var _)))
            return alike(ErrorCode.COORDINATOR_NOT_AVAILABLE, about.size());
        var response = (AddPartitionsToTxnResponse) body;
        if (response.errorCode() != 0)
            return alike(ErrorCode.of(response.errorCode()), about.size());
        Map<TxnPartition, ErrorCode> told = new LinkedHashMap<>();
        for (var transaction : response.resultsByTransaction()) {
            for (var topic : transaction.topicResults()) {
                for (var each : topic.resultsByPartition())
                    told.put(new TxnPartition(topic.name(), each.partitionIndex()),
                        ErrorCode.of(each.partitionErrorCode()));
            }
        }
        return about.stream()
            .map(at -> told.getOrDefault(at, ErrorCode.COORDINATOR_NOT_AVAILABLE)).toList();
    }
}
