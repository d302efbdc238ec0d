package dev.naru.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.base.Net;
import dev.naru.base.Trace;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Doors of a process that has few descriptors left.
@Timeout(60)
class DoorkeeperTest {
    private static final long LIMIT = 100;

    private final AtomicLong open = new AtomicLong();
    private final Descriptors descriptors = new Descriptors(this::count, () -> LIMIT);
    private final List<Trace.Event> events = new CopyOnWriteArrayList<>();
    private final List<Net.Channel> atClients = new CopyOnWriteArrayList<>();
    private final List<Net.Channel> atPeers = new CopyOnWriteArrayList<>();
    private RealYard yard;
    private int clients;
    private int peers;

    @BeforeEach void two_doors() throws Exception {
        yard = RealYard.open(true);
        var net = yard.env().net();
        clients = net.sparing(descriptors, events::add)
            .listen(yard.host(), 0, channel -> in(atClients, channel)).port();
        peers = net.listen(yard.host(), 0, channel -> in(atPeers, channel)).port();
    }

    @AfterEach void close() {
        yard.close();
    }

    /// As the machine does: with no descriptor left, it cannot look.
    private long count() {
        long count = open.get();
        if (count >= LIMIT) throw new InternalError("errno: 24 error: Unable to open directory");
        return count;
    }

    private static Net.Listener in(List<Net.Channel> all, Net.Channel channel) {
        all.add(channel);
        return new Deaf();
    }

    private void dial(int port) {
        yard.net().dial(yard.host(), port, yard.loop(), new Deaf());
    }

    @Test void clients_wait_while_only_the_reserve_is_left_and_other_nodes_do_not() {
        open.set(LIMIT - descriptors.reserved());
        dial(clients);
        yard.until(() -> atClients.size() == 1);
        yard.until(() -> events.size() == 1);
        assertThat(events.getFirst()).isInstanceOf(NetEvent.DoorShut.class);
        assertThat(events.getFirst().level()).isEqualTo(Trace.Level.WARN);
        dial(clients);
        // one thread accepts at both doors, in the order of arrival
        for (int more = 1; more <= 3; more++) {
            int expected = more;
            dial(peers);
            yard.until(() -> atPeers.size() == expected);
        }
        assertThat(atClients).hasSize(1);
        open.set(10);
        yard.until(() -> atClients.size() == 2);
        assertThat(events.getLast()).isInstanceOf(NetEvent.DoorOpened.class);
    }

    @Test void a_door_opens_again_though_not_one_descriptor_was_left_to_count_with() {
        open.set(LIMIT);
        dial(clients);
        yard.until(() -> atClients.size() == 1);
        yard.until(() -> events.size() == 1);
        dial(clients);
        open.set(10);
        yard.until(() -> atClients.size() == 2);
        assertThat(events.getLast()).isInstanceOf(NetEvent.DoorOpened.class);
    }

    @Test void there_is_room_for_all_who_come_while_there_are_descriptors() {
        open.set(10);
        for (int more = 1; more <= 30; more++)
            dial(clients);
        yard.until(() -> atClients.size() == 30);
        assertThat(events).isEmpty();
    }

    @Test void a_part_of_the_limit_is_kept_back_neither_too_little_nor_too_much() {
        assertThat(new Descriptors(() -> 0, () -> 20).reserved()).isEqualTo(8);
        assertThat(new Descriptors(() -> 0, () -> 256).reserved()).isEqualTo(32);
        assertThat(new Descriptors(() -> 0, () -> 1 << 20).reserved()).isEqualTo(64);
        assertThat(new Descriptors(() -> -1, () -> 256).left()).isZero();
    }

    @Test void it_is_counted_the_more_often_the_fewer_there_are() {
        var counted = new AtomicLong();
        open.set(0);
        var watch = new Descriptors.Watch(new Descriptors(() -> {
            counted.incrementAndGet();
            return open.get();
        }, () -> LIMIT));
        while (!watch.isShortAfterOne(1))
            open.incrementAndGet();
        assertThat(open.get()).isEqualTo(LIMIT - descriptors.reserved());
        assertThat(counted.get()).isLessThan(20);
    }

    @Test void a_limit_that_is_lowered_counts_at_once() {
        var limit = new AtomicLong(1_000_000);
        var watch = new Descriptors.Watch(new Descriptors(() -> 100, limit::get));
        assertThat(watch.isShortAfterOne(1)).isFalse();
        limit.set(110);
        assertThat(watch.isShortAfterOne(1)).isTrue();
    }

    private static final class Deaf implements Net.Listener {
        @Override public Net.Admission admit(int lengthBytes) {
            return Net.Admission.READ;
        }

        @Override public void onFrame(Net.Frame frame) {
            frame.release();
        }

        @Override public void onClosed(String reason) {}
    }
}
