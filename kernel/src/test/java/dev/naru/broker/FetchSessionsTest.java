package dev.naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Clock;
import dev.naru.base.Entropy;
import dev.naru.base.Uuid;
import dev.naru.wire.message.FetchRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchSessionsTest {
    private static final long MINUTE_NS = 60_000_000_000L;

    private long nowNs;
    private int chance;
    private final FetchSessions sessions = new FetchSessions(clock(), entropy(), 2);

    private Clock clock() {
        return new Clock() {
            @Override public long monotonicNs() {
                return nowNs;
            }

            @Override public long wallMs() {
                return 0;
            }
        };
    }

    private Entropy entropy() {
        return new Entropy() {
            @Override public long nextLong() {
                return chance++;
            }

            @Override public int below(int bound) {
                return chance++;
            }
        };
    }

    @Test void a_session_is_found_by_its_id_which_is_never_zero() {
        var session = sessions.open(true);
        assertThat(session.id()).isNotZero();
        assertThat(sessions.find(session.id())).contains(session);
        assertThat(sessions.find(session.id() + 1)).isEmpty();
    }

    @Test void a_full_cache_gives_a_newcomer_no_session_while_all_are_in_use() {
        sessions.open(true);
        sessions.open(true);
        assertThat(sessions.open(true).id()).isZero();
        assertThat(sessions.size()).isEqualTo(2);
    }

    @Test void the_one_unused_for_longest_gives_way_after_two_minutes() {
        var first = sessions.open(true);
        var second = sessions.open(true);
        nowNs = 3 * MINUTE_NS;
        sessions.find(first.id()).orElseThrow().nextEpoch(nowNs);
        assertThat(sessions.open(true).id()).isNotZero();
        assertThat(sessions.find(second.id())).isEmpty();
        assertThat(sessions.find(first.id())).isPresent();
    }

    @Test void the_epoch_goes_round_to_one() {
        var session = new FetchSession(1, true, 0);
        assertThat(session.epoch()).isEqualTo(1);
        session.nextEpoch(0);
        assertThat(session.epoch()).isEqualTo(2);
    }

    @Test void an_entry_is_read_when_it_is_asked_for_and_rests_until_its_watch_fires() {
        var session = new FetchSession(1, true, 0);
        session.ask(key(0), at(5));
        session.ask(key(1), at(5));
        session.rest(session.ready().getFirst());
        assertThat(partitions(session)).containsExactly(1);
        session.ask(key(0), at(9));
        assertThat(partitions(session)).containsExactly(1, 0);
    }

    @Test void whoever_waits_hears_of_an_entry_that_fired() {
        var session = new FetchSession(1, true, 0);
        session.ask(key(0), at(5));
        var entry = session.ready().getFirst();
        session.rest(entry);
        var heard = new ArrayList<String>();
        session.onReady(() -> heard.add("ready"));
        session.markReady(entry);
        assertThat(heard).containsExactly("ready");
        assertThat(partitions(session)).containsExactly(0);
    }

    @Test void an_entry_that_was_served_comes_last_the_next_time() {
        var session = new FetchSession(1, true, 0);
        session.ask(key(0), at(5));
        session.ask(key(1), at(5));
        session.readyAgain(session.ready().getFirst());
        assertThat(partitions(session)).containsExactly(1, 0);
    }

    @Test void a_forgotten_entry_is_gone() {
        var session = new FetchSession(1, true, 0);
        session.ask(key(0), at(5));
        session.forget(key(0));
        assertThat(session.size()).isZero();
        assertThat(session.hasReady()).isFalse();
    }

    private static FetchEntry.Key key(int partition) {
        return new FetchEntry.Key(new Uuid(1, 2), "", partition);
    }

    private static FetchRequest.FetchPartition at(long offset) {
        return FetchRequest.FetchPartition.builder().fetchOffset(offset).build();
    }

    private static List<Integer> partitions(FetchSession session) {
        return session.ready().stream().map(entry -> entry.key().partition()).toList();
    }
}
