package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Patterns;
import dev.naru.log.TransactionMarker;
import dev.naru.txn.TxnPartition;
import dev.naru.txn.TxnRequest;
import dev.naru.txn.TxnStatus;
import dev.naru.wire.Message;
import dev.naru.wire.message.DescribeTransactionsRequest;
import dev.naru.wire.message.DescribeTransactionsResponse;
import dev.naru.wire.message.ListTransactionsRequest;
import dev.naru.wire.message.ListTransactionsResponse;
import dev.naru.wire.message.WriteTxnMarkersRequest;
import dev.naru.wire.message.WriteTxnMarkersRequest.WritableTxnMarker;
import dev.naru.wire.message.WriteTxnMarkersResponse;
import dev.naru.wire.message.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
import dev.naru.wire.message.WriteTxnMarkersResponse.WritableTxnMarkerResult;
import dev.naru.wire.message.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What tools ask about transactions: which there are, how each stands; and to end one in a
/// partition that its coordinator has lost (KIP-664).
final class TxnAdminHandler {
    private final Asking<TxnRequest> asking;
    private final Coordinators<TxnRequest> coordinators;
    private final MarkerWrites markers;
    private final Patterns patterns;

    TxnAdminHandler(Asking<TxnRequest> asking, Coordinators<TxnRequest> coordinators,
        MarkerWrites markers, Patterns patterns) {
        this.asking = asking;
        this.coordinators = coordinators;
        this.markers = markers;
        this.patterns = patterns;
    }

    void describe(DescribeTransactionsRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<DescribeTransactionsResponse.TransactionState>(
            states -> reply.accept(
                DescribeTransactionsResponse.builder().transactionStates(states).build()));
        for (var id : new LinkedHashSet<>(q.transactionalIds())) {
            asking.<DescribeTransactionsResponse.TransactionState>ask(id, client,
                from -> new TxnRequest.Describe(id, from),
                Asking.Outcome.of(answer -> answer,
                    why -> DescribeTransactionsResponse.TransactionState.builder()
                        .transactionalId(id).errorCode(why.code()).build(),
                    gathering.expect()));
        }
        gathering.close();
    }

    /// The transactional ids of all shards here; one that is still loading makes the list
    /// incomplete, which is an error.
    void list(ListTransactionsRequest q, short version, Client client, Consumer<Message> reply) {
        var name = name(q.transactionalIdPattern());
        if (name.isEmpty()) {
            reply.accept(ListTransactionsResponse.builder()
                .errorCode(ErrorCode.INVALID_REGULAR_EXPRESSION.code()).build());
            return;
        }
        var unknown = new ArrayList<String>();
        var statuses = new TreeSet<TxnStatus>();
        for (var text : q.stateFilters())
            TxnStatus.named(text).ifPresentOrElse(statuses::add, () -> unknown.add(text));
        var answer = ListTransactionsResponse.builder().unknownStateFilters(unknown);
        if (statuses.isEmpty() && !q.stateFilters().isEmpty()) {
            reply.accept(answer.build());
            return;
        }
        var filter = new TxnRequest.Filter(statuses, new TreeSet<>(q.producerIdFilters()),
            q.durationFilter(), name.get());
        var gathering = new Asking.Gathering<ListTransactionsResponse>(
            parts -> reply.accept(joined(answer, parts)));
        for (var host : coordinators.all()) {
            asking.<List<ListTransactionsResponse.TransactionState>>ask(host, client,
                from -> new TxnRequest.ListAll(filter, from),
                Asking.Outcome.of(
                    found -> ListTransactionsResponse.builder().transactionStates(found).build(),
                    TxnAdminHandler::notListed, gathering.expect()));
        }
        gathering.close();
    }

    /// Which names pass; empty when the pattern is none.
    private Optional<Predicate<String>> name(@Nullable String pattern) {
        if (pattern == null || pattern.isEmpty()) return Optional.of(_ -> true);
        return switch (patterns.compile(pattern)) {
            case Patterns.Outcome.Compiled compiled -> Optional.of(compiled.matches());
            case Patterns.Outcome.Flawed _ -> Optional.empty();
        };
    }

    private static ListTransactionsResponse notListed(ErrorCode why) {
        var told = why == ErrorCode.NOT_COORDINATOR ? ErrorCode.NONE : why;
        return ListTransactionsResponse.builder().errorCode(told.code()).build();
    }

    private static ListTransactionsResponse joined(ListTransactionsResponse.Builder answer,
        List<ListTransactionsResponse> parts) {
        for (var part : parts) {
            if (part.errorCode() != 0) return answer.errorCode(part.errorCode()).build();
        }
        var all = parts.stream().flatMap(part -> part.transactionStates().stream()).toList();
        return answer.transactionStates(all).build();
    }

    /// Markers of coordinators, from the nodes of the cluster. From anybody else, only those that
    /// abort what is open under the very epoch they name: that is how tools end a transaction which
    /// its coordinator has lost (KIP-664).
    void writeMarkers(WriteTxnMarkersRequest q, short version, Client client,
        Consumer<Message> reply) {
        var gathering = new Asking.Gathering<WritableTxnMarkerResult>(results -> reply
            .accept(WriteTxnMarkersResponse.builder().markers(results).build()));
        for (var asked : q.markers()) {
            var to = new LinkedHashSet<TxnPartition>();
            for (var topic : asked.topics()) {
                for (int index : topic.partitionIndexes())
                    to.add(new TxnPartition(topic.name(), index));
            }
            var marker = new TransactionMarker(asked.producerId(), asked.producerEpoch(),
                asked.coordinatorEpoch(), asked.transactionResult(), asked.transactionVersion());
            var expected = gathering.expect();
            Consumer<Map<TxnPartition, ErrorCode>> done = outcomes -> expected
                .accept(written(asked, outcomes));
            if (client.isPeer()) {
                markers.writeHere(client.loop(), marker, List.copyOf(to), done);
            } else if (marker.isCommitted()) {
                var refused = new LinkedHashMap<TxnPartition, ErrorCode>();
                for (var at : to)
                    refused.put(at, ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
                done.accept(refused);
            } else {
                markers.abortHere(client.loop(), marker, List.copyOf(to), done);
            }
        }
        gathering.close();
    }

    private static WritableTxnMarkerResult written(WritableTxnMarker asked,
        Map<TxnPartition, ErrorCode> outcomes) {
        var topics = asked.topics().stream()
            .map(topic -> WritableTxnMarkerTopicResult.builder().name(topic.name())
                .partitions(topic.partitionIndexes().stream()
                    .map(index -> WritableTxnMarkerPartitionResult.builder()
                        .partitionIndex(index)
                        .errorCode(outcomes.getOrDefault(new TxnPartition(topic.name(), index),
                            ErrorCode.UNKNOWN_SERVER_ERROR).code())
                        .build())
                    .toList())
                .build())
            .toList();
        return WritableTxnMarkerResult.builder().producerId(asked.producerId()).topics(topics)
            .build();
    }
}
