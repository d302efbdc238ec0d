package dev.naru.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.naru.base.ErrorCode;
import dev.naru.base.Limits;
import dev.naru.base.Trace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShardHostTest {
    private final StepLoop loop = new StepLoop();
    private final MemoryShardLog log = new MemoryShardLog();
    private final List<Trace.Event> events = new ArrayList<>();
    private final ShardHost<Counter.Request, Counter.Fact> host = new ShardHost<>(
        new ShardHost.Seat("counts-0", loop, loop, events::add), log, new Counter.Codec(),
        Counter::new);

    private Heard<Long> add(String name, long amount) {
        var heard = new Heard<Long>();
        host.submit(new Counter.Request.Add(name, amount, heard));
        return heard;
    }

    private Heard<Long> get(String name) {
        var heard = new Heard<Long>();
        host.submit(new Counter.Request.Get(name, heard));
        return heard;
    }

    private Heard<Long> addLater(String name, long delayMs) {
        var heard = new Heard<Long>();
        host.submit(new Counter.Request.AddLater(name, delayMs * 1_000_000, heard));
        return heard;
    }

    @Test void a_reply_waits_until_the_high_watermark_has_reached_what_it_tells() {
        host.load();
        log.hold();
        var first = add("a", 1);
        var second = add("a", 2);
        assertTrue(first.isWaiting() && second.isWaiting());
        log.advance();
        assertEquals(1, first.answer());
        assertEquals(3, second.answer());
    }

    @Test void a_reply_that_changes_nothing_waits_for_what_it_has_read() {
        host.load();
        log.hold();
        add("a", 1);
        var read = get("a");
        assertTrue(read.isWaiting());
        log.advance();
        assertEquals(1, read.answer());
    }

    @Test void requests_are_told_to_wait_while_the_log_is_replayed() {
        log.holdReplay();
        host.load();
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, get("a").refusal());
        log.finishReplay();
        assertEquals(0, get("a").answer());
    }

    @Test void a_shard_that_was_never_loaded_is_not_the_coordinator() {
        assertEquals(ErrorCode.NOT_COORDINATOR, get("a").refusal());
    }

    @Test void an_append_that_is_refused_fails_its_decision_alone() {
        host.load();
        log.refuse(ErrorCode.KAFKA_STORAGE_ERROR);
        assertEquals(ErrorCode.KAFKA_STORAGE_ERROR, add("a", 1).refusal());
        assertEquals(0, get("a").answer());
        log.accept();
        assertEquals(5, add("a", 5).answer());
    }

    @Test void a_loss_breaks_parked_promises_and_tells_those_who_wait_inside() {
        host.load();
        log.hold();
        var parked = add("a", 1);
        var inside = addLater("a", 1000);
        log.lose();
        assertEquals(ErrorCode.NOT_COORDINATOR, parked.refusal());
        assertEquals(ErrorCode.NOT_COORDINATOR, inside.refusal());
        assertEquals(ErrorCode.NOT_COORDINATOR, get("a").refusal());
        assertEquals(0, loop.timerCount());
    }

    @Test void a_shard_is_the_fold_of_its_log_after_a_reload() {
        host.load();
        add("a", 1);
        add("b", 7);
        add("a", 2);
        log.lose();
        host.load();
        assertEquals(3, get("a").answer());
        assertEquals(7, get("b").answer());
    }

    @Test void what_an_older_load_still_brings_is_ignored() {
        log.holdReplay();
        host.load();
        host.drop(ErrorCode.NOT_COORDINATOR);
        log.finishReplay();
        assertFalse(host.isReady());
        host.load();
        assertTrue(host.isReady());
    }

    private ShardHost<Counter.Request, Counter.Fact> countingLoads() {
        return new ShardHost<>(new ShardHost.Seat("counts-1", loop, loop, events::add), log,
            new Counter.Codec(), () -> new Counter(true));
    }

    private static Heard<Long> loads(ShardHost<Counter.Request, Counter.Fact> of) {
        var heard = new Heard<Long>();
        of.submit(new Counter.Request.Get("loads", heard));
        return heard;
    }

    @Test void a_shard_whose_first_write_is_refused_is_loaded_again_when_the_log_takes_writes() {
        var counting = countingLoads();
        log.refuse(ErrorCode.KAFKA_STORAGE_ERROR);
        counting.load();
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, loads(counting).refusal());
        assertTrue(counting.isLoading());
        loop.passMs(60_000);
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, loads(counting).refusal());
        log.accept();
        loop.passMs(ShardHost.RELOAD_NS_MAX / 1_000_000);
        assertEquals(1, loads(counting).answer());
    }

    @Test void a_shard_whose_log_cannot_be_read_is_loaded_again_ever_more_rarely() {
        log.spoil(ErrorCode.KAFKA_STORAGE_ERROR);
        host.load();
        long firstMs = ShardHost.RELOAD_NS / 1_000_000;
        loop.passMs(firstMs - 1);
        log.mend();
        assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, get("a").refusal());
        loop.passMs(1);
        assertEquals(0, get("a").answer());

        log.spoil(ErrorCode.KAFKA_STORAGE_ERROR);
        host.drop(ErrorCode.NOT_COORDINATOR);
        host.load();
        loop.passMs(firstMs);
        log.mend();
        loop.passMs(2 * firstMs - 1);
        assertFalse(host.isReady());
        loop.passMs(1);
        assertTrue(host.isReady());
    }

    @Test void a_shard_whose_log_is_gone_is_not_loaded_again() {
        log.spoil(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        host.load();
        assertEquals(ErrorCode.NOT_COORDINATOR, get("a").refusal());
        assertEquals(0, loop.timerCount());
    }

    @Test void a_shard_that_is_lost_while_it_waits_to_be_loaded_again_is_not() {
        log.spoil(ErrorCode.KAFKA_STORAGE_ERROR);
        host.load();
        log.lose();
        log.mend();
        loop.passMs(60_000);
        assertEquals(ErrorCode.NOT_COORDINATOR, get("a").refusal());
        host.load();
        assertEquals(0, get("a").answer());
    }

    @Test void a_timer_asks_the_shard_and_its_replies_wait_for_the_log() {
        host.load();
        log.hold();
        var later = addLater("a", 1000);
        loop.passMs(999);
        assertEquals(0, log.logEndOffset());
        loop.passMs(1);
        assertTrue(later.isWaiting());
        log.advance();
        assertEquals(1, later.answer());
    }

    @Test void a_timer_that_is_started_again_runs_once() {
        host.load();
        addLater("a", 1000);
        loop.passMs(500);
        addLater("a", 1000);
        loop.passMs(999);
        assertEquals(0, get("a").answer());
        loop.passMs(5000);
        assertEquals(1, get("a").answer());
    }

    @Test void a_timer_whose_decision_was_refused_is_asked_again() {
        host.load();
        var later = addLater("a", 1000);
        log.refuse(ErrorCode.NOT_ENOUGH_REPLICAS);
        loop.passMs(1000);
        assertTrue(later.isWaiting());
        log.accept();
        loop.passMs(ShardHost.REFUSED_TIMER_RETRY_NS / 1_000_000);
        assertEquals(1, later.answer());
    }

    @Test void a_large_decision_is_appended_in_batches_of_bounded_size() {
        host.load();
        int nameChars = Limits.SHARD_BATCH_BYTES_MAX / 4;
        var heard = new Heard<Long>();
        host.submit(new Counter.Request.AddMany(10, nameChars, heard));
        assertEquals(10, heard.answer());
        assertEquals(List.of(3, 3, 3, 1), log.batchSizes());
        assertEquals(1, get("9" + "x".repeat(nameChars)).answer());
    }

    @Test void requests_are_sent_away_when_too_many_replies_wait() {
        host.load();
        log.hold();
        for (int i = 0; i < Limits.SHARD_REPLIES_PARKED_MAX; i++) {
            add("a", 1);
        }
        assertEquals(ErrorCode.COORDINATOR_NOT_AVAILABLE, add("a", 1).refusal());
        log.advance();
        var back = add("a", 1);
        log.advance();
        assertEquals(Limits.SHARD_REPLIES_PARKED_MAX + 1, back.answer());
    }

    @Test void a_record_of_an_unknown_kind_is_passed_over_and_said() {
        log.append(List.of(new KeyValue(ByteBuffer.allocate(1), null)), BatchKind.PLAIN,
            loop.now());
        host.load();
        assertTrue(host.isReady());
        assertEquals(new ShardEvent.PassedOver("counts-0", "no value"), events.getFirst());
    }

    @Test void a_request_that_comes_amid_a_decision_waits_until_it_is_carried_out() {
        host.load();
        var inner = new ArrayList<Heard<Long>>();
        log.amidNextAppend(() -> inner.add(add("a", 2)));
        assertEquals(1, add("a", 1).answer());
        assertTrue(inner.getFirst().isWaiting());
        loop.run();
        assertEquals(3, inner.getFirst().answer());
    }

    @Test void a_request_that_comes_amid_a_decision_that_loses_the_log_is_refused() {
        host.load();
        var inner = new ArrayList<Heard<Long>>();
        log.amidNextAppend(() -> {
            log.lose();
            inner.add(add("a", 2));
            log.refuse(ErrorCode.KAFKA_STORAGE_ERROR);
        });
        assertEquals(ErrorCode.KAFKA_STORAGE_ERROR, add("a", 1).refusal());
        loop.run();
        assertEquals(ErrorCode.NOT_COORDINATOR, inner.getFirst().refusal());
    }

    @Test void a_request_may_be_made_from_within_a_reply() {
        host.load();
        var after = new Heard<Long>();
        host.submit(new Counter.Request.Add("a", 1, new ReplyTo<>() {
            @Override public void answer(Long answer) {
                host.submit(new Counter.Request.Get("a", after));
            }

            @Override public void refuse(ErrorCode why) {}
        }));
        assertEquals(1, after.answer());
    }
}
