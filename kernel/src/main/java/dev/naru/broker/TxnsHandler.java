package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.TopicName;
import dev.naru.shard.ReplyTo;
import dev.naru.shard.Shard;
import dev.naru.txn.TxnAnswer;
import dev.naru.txn.TxnFlow;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnProducer;
import dev.naru.txn.TxnRequest;
import dev.naru.wire.Message;
import dev.naru.wire.message.AddOffsetsToTxnRequest;
import dev.naru.wire.message.AddOffsetsToTxnResponse;
import dev.naru.wire.message.AddPartitionsToTxnRequest;
import dev.naru.wire.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import dev.naru.wire.message.AddPartitionsToTxnResponse;
import dev.naru.wire.message.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
import dev.naru.wire.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
import dev.naru.wire.message.EndTxnRequest;
import dev.naru.wire.message.EndTxnResponse;
import dev.naru.wire.message.InitProducerIdRequest;
import dev.naru.wire.message.InitProducerIdResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/// The way of a transactional producer through its transactions: begin, add, end. A producer
/// without a transactional id gets a new producer id.
final class TxnsHandler {
    /// From here on AddPartitionsToTxn is between nodes: several transactions at once.
    private static final short BETWEEN_NODES = 4;
    private static final short END_V2 = 5;
    private static final long NO_PRODUCER_ID = -1;
    private static final short NO_EPOCH = -1;

    private final Asking<TxnRequest> asking;
    private final ProducerIds ids;
    private final Cluster cluster;
    private final TxnsBetweenNodes between;

    TxnsHandler(Asking<TxnRequest> asking, ProducerIds ids, Cluster cluster) {
        this.asking = asking;
        this.ids = ids;
        this.cluster = cluster;
        this.between = new TxnsBetweenNodes(asking);
    }

    void initProducerId(InitProducerIdRequest q, short version, Client client,
        Consumer<Message> reply) {
        var transactionalId = q.transactionalId();
        if (transactionalId == null) {
            fresh(client, id -> new TxnAnswer.Done(new TxnProducer(id, (short) 0)),
                answer -> reply.accept(initialized(answer, version)));
            return;
        }
        boolean saysId = q.producerId() != NO_PRODUCER_ID;
        boolean saysEpoch = q.producerEpoch() != NO_EPOCH;
        if (saysId != saysEpoch || transactionalId.isEmpty()) {
            reply.accept(
                initialized(new TxnAnswer.Refused(ErrorCode.INVALID_REQUEST), version));
            return;
        }
        Optional<TxnProducer> expected = saysId
            ? Optional.of(new TxnProducer(q.producerId(), q.producerEpoch()))
            : Optional.empty();
        askWithId(transactionalId, client,
            id -> from -> new TxnRequest.Init(transactionalId, q.transactionTimeoutMs(), expected,
                id, from),
            answer -> reply.accept(initialized(answer, version)));
    }

    private static InitProducerIdResponse initialized(TxnAnswer answer, short version) {
        var response = InitProducerIdResponse.builder();
        return switch (answer) {
            case TxnAnswer.Done(TxnProducer producer) -> response
                .producerId(producer.producerId())
                .producerEpoch(producer.producerEpoch())
                .build();
            case TxnAnswer.Refused(ErrorCode why) -> response
                .errorCode(TxnErrors.ofInit(why, version).code())
                .producerId(NO_PRODUCER_ID).producerEpoch(NO_EPOCH).build();
            case TxnAnswer.NeedsProducerId() -> response
                .errorCode(ErrorCode.UNKNOWN_SERVER_ERROR.code())
                .producerId(NO_PRODUCER_ID).producerEpoch(NO_EPOCH).build();
        };
    }

    /// Makes a request out of a producer id, if there is one, and where its answer goes.
    private interface WithId
        extends
            Function<OptionalLong, Function<ReplyTo<TxnAnswer>, TxnRequest>> {}

    /// Asks; and again with a fresh producer id when the shard needs one.
    private void askWithId(String transactionalId, Client client, WithId request,
        Consumer<TxnAnswer> to) {
        ask(transactionalId, client, request.apply(OptionalLong.empty()), answer -> {
            if (!(answer instanceof TxnAnswer.NeedsProducerId)) {
                to.accept(answer);
                return;
            }
            ids.next(client.loop(), new ProducerIds.Taker() {
                @Override public void given(long producerId) {
                    ask(transactionalId, client, request.apply(OptionalLong.of(producerId)), to);
                }

                @Override public void refused(ErrorCode why) {
                    to.accept(new TxnAnswer.Refused(unavailable(why)));
                }
            });
        });
    }

    private void ask(String transactionalId, Client client,
        Function<ReplyTo<TxnAnswer>, TxnRequest> request, Consumer<TxnAnswer> to) {
        asking.<TxnAnswer>ask(transactionalId, client, request,
            Asking.Outcome.of(answer -> answer, TxnAnswer.Refused::new, to));
    }

    private void fresh(Client client, Function<Long, TxnAnswer> onGiven, Consumer<TxnAnswer> to) {
        ids.next(client.loop(), new ProducerIds.Taker() {
            @Override public void given(long producerId) {
                to.accept(onGiven.apply(producerId));
            }

            @Override public void refused(ErrorCode why) {
                to.accept(new TxnAnswer.Refused(why));
            }
        });
    }

    /// The controller's errors are not a coordinator's.
    private static ErrorCode unavailable(ErrorCode why) {
        return why.isRetriable() ? ErrorCode.COORDINATOR_NOT_AVAILABLE : why;
    }

