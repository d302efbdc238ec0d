package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Uuid;
import dev.naru.shard.ReplyTo;
import dev.naru.share.Change;
import dev.naru.share.RecordState;
import dev.naru.share.ShareKey;
import dev.naru.share.ShareStateRequest;
import dev.naru.share.StateBatch;
import dev.naru.wire.message.DeleteShareGroupStateRequest;
import dev.naru.wire.message.DeleteShareGroupStateResponse;
import dev.naru.wire.message.InitializeShareGroupStateRequest;
import dev.naru.wire.message.InitializeShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateResponse;
import dev.naru.wire.message.ReadShareGroupStateSummaryRequest;
import dev.naru.wire.message.ReadShareGroupStateSummaryResponse;
import dev.naru.wire.message.ReadShareGroupStateSummaryResponse.ReadStateSummaryResult;
import dev.naru.wire.message.WriteShareGroupStateRequest;
import dev.naru.wire.message.WriteShareGroupStateResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Share state on this very node: takes a message apart, asks the shard of each share partition,
/// and puts the answers together. Stateless.
final class LocalSharePersister implements SharePersister {
    private final Asking<ShareStateRequest> asking;
    private final Predicate<Uuid> isThere;

    /// No state is begun of a topic that this node has not heard of: only so is a state whose topic
    /// it does not know one of a topic that is gone.
    LocalSharePersister(Asking<ShareStateRequest> asking, Predicate<Uuid> isThere) {
        this.asking = asking;
        this.isThere = isThere;
    }

    /// What is asked of one share partition.
    private record Question<A>(ShareKey key, Function<ReplyTo<A>, ShareStateRequest> request) {}

    /// What came of it.
    private record Part<A>(Uuid topicId, int partition, A answer) {}

    /// Asks all questions of one message; `done` hears what came of them, by topic, on `home`.
    private <A> void askAll(Loop home, List<Question<A>> questions, Function<ErrorCode, A> refused,
        Consumer<Map<Uuid, List<Part<A>>>> done) {
        var gathering = new Asking.Gathering<Part<A>>(parts -> {
            Map<Uuid, List<Part<A>>> byTopic = new LinkedHashMap<>();
            for (var part : parts)
                byTopic.computeIfAbsent(part.topicId(), _ -> new ArrayList<>()).add(part);
            done.accept(byTopic);
        });
        for (var question : questions) {
            var key = question.key();
            asking.<A>ask(key.toString(), home, question.request(), Asking.Outcome.of(
                answer -> new Part<>(key.topicId(), key.partition(), answer),
                why -> new Part<>(key.topicId(), key.partition(), refused.apply(why)),
                gathering.expect()));
        }
        gathering.close();
    }

    private static @Nullable String text(ErrorCode error) {
        return error == ErrorCode.NONE ? null : error.text();
    }

    @Override public void initialize(Loop home, InitializeShareGroupStateRequest request,
        Consumer<InitializeShareGroupStateResponse> answer) {
        var questions = new ArrayList<Question<ErrorCode>>();
        for (var topic : request.topics()) {
            for (var each : topic.partitions()) {
                var key = new ShareKey(request.groupId(), topic.topicId(), each.partition());
                questions.add(new Question<>(key, from -> new ShareStateRequest.Initialize(key,
                    each.stateEpoch(), each.startOffset(), isThere, from)));
            }
        }
        askAll(home, questions, why -> why, byTopic -> {
            var results = new ArrayList<InitializeShareGroupStateResponse.InitializeStateResult>();
            byTopic.forEach((topicId, parts) -> results
                .add(InitializeShareGroupStateResponse.InitializeStateResult.builder()
                    .topicId(topicId)
                    .partitions(parts.stream()
                        .map(part -> InitializeShareGroupStateResponse.PartitionResult.builder()
                            .partition(part.partition())
                            .errorCode(part.answer().code())
                            .errorMessage(text(part.answer()))
                            .build())
                        .toList())
                    .build()));
            answer.accept(InitializeShareGroupStateResponse.builder().results(results).build());
        });
    }

    @Override public void read(Loop home, ReadShareGroupStateRequest request,
        Consumer<ReadShareGroupStateResponse> answer) {
        var questions = new ArrayList<Question<ShareStateRequest.Found>>();
        for (var topic : request.topics()) {
            for (var each : topic.partitions()) {
                var key = new ShareKey(request.groupId(), topic.topicId(), each.partition());
                questions.add(new Question<>(key,
                    from -> new ShareStateRequest.Read(key, each.leaderEpoch(), from)));
            }
        }
        askAll(home, questions, ShareStateRequest.Found::refused, byTopic -> {
            var results = new ArrayList<ReadShareGroupStateResponse.ReadStateResult>();
            byTopic.forEach((topicId, parts) -> results
                .add(ReadShareGroupStateResponse.ReadStateResult.builder()
                    .topicId(topicId)
                    .partitions(parts.stream().map(LocalSharePersister::found).toList())
                    .build()));
            answer.accept(ReadShareGroupStateResponse.builder().results(results).build());
        });
    }

