package dev.naru.share;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.base.Uuid;
import dev.naru.shard.BatchKind;
import dev.naru.shard.Decision;
import dev.naru.shard.Effect;
import dev.naru.shard.FactCodec;
import dev.naru.shard.KeyValue;
import dev.naru.shard.Origin;
import dev.naru.shard.ReplyTo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The stored states of share partitions.
final class ShareStateShardTest {
    private static final Now NOW = new Now(0, 1_000);
    private static final ShareKey KEY = new ShareKey("group", new Uuid(1, 2), 3);

    private final List<KeyValue> log = new ArrayList<>();
    private ShareStateShard shard = new ShareStateShard(4);

    private Object ask(ShareStateRequest request) {
        Decision<ShareStateFact> decision = shard.decide(request, NOW);
        for (var fact : decision.facts()) {
            log.add(new ShareStateCodec().encode(fact));
            shard.apply(fact, Origin.decided(BatchKind.PLAIN));
        }
        for (var effect : decision.effects()) {
            if (effect instanceof Effect.Reply<?> reply) return reply.answer();
        }
        return "no answer";
    }

    private Object write(int stateEpoch, int leaderEpoch, long start, StateBatch... batches) {
        return ask(new ShareStateRequest.Write(KEY, stateEpoch, leaderEpoch,
            new Change(start, 0, List.of(batches)), ReplyTo.nobody()));
    }

    private Object initialize(int stateEpoch, long start) {
        return ask(new ShareStateRequest.Initialize(KEY, stateEpoch, start, _ -> true,
            ReplyTo.nobody()));
    }

    private ShareStateRequest.Found read(int leaderEpoch) {
        return (ShareStateRequest.Found) ask(
            new ShareStateRequest.Read(KEY, leaderEpoch, ReplyTo.nobody()));
    }

    private static StateBatch batch(long first, long last, RecordState state, int count) {
        return new StateBatch(first, last, state, (short) count);
    }

    @Test void no_state_is_begun_of_a_topic_that_is_not_known() {
        assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            ask(new ShareStateRequest.Initialize(KEY, 0, 5, _ -> false, ReplyTo.nobody())));
        assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, write(0, 0, 0));
    }

    @Test void a_change_that_comes_behind_a_later_one_undoes_nothing() {
        initialize(0, 5);
        write(0, 1, 5, batch(5, 9, RecordState.ACKNOWLEDGED, 1));
        assertEquals(ErrorCode.FENCED_STATE_EPOCH,
            write(0, 1, 5, batch(7, 7, RecordState.AVAILABLE, 1)));
        write(0, 1, 10);
        assertEquals(ErrorCode.FENCED_STATE_EPOCH, write(0, 1, 5));
        assertEquals(10, read(1).startOffset());
    }

    @Test void a_change_that_comes_twice_is_stored_as_once() {
        initialize(0, 5);
        var change = batch(5, 9, RecordState.ACKNOWLEDGED, 1);
        assertEquals(ErrorCode.NONE, write(0, 1, 5, change));
        assertEquals(ErrorCode.NONE, write(0, 1, 5, change));
        assertEquals(List.of(change), read(1).batches());
    }

    @Test void what_was_never_initialized_cannot_be_written() {
        assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, write(0, 0, 0));
        assertEquals(ShareState.UNSET, read(0).startOffset());
    }

    @Test void a_later_change_lies_over_an_earlier_one() {
        initialize(0, -1);
        write(0, 1, 5, batch(5, 9, RecordState.ACKNOWLEDGED, 1),
            batch(20, 29, RecordState.AVAILABLE, 1));
        write(0, 1, 10, batch(22, 23, RecordState.ARCHIVED, 5));
        assertEquals(10, read(1).startOffset());
        assertEquals(List.of(batch(20, 21, RecordState.AVAILABLE, 1),
            batch(22, 23, RecordState.ARCHIVED, 5), batch(24, 29, RecordState.AVAILABLE, 1)),
            read(1).batches());
    }

    @Test void a_leader_or_a_state_of_the_past_is_fenced() {
        initialize(0, -1);
        assertEquals(ErrorCode.NONE, read(5).error());
        assertEquals(ErrorCode.FENCED_LEADER_EPOCH, write(0, 4, 0));
        assertEquals(ErrorCode.FENCED_LEADER_EPOCH, read(4).error());
        assertEquals(ErrorCode.NONE, initialize(1, 77));
        assertEquals(ErrorCode.FENCED_STATE_EPOCH, write(0, 5, 0));
        assertEquals(ErrorCode.FENCED_STATE_EPOCH, initialize(0, 0));
        assertEquals(77, read(5).startOffset());
    }

    @Test void initializing_twice_changes_nothing() {
        initialize(0, -1);
        write(0, 0, 30);
        assertEquals(ErrorCode.NONE, initialize(0, -1));
        assertEquals(30, read(0).startOffset());
    }

    @Test void what_was_deleted_is_unknown() {
        initialize(0, 9);
        ask(new ShareStateRequest.Delete(KEY, ReplyTo.nobody()));
        assertEquals(ShareState.UNSET, read(0).startOffset());
        assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, write(0, 0, 0));
    }

    @Test void states_of_topics_that_are_gone_are_dropped_and_stay_so() {
        initialize(0, 9);
        var other = new ShareKey("group", new Uuid(9, 9), 0);
        ask(new ShareStateRequest.Initialize(other, 0, 5, _ -> true, ReplyTo.nobody()));
        assertEquals(1, ask(new ShareStateRequest.DropGone(
            topicId -> topicId.equals(KEY.topicId()), ReplyTo.nobody())));
        assertEquals(List.of(KEY), List.copyOf(shard.picture().keySet()));
        assertEquals(shard.picture(), fold(log));
    }

    @Test void a_shard_is_the_fold_of_its_log_and_of_what_is_left_after_storing_all() {
        for (int seed = 0; seed < 50; seed++) {
            log.clear();
            shard = new ShareStateShard(4);
            var random = new Random(seed);
            initialize(0, 0);
            int cut = 0;
            for (int step = 0; step < 200; step++) {
                long start = Math.max(0, read(0).startOffset() + random.nextInt(3));
                long first = start + random.nextInt(60);
                write(0, 0, start, batch(first, first + random.nextInt(9),
                    random.nextInt(3) == 0 ? RecordState.AVAILABLE : RecordState.ACKNOWLEDGED,
                    1 + random.nextInt(4)));
                if (random.nextInt(40) != 0) continue;
                cut = log.size();
                ask(new ShareStateRequest.StoreAll(ReplyTo.nobody()));
            }
            assertEquals(shard.picture(), fold(log), "seed " + seed);
            assertEquals(shard.picture(), fold(log.subList(cut, log.size())), "seed " + seed);
        }
    }

    private static Object fold(List<KeyValue> records) {
        var fresh = new ShareStateShard(4);
        for (var record : records) {
            var decoded = new ShareStateCodec().decode(record);
            if (decoded instanceof FactCodec.Decoded.Known<ShareStateFact>(ShareStateFact fact)) {
                fresh.apply(fact, Origin.replayed(BatchKind.PLAIN));
            }
        }
        return fresh.picture();
    }
}