    /// All partitions or none: with one that does not exist none is added.
    void addPartitions(AddPartitionsToTxnRequest q, short version, Client client,
        Consumer<Message> reply) {
        if (version >= BETWEEN_NODES) {
            between.addPartitions(q, client, reply);
            return;
        }
        var topics = q.v3AndBelowTopics();
        if (!topics.stream().allMatch(this::isKnown)) {
            reply.accept(added(topics, (topic, partition) -> exists(topic, partition)
                ? ErrorCode.OPERATION_NOT_ATTEMPTED
                : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            return;
        }
        var producer = new TxnProducer(q.v3AndBelowProducerId(), q.v3AndBelowProducerEpoch());
        var partitions = new ArrayList<TxnPartition>();
        for (var topic : topics) {
            for (int index : topic.partitions())
                partitions.add(new TxnPartition(topic.name(), index));
        }
        add(q.v3AndBelowTransactionalId(), producer, partitions, client,
            why -> reply.accept(added(topics, (_, _) -> TxnErrors.ofRest(why, version))));
    }

    /// Asks twice when an earlier transaction is about to be complete: its client need not come
    /// back for that.
    private void add(String transactionalId, TxnProducer producer, List<TxnPartition> partitions,
        Client client, Consumer<ErrorCode> to) {
        Function<Boolean, Function<ReplyTo<ErrorCode>, TxnRequest>> request = mayWait -> from -> //
        new TxnRequest.AddPartitions(transactionalId, producer, partitions, TxnFlow.CLASSIC,
            mayWait, from);
        asking.<ErrorCode>ask(transactionalId, client, request.apply(true),
            Asking.Outcome.of(answer -> answer, why -> why, first -> {
                if (first != ErrorCode.CONCURRENT_TRANSACTIONS) {
                    to.accept(first);
                } else {
                    asking.<ErrorCode>ask(transactionalId, client, request.apply(false),
                        Asking.Outcome.of(answer -> answer, why -> why, to));
                }
            }));
    }

    private boolean isKnown(AddPartitionsToTxnTopic topic) {
        return topic.partitions().stream().allMatch(index -> exists(topic.name(), index));
    }

    private boolean exists(String topic, int partition) {
        return cluster.image().topic(topic).flatMap(image -> image.partition(partition))
            .isPresent();
    }

    private interface Judge {
        ErrorCode of(String topic, int partition);
    }

    private static AddPartitionsToTxnResponse added(List<AddPartitionsToTxnTopic> topics,
        Judge judge) {
        var results = new ArrayList<AddPartitionsToTxnTopicResult>();
        for (var topic : topics) {
            results.add(AddPartitionsToTxnTopicResult.builder().name(topic.name())
                .resultsByPartition(topic.partitions().stream()
                    .map(index -> AddPartitionsToTxnPartitionResult.builder()
                        .partitionIndex(index)
                        .partitionErrorCode(judge.of(topic.name(), index).code()).build())
                    .toList())
                .build());
        }
        return AddPartitionsToTxnResponse.builder().resultsByTopicV3AndBelow(results).build();
    }

    /// A group's offsets are a partition like any other.
    void addOffsets(AddOffsetsToTxnRequest q, short version, Client client,
        Consumer<Message> reply) {
        var at = offsetsPartition(cluster, q.groupId());
        if (at.isEmpty()) {
            reply.accept(offsetsAdded(ErrorCode.COORDINATOR_NOT_AVAILABLE));
            return;
        }
        add(q.transactionalId(), new TxnProducer(q.producerId(), q.producerEpoch()),
            List.of(at.get()), client,
            why -> reply.accept(offsetsAdded(TxnErrors.ofRest(why, version))));
    }

    private static AddOffsetsToTxnResponse offsetsAdded(ErrorCode why) {
        return AddOffsetsToTxnResponse.builder().errorCode(why.code()).build();
    }

    /// Where a group's offsets are; empty while there is no such topic.
    static Optional<TxnPartition> offsetsPartition(Cluster cluster, String group) {
        return cluster.image().topic(TopicName.CONSUMER_OFFSETS)
            .map(topic -> new TxnPartition(topic.name(),
                Shard.partitionOf(group, topic.partitionCount())));
    }

    void endTxn(EndTxnRequest q, short version, Client client, Consumer<Message> reply) {
        var flow = version >= END_V2 ? TxnFlow.V2 : TxnFlow.CLASSIC;
        var producer = new TxnProducer(q.producerId(), q.producerEpoch());
        askWithId(q.transactionalId(), client,
            id -> from -> new TxnRequest.End(q.transactionalId(), producer, q.committed(), flow, id,
                from),
            answer -> reply.accept(ended(answer, version)));
    }

    private static EndTxnResponse ended(TxnAnswer answer, short version) {
        var response = EndTxnResponse.builder().producerId(NO_PRODUCER_ID)
            .producerEpoch(NO_EPOCH);
        return switch (answer) {
            case TxnAnswer.Done(TxnProducer producer) -> response
                .producerId(producer.producerId())
                .producerEpoch(producer.producerEpoch())
                .build();
            case TxnAnswer.Refused(ErrorCode why) -> response
                .errorCode(TxnErrors.ofRest(why, version).code()).build();
            case TxnAnswer.NeedsProducerId() -> response
                .errorCode(ErrorCode.UNKNOWN_SERVER_ERROR.code()).build();
        };
    }
}
