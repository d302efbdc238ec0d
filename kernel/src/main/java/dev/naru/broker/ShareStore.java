package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.share.Change;
import dev.naru.share.ShareKey;
import dev.naru.share.SharePartition;
import dev.naru.wire.message.ReadShareGroupStateRequest;
import dev.naru.wire.message.ReadShareGroupStateResponse;
import dev.naru.wire.message.WriteShareGroupStateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Brings the changes of one share partition to where they are stored, one at a time, and tells
/// those who wait for it. What passes (a coordinator that loads, say) is tried again for a while.
/// Owned by the partition's loop.
final class ShareStore {
    private static final int TRIES = 20;
    private static final long FIRST_PAUSE_MS = 20;
    private static final long PAUSE_MS_MAX = 1_000;

    private final SharePersister persister;
    private final Loop loop;
    private final ShareKey key;
    private final Consumer<ErrorCode> onStored;
    private List<Consumer<ErrorCode>> waiting = new ArrayList<>();
    private List<Consumer<ErrorCode>> waitingForNext = new ArrayList<>();
    private int stateEpoch;
    private boolean isWriting;
    private boolean isDropped;

    /// `onStored` hears of each change, before those who wait for it do.
    ShareStore(SharePersister persister, Loop loop, ShareKey key, Consumer<ErrorCode> onStored) {
        this.persister = persister;
        this.loop = loop;
        this.key = key;
        this.onStored = onStored;
    }

    /// The epoch that the state was read in.
    void stateEpoch(int epoch) {
        stateEpoch = epoch;
    }

    /// Hears what becomes of the change that is taken next.
    void whenNextStored(Consumer<ErrorCode> done) {
        waitingForNext.add(done);
    }

    boolean isIdle() {
        return !isWriting && waitingForNext.isEmpty();
    }

    /// Takes the share partition's change, if there is one and none is on its way.
    void storeChange(SharePartition share, int leaderEpoch) {
        if (isWriting || !share.hasChange()) return;
        isWriting = true;
        waiting = waitingForNext;
        waitingForNext = new ArrayList<>();
        write(share.takeChange(), leaderEpoch, this::stored);
    }

    private void stored(ErrorCode error) {
        isWriting = false;
        if (isDropped) return;
        var told = waiting;
        waiting = new ArrayList<>();
        onStored.accept(error);
        for (var each : told)
            each.accept(error);
    }

    /// Nothing more will be stored from here: those who wait hear why.
    void drop(ErrorCode why) {
        if (isDropped) return;
        isDropped = true;
        var all = new ArrayList<>(waiting);
        all.addAll(waitingForNext);
        waiting = new ArrayList<>();
        waitingForNext = new ArrayList<>();
        for (var each : all)
            each.accept(why);
    }

    /// Stores a change, trying again what passes.
    void write(Change change, int leaderEpoch, Consumer<ErrorCode> done) {
        var batches = change.batches().stream()
            .map(batch -> WriteShareGroupStateRequest.StateBatch.builder()
                .firstOffset(batch.firstOffset())
                .lastOffset(batch.lastOffset())
                .deliveryState(batch.state().id())
                .deliveryCount(batch.deliveryCount())
                .build())
            .toList();
        var data = WriteShareGroupStateRequest.PartitionData.builder()
            .partition(key.partition())
            .stateEpoch(stateEpoch)
            .leaderEpoch(leaderEpoch)
            .startOffset(change.startOffset())
            .deliveryCompleteCount(change.finalCount())
            .stateBatches(batches)
            .build();
        var request = WriteShareGroupStateRequest.builder()
            .groupId(key.group())
            .topics(List.of(WriteShareGroupStateRequest.WriteStateData.builder()
                .topicId(key.topicId())
                .partitions(List.of(data))
                .build()))
            .build();
        tryWrite(request, 1, done);
    }

    private void tryWrite(WriteShareGroupStateRequest request, int attempt,
        Consumer<ErrorCode> done) {
        persister.write(loop, request, response -> {
            var result = response.results().getFirst().partitions().getFirst();
            var error = ErrorCode.of(result.errorCode());
            if (isToBeTriedAgain(error, attempt)) {
                loop.after(pauseNs(attempt), () -> {
                    // by now somebody else may have read what is stored
                    if (!isDropped) tryWrite(request, attempt + 1, done);
                });
            } else {
                done.accept(error);
            }
        });
    }

    /// Reads what is stored, for a leader in this epoch.
    void read(int leaderEpoch, Consumer<ReadShareGroupStateResponse.PartitionResult> done) {
        var request = ReadShareGroupStateRequest.builder()
            .groupId(key.group())
            .topics(List.of(ReadShareGroupStateRequest.ReadStateData.builder()
                .topicId(key.topicId())
                .partitions(List.of(ReadShareGroupStateRequest.PartitionData.builder()
                    .partition(key.partition())
                    .leaderEpoch(leaderEpoch)
                    .build()))
                .build()))
            .build();
        tryRead(request, 1, done);
    }

    private void tryRead(ReadShareGroupStateRequest request, int attempt,
        Consumer<ReadShareGroupStateResponse.PartitionResult> done) {
        persister.read(loop, request, response -> {
            var result = response.results().getFirst().partitions().getFirst();
            if (isToBeTriedAgain(ErrorCode.of(result.errorCode()), attempt)) {
                loop.after(pauseNs(attempt), () -> {
                    if (!isDropped) tryRead(request, attempt + 1, done);
                });
            } else {
                done.accept(result);
            }
        });
    }

    private boolean isToBeTriedAgain(ErrorCode error, int attempt) {
        boolean isPassing = error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
            || error == ErrorCode.COORDINATOR_NOT_AVAILABLE || error == ErrorCode.NOT_COORDINATOR;
        return isPassing && attempt < TRIES && !isDropped;
    }

    private static long pauseNs(int attempt) {
        long pauseMs = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS << Math.min(attempt - 1, 10));
        return pauseMs * Now.NS_PER_MS;
    }
}
