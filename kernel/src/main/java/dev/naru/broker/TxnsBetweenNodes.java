package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnProducer;
import dev.naru.txn.TxnRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.AddPartitionsToTxnRequest;
import dev.naru.wire.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import dev.naru.wire.message.AddPartitionsToTxnResponse;
import dev.naru.wire.message.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
import dev.naru.wire.message.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;
import dev.naru.wire.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;

/// What leaders of partitions on other nodes ask the coordinators here: AddPartitionsToTxn from version 4
/// on, for several transactions at once (KIP-890). Nobody else is answered.
final class TxnsBetweenNodes {
    private final Asking<TxnRequest> asking;

    TxnsBetweenNodes(Asking<TxnRequest> asking) {
        this.asking = asking;
    }

    void addPartitions(AddPartitionsToTxnRequest q, Client client, Consumer<Message> reply) {
        if (!client.isPeer()) {
            reply.accept(AddPartitionsToTxnResponse.builder()
                .errorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code()).build());
            return;
        }
        var gathering = new Asking.Gathering<AddPartitionsToTxnResult>(results -> reply.accept(
            AddPartitionsToTxnResponse.builder().resultsByTransaction(results).build()));
        for (var transaction : q.transactions())
            ask(transaction, client, gathering.expect());
        gathering.close();
    }

    private void ask(AddPartitionsToTxnTransaction asked, Client client,
        Consumer<AddPartitionsToTxnResult> to) {
        var about = new ArrayList<TxnPartition>();
        for (var topic : asked.topics()) {
            for (int index : topic.partitions())
                about.add(new TxnPartition(topic.name(), index));
        }
        var writer = new TxnGate.Writer(asked.transactionalId(),
            new TxnProducer(asked.producerId(), asked.producerEpoch()),
            asked.verifyOnly() ? TxnFlow.CLASSIC : TxnFlow.V2);
        TxnQuestions.askHere(asking, client.loop(), writer, about,
            answers -> to.accept(result(asked.transactionalId(), about, answers)));
    }

    private static AddPartitionsToTxnResult result(String transactionalId,
        List<TxnPartition> about, List<ErrorCode> answers) {
        var byTopic = new LinkedHashMap<String, List<AddPartitionsToTxnPartitionResult>>();
        for (int at = 0; at < about.size(); at++) {
            byTopic.computeIfAbsent(about.get(at).topic(), _ -> new ArrayList<>())
                .add(AddPartitionsToTxnPartitionResult.builder()
                    .partitionIndex(about.get(at).partition())
                    .partitionErrorCode(answers.get(at).code())
                    .build());
        }
        var topics = new ArrayList<AddPartitionsToTxnTopicResult>();
        byTopic.forEach((name, results) -> topics.add(AddPartitionsToTxnTopicResult.builder()
            .name(name).resultsByPartition(results).build()));
        return AddPartitionsToTxnResult.builder().transactionalId(transactionalId)
            .topicResults(topics).build();
    }
}
