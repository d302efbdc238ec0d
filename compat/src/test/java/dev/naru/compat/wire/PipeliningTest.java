package dev.naru.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class PipeliningTest {
    private final Broker broker;
    private final Clients clients;

    PipeliningTest(Broker broker) {
        this.broker = broker;
        this.clients = new Clients(broker);
    }

    @Test void two_requests_in_one_packet_get_two_answers_in_order() {
        try (var client = new RawClient(broker)) {
            client.send(new Wire().raw(Wire.apiVersions(1)).raw(Wire.apiVersions(2)).bytes());
            assertThat(client.answer(1).getShort()).isZero();
            assertThat(client.answer(2).getShort()).isZero();
        }
    }

    @Test void a_request_split_at_any_byte_is_one_request() {
        String topic = clients.topic(1);
        byte[] request = Wire.metadata(9, topic);
        try (var client = new RawClient(broker)) {
            for (int split = 1; split < request.length; split++) {
                client.send(request, 0, split).send(request, split, request.length - split);
                assertThat(client.answer(9).remaining()).isPositive();
            }
        }
    }

    @Test void a_request_sent_byte_by_byte_is_one_request() {
        String topic = clients.topic(1);
        byte[] request = Wire.produce(9, -1, topic, Batch.of("slowly").bytes());
        try (var client = new RawClient(broker)) {
            for (int n = 0; n < request.length; n++)
                client.send(request, n, 1);
            assertThat(Wire.produceOffset(client.answer(9))).isZero();
        }
    }

    @Test void answers_come_in_the_order_of_requests_whatever_they_wait_for() {
        String topic = clients.topic(1);
        try (var client = new RawClient(broker)) {
            var all = new Wire();
            for (int n = 0; n < 100; n += 5) {
                all.raw(Wire.produce(n, -1, topic, Batch.of("all-" + n).bytes()));
                all.raw(Wire.metadata(n + 1, topic));
                all.raw(Wire.produce(n + 2, 1, topic, Batch.of("one-" + n).bytes()));
                all.raw(Wire.fetch(n + 3, topic, 0, 100));
                all.raw(Wire.listOffsets(n + 4, topic, -1));
            }
            client.send(all.bytes());
            for (int n = 0; n < 100; n++)
                assertThat(client.answer(n).remaining()).isPositive();
        }
        assertThat(clients.everythingIn(topic)).hasSize(40);
    }

    @Test void pipelined_batches_of_one_connection_are_written_in_order() {
        String topic = clients.topic(1);
        var values = IntStream.range(0, 200).mapToObj(n -> "v" + n).toList();
        try (var client = new RawClient(broker)) {
            var all = new Wire();
            for (int n = 0; n < 200; n++) {
                all.raw(
                    Wire.produce(n, n % 2 == 0 ? -1 : 1, topic, Batch.of(values.get(n)).bytes()));
            }
            client.send(all.bytes());
            for (int n = 0; n < 200; n++)
                assertThat(Wire.produceOffset(client.answer(n))).isEqualTo(n);
        }
        assertThat(Clients.values(clients.everythingIn(topic))).isEqualTo(values);
    }

    @Test void a_produce_without_acks_has_no_answer_and_is_written_in_its_turn() {
        String topic = clients.topic(1);
        var expected = new ArrayList<String>();
        try (var client = new RawClient(broker)) {
            var all = new Wire();
            for (int n = 0; n < 20; n++) {
                all.raw(Wire.produce(1000 + n, 0, topic, Batch.of("none-" + n).bytes()));
                all.raw(Wire.produce(n, -1, topic, Batch.of("all-" + n).bytes()));
                expected.addAll(List.of("none-" + n, "all-" + n));
            }
            client.send(all.bytes());
            for (int n = 0; n < 20; n++)
                assertThat(Wire.produceOffset(client.answer(n))).isEqualTo(2L * n + 1);
        }
        assertThat(Clients.values(clients.everythingIn(topic))).isEqualTo(expected);
    }

    @Test void a_produce_without_acks_that_fails_closes_the_connection_after_earlier_answers() {
        String topic = clients.topic(1);
        var broken = Batch.of("broken");
        broken.crcOff = 1;
        try (var client = new RawClient(broker)) {
            client.send(new Wire().raw(Wire.produce(1, -1, topic, Batch.of("a").bytes()))
                .raw(Wire.metadata(2, topic))
                .raw(Wire.produce(3, 0, topic, broken.bytes())).bytes());
            assertThat(Wire.produceOffset(client.answer(1))).isZero();
            assertThat(client.answer(2).remaining()).isPositive();
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test void clients_that_stop_in_the_middle_harm_nobody() {
        String topic = clients.topic(1);
        byte[] request = Wire.produce(1, -1, topic, Batch.of("whole or not at all").bytes());
        for (int length = 1; length < request.length; length += 3) {
            try (var client = new RawClient(broker)) {
                client.send(request, 0, length);
            }
        }
        var silent = new ArrayList<RawClient>();
        try {
            for (int n = 0; n < 100; n++) {
                var client = new RawClient(broker);
                silent.add(client);
                client.send(new Wire().i32(1000 + n).raw(new byte[n % 7]).bytes());
            }
            clients.send(topic, 0, List.of("healthy"));
            assertThat(Clients.values(clients.everythingIn(topic))).containsExactly("healthy");
        } finally {
            silent.forEach(RawClient::close);
        }
    }

    @Test void a_reader_that_never_reads_harms_nobody() {
        String topic = clients.topic(1);
        clients.send(topic, 0, List.of("x".repeat(900_000)));
        try (var lazy = new RawClient(broker)) {
            var all = new Wire();
            for (int n = 0; n < 200; n++)
                all.raw(Wire.fetch(n, topic, 0, 0));
            lazy.send(all.bytes());
            clients.send(topic, 0, List.of("healthy"));
            assertThat(clients.everythingIn(topic)).hasSize(2);
            for (int n = 0; n < 200; n++)
                assertThat(lazy.answer(n).remaining()).isGreaterThan(900_000);
        }
    }
}
