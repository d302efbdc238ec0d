package dev.naru.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class BadFramesTest {
    private static final byte[] ZEROS = new byte[64];

    private final Broker broker;

    BadFramesTest(Broker broker) {
        this.broker = broker;
    }

    @AfterEach void the_next_client_is_served() {
        assertThat(broker.isAlive()).isTrue();
        try (var healthy = new RawClient(broker)) {
            assertThat(healthy.send(Wire.apiVersions(7)).answer(7).getShort()).isZero();
        }
    }

    private void assertCloses(byte[] bytes) {
        try (var client = new RawClient(broker)) {
            assertThat(client.send(bytes).isClosedByPeer()).isTrue();
        }
    }

    /// An answer or the end; what may not be is silence.
    private void assertReacts(byte[] bytes) {
        try (var client = new RawClient(broker)) {
            client.send(bytes).next();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 7, -1, 0x7fffffff, 0x80000000,
            0x50545448}) void a_length_that_no_request_has_closes_the_connection(int length) {
        assertCloses(new Wire().i32(length).raw(ZEROS).bytes());
    }

    static Stream<byte[]> otherProtocols() {
        return Stream.of(
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n".getBytes(StandardCharsets.US_ASCII),
            "SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII),
            HexFormat.of().parseHex("16030100f8010000f403035e5e5e5e" + "00".repeat(240)));
    }

    @ParameterizedTest
    @MethodSource("otherProtocols") void bytes_of_another_protocol_close_the_connection(
        byte[] hello) {
        assertCloses(hello);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4, 7, 95, 999,
            32767}) void a_request_of_an_unknown_key_closes_the_connection(int key) {
        assertCloses(Wire.request(key, 0, 1, wire -> wire.raw(ZEROS)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 32767}) void a_request_of_an_unknown_version_closes_the_connection(
        int version) {
        assertCloses(Wire.request(Wire.METADATA, version, 1, wire -> wire.raw(ZEROS)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1,
            2}) void produce_versions_that_are_only_advertised_close_the_connection(int version) {
        assertCloses(Wire.request(Wire.PRODUCE, version, 1, wire -> wire.i16(1).i32(1000).i32(0)));
    }

    @Test void api_versions_of_the_future_is_answered_in_version_0_with_error_35() {
        try (var client = new RawClient(broker)) {
            var answer = client
                .send(Wire.flexible(Wire.API_VERSIONS, 99, 5, wire -> wire.raw(ZEROS))).answer(5);
            assertThat(answer.getShort()).isEqualTo((short) 35);
            int keys = answer.getInt();
            boolean tellsItsOwn = false;
            for (int n = 0; n < keys; n++) {
                if (answer.getShort() == Wire.API_VERSIONS) tellsItsOwn = true;
                answer.getInt();
            }
            assertThat(tellsItsOwn).isTrue();
            client.send(Wire.apiVersions(6));
            assertThat(client.answer(6).getShort()).isZero();
        }
    }

    @Test void a_client_may_have_no_name_or_a_long_or_a_strange_one() {
        for (var name : new byte[][]{{}, "x".repeat(32767).getBytes(StandardCharsets.US_ASCII),
                "a\r\nb\0c".getBytes(StandardCharsets.US_ASCII)}) {
            var content = new Wire().i16(Wire.API_VERSIONS).i16(0).i32(3).i16(name.length)
                .raw(name);
            try (var client = new RawClient(broker)) {
                assertThat(client.send(Wire.frame(content.bytes())).answer(3).getShort()).isZero();
            }
        }
        try (var client = new RawClient(broker)) {
            var unnamed = new Wire().i16(Wire.API_VERSIONS).i16(0).i32(3).i16(-1);
            assertThat(client.send(Wire.frame(unnamed.bytes())).answer(3).getShort()).isZero();
        }
    }

    @Test void a_client_name_that_is_not_utf_8_gets_an_answer_or_the_end() {
        var content = new Wire().i16(Wire.API_VERSIONS).i16(0).i32(3).i16(2).i8(0xc3).i8(0x28);
        assertReacts(Wire.frame(content.bytes()));
    }

    @Test void a_client_name_longer_than_the_frame_closes_the_connection() {
        assertCloses(Wire.frame(new Wire().i16(3).i16(1).i32(1).i16(32000).bytes()));
        assertCloses(Wire.frame(new Wire().i16(3).i16(1).i32(1).i16(-5).bytes()));
    }

    static Stream<byte[]> wrongCounts() {
        return Stream.of(
            Wire.request(Wire.METADATA, 1, 1, wire -> wire.i32(0x7fffffff)),
            Wire.request(Wire.METADATA, 1, 1, wire -> wire.i32(1_000_000).string("a")),
            Wire.request(Wire.METADATA, 1, 1, wire -> wire.i32(1).i16(-1)),
            Wire.request(Wire.METADATA, 1, 1, wire -> wire.i32(1).i16(100).i8(1)),
            Wire.request(Wire.METADATA, 1, 1, wire -> {
            }),
            Wire.flexible(Wire.METADATA, 9, 1, wire -> wire.raw(ones(5)).i8(0)),
            Wire.flexible(Wire.METADATA, 9, 1, wire -> wire.raw(ones(10)).i8(1)),
            Wire.flexible(Wire.METADATA, 9, 1, wire -> wire.varint(0x7fffffff)),
            Wire.flexible(Wire.METADATA, 9, 1, wire -> wire.varint(-1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 0x80000000}) void a_negative_count_gets_an_answer_or_the_end(
        int count) {
        assertReacts(Wire.request(Wire.METADATA, 1, 1, wire -> wire.i32(count)));
    }

    private static byte[] ones(int count) {
        byte[] all = new byte[count];
        Arrays.fill(all, (byte) 0xff);
        return all;
    }

    @ParameterizedTest
    @MethodSource("wrongCounts") void counts_that_cannot_be_close_the_connection(byte[] request) {
        assertCloses(request);
    }

    static Stream<byte[]> wrongTags() {
        return Stream.of(
            // the tags of the header: more than there is, a size over the end, an endless number
            Wire.request(Wire.METADATA, 9, 1, wire -> wire.varint(1_000_000)),
            Wire.request(Wire.METADATA, 9, 1, wire -> wire.varint(1).varint(0).varint(1 << 30)),
            Wire.request(Wire.METADATA, 9, 1, wire -> wire.raw(ones(8))),
            // those of the body
            Wire.flexible(Wire.METADATA, 9, 1,
                wire -> wire.varint(1).i8(1).i8(0).i8(0).varint(0x7fffffff)),
            Wire.flexible(Wire.METADATA, 9, 1,
                wire -> wire.varint(1).i8(1).i8(0).i8(0).varint(1).varint(3)));
    }

    @ParameterizedTest
    @MethodSource("wrongTags") void tags_that_cannot_be_close_the_connection(byte[] request) {
        assertCloses(request);
    }

    @Test void unknown_tags_are_skipped() {
        try (var client = new RawClient(broker)) {
            var request = Wire.request(Wire.METADATA, 9, 4, wire -> wire
                .varint(2).varint(77).varint(3).raw(new byte[3]).varint(999).varint(0)
                .varint(1).i8(1).i8(0).i8(0).varint(1).varint(5000).varint(1).i8(9));
            assertThat(client.send(request).answer(4).remaining()).isPositive();
        }
    }

    @Test void a_million_empty_tags_get_an_answer_or_the_end() {
        var request = Wire.request(Wire.METADATA, 9, 4, wire -> {
            wire.varint(1_000_000);
            for (int n = 0; n < 1_000_000; n++)
                wire.varint(n).varint(0);
            wire.varint(1).i8(1).i8(0).i8(0).i8(0);
        });
        assertReacts(request);
    }

    @Test void every_truncation_of_a_request_closes_the_connection() {
        byte[] whole = Wire.metadata(1, "topic");
        for (int length = 4; length < whole.length - 4; length++) {
            byte[] content = Arrays.copyOfRange(whole, 4, 4 + length);
            assertCloses(Wire.frame(content));
        }
    }

    @Test void correlation_ids_may_be_anything_and_come_again() {
        try (var client = new RawClient(broker)) {
            for (int correlation : new int[]{0, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0}) {
                assertThat(
                    client.send(Wire.apiVersions(correlation)).answer(correlation).getShort())
                    .isZero();
            }
        }
    }

    @Test void a_sasl_handshake_to_a_port_without_sasl_is_refused() {
        assertReacts(Wire.request(17, 1, 1, wire -> wire.string("PLAIN")));
    }
}
