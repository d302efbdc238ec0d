package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.share.ShareKey;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.DeleteShareGroupStateResponse;
import dev.naru.wire.message.DeleteShareGroupStateResponse.DeleteStateResult;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateResponse;
import dev.naru.wire.message.InitializeShareGroupStateResponse.InitializeStateResult;
import dev.naru.wire.message.ReadShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateResponse.ReadStateResult;
import dev.naru.wire.message.ReadShareGroupStateSummaryRequest;
import dev.naru.wire.message.ReadShareGroupStateSummaryResponse;
import dev.naru.wire.message.ReadShareGroupStateSummaryResponse.ReadStateSummaryResult;
import dev.naru.wire.message.WriteShareGroupStateRequest;
import dev.naru.wire.message.WriteShareGroupStateResponse;
import dev.naru.wire.message.WriteShareGroupStateResponse.WriteStateResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/// One of the messages about stored states of share partitions, as something that can be taken
/// apart by share partition and put together again.
///
/// @param keys the share partitions that a request is about
/// @param only what a request says of some of them
/// @param refused the answer to all of a request
/// @param joined several answers as one; a topic that is in several of them is in there as often
record ShareStateForm<Q extends Message, R extends Message>(ApiKey key,
    Function<Q, List<ShareKey>> keys, BiFunction<Q, Set<ShareKey>, Q> only,
    BiFunction<Q, ErrorCode, R> refused, Function<List<R>, R> joined) {

    // @formatter:off: the names are too long for a line
    static final ShareStateForm<InitializeShareGroupStateRequest,
        InitializeShareGroupStateResponse> INITIALIZE = new ShareStateForm<>(
        // @formatter:on
            ApiKey.INITIALIZE_SHARE_GROUP_STATE,
            q -> each(q.topics(), topic -> each(topic.partitions(), part -> List.of(
                new ShareKey(q.groupId(), topic.topicId(), part.partition())))),
            (q, keys) -> q.toBuilder().topics(each(q.topics(), topic -> {
                var parts = kept(topic.partitions(), part -> keys.contains(
                    new ShareKey(q.groupId(), topic.topicId(), part.partition())));
                return parts.isEmpty()
                    ? List.of()
                    : List.of(topic.toBuilder().partitions(parts).build());
            })).build(),
            (q, why) -> InitializeShareGroupStateResponse.builder()
                .results(each(q.topics(), topic -> List.of(InitializeStateResult.builder()
                    .topicId(topic.topicId())
                    .partitions(each(topic.partitions(), part -> List.of(
                        InitializeShareGroupStateResponse.PartitionResult.builder()
                            .partition(part.partition())
                            .errorCode(why.code())
                            .errorMessage(why.text())
                            .build())))
                    .build())))
                .build(),
            all -> InitializeShareGroupStateResponse.builder()
                .results(each(all, InitializeShareGroupStateResponse::results))
                .build());

    // @formatter:off: the names are too long for a line
    static final ShareStateForm<ReadShareGroupStateRequest,
        ReadShareGroupStateResponse> READ = new ShareStateForm<>(
        // @formatter:on
            ApiKey.READ_SHARE_GROUP_STATE,
            q -> each(q.topics(), topic -> each(topic.partitions(), part -> List.of(
                new ShareKey(q.groupId(), topic.topicId(), part.partition())))),
            (q, keys) -> q.toBuilder().topics(each(q.topics(), topic -> {
                var parts = kept(topic.partitions(), part -> keys.contains(
                    new ShareKey(q.groupId(), topic.topicId(), part.partition())));
                return parts.isEmpty()
                    ? List.of()
                    : List.of(topic.toBuilder().partitions(parts).build());
            })).build(),
            (q, why) -> ReadShareGroupStateResponse.builder()
                .results(each(q.topics(), topic -> List.of(ReadStateResult.builder()
                    .topicId(topic.topicId())
                    .partitions(each(topic.partitions(), part -> List.of(
                        ReadShareGroupStateResponse.PartitionResult.builder()
                            .partition(part.partition())
                            .errorCode(why.code())
                            .errorMessage(why.text())
                            .build())))
                    .build())))
                .build(),
            all -> ReadShareGroupStateResponse.builder()
                .results(each(all, ReadShareGroupStateResponse::results))
                .build());

    // @formatter:off: the names are too long for a line
    static final ShareStateForm<WriteShareGroupStateRequest,
        WriteShareGroupStateResponse> WRITE = new ShareStateForm<>(
        // @formatter:on
            ApiKey.WRITE_SHARE_GROUP_STATE,
            q -> each(q.topics(), topic -> each(topic.partitions(), part -> List.of(
                new ShareKey(q.groupId(), topic.topicId(), part.partition())))),
            (q, keys) -> q.toBuilder().topics(each(q.topics(), topic -> {
                var parts = kept(topic.partitions(), part -> keys.contains(
                    new ShareKey(q.groupId(), topic.topicId(), part.partition())));
                return parts.isEmpty()
                    ? List.of()
                    : List.of(topic.toBuilder().partitions(parts).build());
            })).build(),
            (q, why) -> WriteShareGroupStateResponse.builder()
                .results(each(q.topics(), topic -> List.of(WriteStateResult.builder()
                    .topicId(topic.topicId())
                    .partitions(each(topic.partitions(), part -> List.of(
                        WriteShareGroupStateResponse.PartitionResult.builder()
                            .partition(part.partition())
                            .errorCode(why.code())
                            .errorMessage(why.text())
                            .build())))
                    .build())))
                .build(),
            all -> WriteShareGroupStateResponse.builder()
                .results(each(all, WriteShareGroupStateResponse::results))
                .build());

    // @formatter:off: the names are too long for a line
    static final ShareStateForm<DeleteShareGroupStateRequest,
        DeleteShareGroupStateResponse> DELETE = new ShareStateForm<>(
        // @formatter:on
            ApiKey.DELETE_SHARE_GROUP_STATE,
            q -> each(q.topics(), topic -> each(topic.partitions(), part -> List.of(
                new ShareKey(q.groupId(), topic.topicId(), part.partition())))),
            (q, keys) -> q.toBuilder().topics(each(q.topics(), topic -> {
                var parts = kept(topic.partitions(), part -> keys.contains(
                    new ShareKey(q.groupId(), topic.topicId(), part.partition())));
                return parts.isEmpty()
                    ? List.of()
                    : List.of(topic.toBuilder().partitions(parts).build());
            })).build(),
            (q, why) -> DeleteShareGroupStateResponse.builder()
                .results(each(q.topics(), topic -> List.of(DeleteStateResult.builder()
                    .topicId(topic.topicId())
                    .partitions(each(topic.partitions(), part -> List.of(
                        DeleteShareGroupStateResponse.PartitionResult.builder()
                            .partition(part.partition())
                            .errorCode(why.code())
                            .errorMessage(why.text())
                            .build())))
                    .build())))
                .build(),
            all -> DeleteShareGroupStateResponse.builder()
                .results(each(all, DeleteShareGroupStateResponse::results))
                .build());

    // @formatter:off: the names are too long for a line
    static final ShareStateForm<ReadShareGroupStateSummaryRequest,
        ReadShareGroupStateSummaryResponse> SUMMARY = new ShareStateForm<>(
        // @formatter:on
            ApiKey.READ_SHARE_GROUP_STATE_SUMMARY,
            q -> each(q.topics(), topic -> each(topic.partitions(), part -> List.of(
                new ShareKey(q.groupId(), topic.topicId(), part.partition())))),
            (q, keys) -> q.toBuilder().topics(each(q.topics(), topic -> {
                var parts = kept(topic.partitions(), part -> keys.contains(
                    new ShareKey(q.groupId(), topic.topicId(), part.partition())));
                return parts.isEmpty()
                    ? List.of()
                    : List.of(topic.toBuilder().partitions(parts).build());
            })).build(),
            (q, why) -> ReadShareGroupStateSummaryResponse.builder()
                .results(each(q.topics(), topic -> List.of(ReadStateSummaryResult.builder()
                    .topicId(topic.topicId())
                    .partitions(each(topic.partitions(), part -> List.of(
                        ReadShareGroupStateSummaryResponse.PartitionResult.builder()
                            .partition(part.partition())
                            .errorCode(why.code())
                            .errorMessage(why.text())
                            .build())))
                    .build())))
                .build(),
            all -> ReadShareGroupStateSummaryResponse.builder()
                .results(each(all, ReadShareGroupStateSummaryResponse::results))
                .build());

    private static <T, U> List<U> each(List<T> all, Function<T, List<U>> of) {
        var list = new ArrayList<U>(all.size());
        for (var one : all)
            list.addAll(of.apply(one));
        return list;
    }

    private static <T> List<T> kept(List<T> all, Predicate<T> isKept) {
        var list = new ArrayList<T>(all.size());
        for (var one : all)
            if (isKept.test(one)) list.add(one);
        return list;
    }
}
