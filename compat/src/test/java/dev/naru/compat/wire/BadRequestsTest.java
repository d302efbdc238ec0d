package dev.naru.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class BadRequestsTest {
    private final Broker broker;
    private final Clients clients;

    BadRequestsTest(Broker broker) {
        this.broker = broker;
        this.clients = new Clients(broker);
    }

    @AfterEach void the_next_client_is_served() {
        assertThat(broker.isAlive()).isTrue();
        ask(Wire.apiVersions(7), 7);
    }

    private ByteBuffer ask(byte[] request, int correlation) {
        try (var client = new RawClient(broker)) {
            return client.send(request).answer(correlation);
        }
    }

    /// An answer or the end, never silence.
    private void reacts(int api, int version, Consumer<Wire> body) {
        try (var client = new RawClient(broker)) {
            client.send(Wire.request(api, version, 1, body)).next();
        }
    }

    private String filled() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("a", "b", "c"));
        return topic;
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, -1, 4, Long.MAX_VALUE,
            Long.MIN_VALUE}) void a_fetch_outside_the_log_is_out_of_range(long offset) {
        assertThat(Wire.fetchError(ask(Wire.fetch(1, filled(), offset, 0), 1)))
            .isEqualTo((short) 1);
    }

    @Test void a_fetch_of_an_unknown_topic_or_partition_says_so() {
        assertThat(Wire.fetchError(ask(Wire.fetch(1, "not-there", 0, 0), 1))).isEqualTo((short) 3);
        var request = Wire.request(Wire.FETCH, 11, 1,
            wire -> wire.i32(-1).i32(0).i32(1).i32(1000).i8(0)
                .i32(0).i32(-1).i32(1).string(filled()).i32(1).i32(-7).i32(-1).i64(0).i64(-1)
                .i32(1000)
                .i32(0).string(""));
        assertThat(Wire.fetchError(ask(request, 1))).isEqualTo((short) 3);
    }

    private byte[] fetch(String topic, int maxBytes, int partitionBytes, int epoch) {
        return Wire.request(Wire.FETCH, 11, 1,
            wire -> wire.i32(-1).i32(0).i32(1).i32(maxBytes).i8(0)
                .i32(0).i32(-1).i32(1).string(topic).i32(1).i32(0).i32(epoch).i64(0).i64(-1)
                .i32(partitionBytes).i32(0).string(""));
    }

    @Test void byte_limits_that_are_nonsense_get_an_answer() {
        String topic = filled();
        for (int limit : new int[]{0, Integer.MAX_VALUE}) {
            assertThat(Wire.fetchError(ask(fetch(topic, limit, limit, -1), 1))).isZero();
        }
        for (int limit : new int[]{-1, Integer.MIN_VALUE}) {
            assertThat(ask(fetch(topic, limit, limit, -1), 1).remaining()).isPositive();
        }
    }

    @Test void a_leader_epoch_of_the_future_is_told() {
        String topic = filled();
        assertThat(Wire.fetchError(ask(fetch(topic, 1000, 1000, 1_000_000), 1)))
            .isEqualTo((short) 75);
    }

    @Test void a_fetch_with_a_session_nobody_opened_is_refused() {
        var request = Wire.request(Wire.FETCH, 11, 1,
            wire -> wire.i32(-1).i32(0).i32(1).i32(1000).i8(0)
                .i32(12345).i32(7).i32(0).i32(0).string(""));
        assertThat(Wire.fetchError(ask(request, 1))).isEqualTo((short) 70);
    }

    @Test void a_session_epoch_out_of_turn_is_refused() {
        String topic = filled();
        try (var client = new RawClient(broker)) {
            var opened = client.send(Wire.request(Wire.FETCH, 11, 1,
                wire -> wire.i32(-1).i32(0).i32(1)
                    .i32(1000).i8(0).i32(0).i32(0).i32(1).string(topic).i32(1).i32(0).i32(-1).i64(0)
                    .i64(-1)
                    .i32(1000).i32(0).string("")))
                .answer(1);
            opened.getInt();
            assertThat(opened.getShort()).isZero();
            int session = opened.getInt();
            assertThat(session).isNotZero();
            var wrong = client
                .send(Wire.request(Wire.FETCH, 11, 2, wire -> wire.i32(-1).i32(0).i32(1)
                    .i32(1000).i8(0).i32(session).i32(5).i32(0).i32(0).string("")))
                .answer(2);
            assertThat(Wire.fetchError(wrong)).isEqualTo((short) 71);
        }
    }

    @Test void a_client_that_pretends_to_be_a_replica_gets_an_answer_or_the_end() {
        String topic = filled();
        reacts(Wire.FETCH, 11,
            wire -> wire.i32(1).i32(0).i32(1).i32(1000).i8(0).i32(0).i32(-1).i32(1)
                .string(topic).i32(1).i32(0).i32(-1).i64(0).i64(-1).i32(1000).i32(0).string(""));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -2, 0, 1, Long.MAX_VALUE}) void offsets_are_listed_for_any_time(
        long timestamp) {
        assertThat(Wire.listOffsetsError(ask(Wire.listOffsets(1, filled(), timestamp), 1)))
            .isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-3, -6, -100,
            Long.MIN_VALUE}) void a_time_before_all_names_gets_an_answer_or_the_end(
                long timestamp) {
        String topic = filled();
        reacts(Wire.LIST_OFFSETS, 1,
            wire -> wire.i32(-1).i32(1).string(topic).i32(1).i32(0).i64(timestamp));
    }

    @Test void an_epoch_of_the_future_has_no_end() {
        String topic = filled();
        var answer = ask(
            Wire.request(Wire.OFFSET_FOR_LEADER_EPOCH, 3, 1, wire -> wire.i32(-2).i32(1)
                .string(topic).i32(1).i32(0).i32(-1).i32(1_000_000)),
            1);
        answer.getInt();
        answer.getInt();
        Wire.string(answer);
        answer.getInt();
        assertThat(answer.getShort()).isZero();
        answer.getInt();
        assertThat(answer.getInt()).isEqualTo(-1);
        assertThat(answer.getLong()).isEqualTo(-1);
    }

    private short created(int partitions, int replicas, String... names) {
        var answer = ask(Wire.request(Wire.CREATE_TOPICS, 2, 1, wire -> {
            wire.i32(names.length);
            for (var name : names)
                wire.string(name).i32(partitions).i16(replicas).i32(0).i32(0);
            wire.i32(30_000).i8(0);
        }), 1);
        answer.getInt();
        answer.getInt();
        Wire.string(answer);
        return answer.getShort();
    }

    @Test void a_topic_of_absurd_size_is_refused() {
        assertThat(created(Integer.MAX_VALUE, 1, Clients.name("huge"))).isNotZero();
        assertThat(created(1_000_000, 32767, Clients.name("huge"))).isNotZero();
    }

    @Test void the_same_name_twice_in_one_request_is_refused() {
        String name = Clients.name("twice");
        assertThat(created(1, 1, name, name)).isEqualTo((short) 42);
    }

    @Test void create_partitions_answers_for_each_topic() {
        String topic = clients.topic(1);
        var answer = ask(Wire.request(Wire.CREATE_PARTITIONS, 1, 1, wire -> wire.i32(2)
            .string(topic).i32(3).i32(-1).string("not-there").i32(3).i32(-1).i32(30_000).i8(0)), 1);
        answer.getInt();
        assertThat(answer.getInt()).isEqualTo(2);
        var errors = new TreeMap<String, Short>();
        for (int n = 0; n < 2; n++) {
            errors.put(Wire.string(answer), answer.getShort());
            Wire.string(answer);
        }
        assertThat(errors).containsEntry(topic, (short) 0).containsEntry("not-there", (short) 3);
    }

    @Test void group_requests_of_strangers_are_refused() {
        String group = Clients.name("group");
        // a coordinator may first have to be made
        try (var member = clients.member(group, Map.of())) {
            member.committed(Set.of(
                new TopicPartition(clients.topic(1), 0)));
        }
        var heartbeat = ask(Wire.request(Wire.HEARTBEAT, 2, 1,
            wire -> wire.string(group).i32(5).string("nobody")), 1);
        heartbeat.getInt();
        assertThat(heartbeat.getShort()).isEqualTo((short) 25);
        var commit = ask(Wire.request(Wire.OFFSET_COMMIT, 5, 1, wire -> wire.string(group).i32(3)
            .string("nobody").i32(1).string("topic").i32(1).i32(0).i64(5).string("")), 1);
        commit.getInt();
        commit.getInt();
        Wire.string(commit);
        commit.getInt();
        commit.getInt();
        assertThat(commit.getShort()).isNotZero();
    }

    @Test void a_join_without_a_group_a_session_or_a_protocol_is_refused() {
        assertThat(joinError("", 10_000, "range")).isEqualTo((short) 24);
        assertThat(joinError(Clients.name("group"), -1, "range")).isEqualTo((short) 26);
        assertThat(joinError(Clients.name("group"), Integer.MAX_VALUE, "range"))
            .isEqualTo((short) 26);
        assertThat(joinError(Clients.name("group"), 10_000)).isEqualTo((short) 23);
    }

    private short joinError(String group, int sessionMs, String... protocols) {
        var answer = ask(Wire.request(Wire.JOIN_GROUP, 2, 1, wire -> {
            wire.string(group).i32(sessionMs).i32(10_000).string("").string("consumer")
                .i32(protocols.length);
            for (var protocol : protocols)
                wire.string(protocol).blob(new byte[0]);
        }), 1);
        answer.getInt();
        return answer.getShort();
    }

    @Test void nonsense_keys_of_coordinators_get_an_answer_or_the_end() {
        reacts(Wire.FIND_COORDINATOR, 1, wire -> wire.string("").i8(0));
        reacts(Wire.FIND_COORDINATOR, 1, wire -> wire.string("group").i8(9));
        reacts(Wire.FIND_COORDINATOR, 1, wire -> wire.string("group").i8(-1));
        reacts(Wire.FIND_COORDINATOR, 1, wire -> wire.string("x".repeat(32_767)).i8(0));
    }
}