    private static ReadShareGroupStateResponse.PartitionResult found(
        Part<ShareStateRequest.Found> part) {
        var found = part.answer();
        var batches = found.batches().stream()
            .map(batch -> ReadShareGroupStateResponse.StateBatch.builder()
                .firstOffset(batch.firstOffset())
                .lastOffset(batch.lastOffset())
                .deliveryState(batch.state().id())
                .deliveryCount(batch.deliveryCount())
                .build())
            .toList();
        return ReadShareGroupStateResponse.PartitionResult.builder()
            .partition(part.partition())
            .errorCode(found.error().code())
            .errorMessage(text(found.error()))
            .stateEpoch(found.stateEpoch())
            .startOffset(found.startOffset())
            .stateBatches(batches)
            .build();
    }

    @Override public void write(Loop home, WriteShareGroupStateRequest request,
        Consumer<WriteShareGroupStateResponse> answer) {
        var questions = new ArrayList<Question<ErrorCode>>();
        for (var topic : request.topics()) {
            for (var each : topic.partitions()) {
                var key = new ShareKey(request.groupId(), topic.topicId(), each.partition());
                questions.add(new Question<>(key,
                    from -> new ShareStateRequest.Write(key, each.stateEpoch(),
                        each.leaderEpoch(), change(each), from)));
            }
        }
        askAll(home, questions, why -> why, byTopic -> {
            var results = new ArrayList<WriteShareGroupStateResponse.WriteStateResult>();
            byTopic.forEach((topicId, parts) -> results
                .add(WriteShareGroupStateResponse.WriteStateResult.builder()
                    .topicId(topicId)
                    .partitions(parts.stream()
                        .map(part -> WriteShareGroupStateResponse.PartitionResult.builder()
                            .partition(part.partition())
                            .errorCode(part.answer().code())
                            .errorMessage(text(part.answer()))
                            .build())
                        .toList())
                    .build()));
            answer.accept(WriteShareGroupStateResponse.builder().results(results).build());
        });
    }

    private static Change change(WriteShareGroupStateRequest.PartitionData written) {
        var batches = new ArrayList<StateBatch>(written.stateBatches().size());
        for (var batch : written.stateBatches()) {
            var state = RecordState.of(batch.deliveryState()).orElse(RecordState.AVAILABLE);
            batches.add(new StateBatch(batch.firstOffset(), batch.lastOffset(), state,
                batch.deliveryCount()));
        }
        return new Change(written.startOffset(), written.deliveryCompleteCount(), batches);
    }

    @Override public void delete(Loop home, DeleteShareGroupStateRequest request,
        Consumer<DeleteShareGroupStateResponse> answer) {
        var questions = new ArrayList<Question<ErrorCode>>();
        for (var topic : request.topics()) {
            for (var each : topic.partitions()) {
                var key = new ShareKey(request.groupId(), topic.topicId(), each.partition());
                questions.add(new Question<>(key,
                    from -> new ShareStateRequest.Delete(key, from)));
            }
        }
        askAll(home, questions, why -> why, byTopic -> {
            var results = new ArrayList<DeleteShareGroupStateResponse.DeleteStateResult>();
            byTopic.forEach((topicId, parts) -> results
                .add(DeleteShareGroupStateResponse.DeleteStateResult.builder()
                    .topicId(topicId)
                    .partitions(parts.stream()
                        .map(part -> DeleteShareGroupStateResponse.PartitionResult.builder()
                            .partition(part.partition())
                            .errorCode(part.answer().code())
                            .errorMessage(text(part.answer()))
                            .build())
                        .toList())
                    .build()));
            answer.accept(DeleteShareGroupStateResponse.builder().results(results).build());
        });
    }

    @Override public void summarize(Loop home, ReadShareGroupStateSummaryRequest request,
        Consumer<ReadShareGroupStateSummaryResponse> answer) {
        var questions = new ArrayList<Question<ShareStateRequest.Found>>();
        for (var topic : request.topics()) {
            for (var each : topic.partitions()) {
                var key = new ShareKey(request.groupId(), topic.topicId(), each.partition());
                questions.add(new Question<>(key,
                    from -> new ShareStateRequest.Summary(key, each.leaderEpoch(), from)));
            }
        }
        askAll(home, questions, ShareStateRequest.Found::refused, byTopic -> {
            var results = new ArrayList<ReadStateSummaryResult>();
            byTopic.forEach((topicId, parts) -> results
                .add(ReadStateSummaryResult.builder()
                    .topicId(topicId)
                    .partitions(parts.stream().map(LocalSharePersister::summary).toList())
                    .build()));
            answer
                .accept(ReadShareGroupStateSummaryResponse.builder().results(results).build());
        });
    }

    private static ReadShareGroupStateSummaryResponse.PartitionResult summary(
        Part<ShareStateRequest.Found> part) {
        var found = part.answer();
        return ReadShareGroupStateSummaryResponse.PartitionResult.builder()
            .partition(part.partition())
            .errorCode(found.error().code())
            .errorMessage(text(found.error()))
            .stateEpoch(found.stateEpoch())
            .leaderEpoch(found.leaderEpoch())
            .startOffset(found.startOffset())
            .deliveryCompleteCount(found.finalCount())
            .build();
    }
}
