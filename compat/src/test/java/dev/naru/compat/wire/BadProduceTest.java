package dev.naru.compat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.compat.broker.Broker;
import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.SharedBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(SharedBroker.class)
class BadProduceTest {
    private static final int CONTROL = 0x20;
    private static final int TRANSACTIONAL = 0x10;

    private final Broker broker;
    private final Clients clients;

    BadProduceTest(Broker broker) {
        this.broker = broker;
        this.clients = new Clients(broker);
    }

    private static Arguments batch(String name, Consumer<Batch> wrong) {
        var batch = Batch.of("a", "b");
        wrong.accept(batch);
        return Arguments.of(name, batch.bytes());
    }

    private static Arguments packed(String name, int codec, byte[] records) {
        return batch(name, batch -> {
            batch.attributes = codec;
            batch.records = records;
        });
    }

    static Stream<Arguments> batchesNobodyCouldRead() {
        return Stream.of(
            batch("magic 0", batch -> batch.magic = 0),
            batch("magic 1", batch -> batch.magic = 1),
            batch("magic 3", batch -> batch.magic = 3),
            batch("a negative magic", batch -> batch.magic = -1),
            batch("a length one short", batch -> batch.lengthOff = -1),
            batch("a length one over", batch -> batch.lengthOff = 1),
            batch("a huge length", batch -> batch.lengthOff = 0x7fffff00),
            batch("a negative length", batch -> batch.lengthOff = -1000),
            batch("a wrong checksum", batch -> batch.crcOff = 1),
            batch("a last delta too small", batch -> batch.lastOffsetDelta = 0),
            batch("a last delta too large", batch -> batch.lastOffsetDelta = 5),
            batch("a negative last delta", batch -> batch.lastOffsetDelta = -1),
            batch("no count", batch -> batch.count = 0),
            batch("a negative count", batch -> batch.count = -1),
            batch("a count too large", batch -> batch.count = 3),
            batch("the largest count", batch -> batch.count = 0x7fffffff),
            batch("a control batch", batch -> batch.attributes = CONTROL),
            batch("transactional without an id", batch -> batch.attributes = TRANSACTIONAL),
            batch("a codec nobody knows, 5", batch -> batch.attributes = 5),
            batch("a codec nobody knows, 7", batch -> batch.attributes = 7));
    }

    static Stream<Arguments> recordsNobodyCouldRead() {
        byte[] sound = Batch.record(0, null, "a");
        byte[] endless = new Wire().i32(-1).i32(-1).i32(-1).bytes();
        byte[] keyTooLong = Batch
            .sized(new Wire().i8(0).i8(0).i8(0).varint(2000).i8(1).i8(0).i8(0).bytes());
        return Stream.of(
            batch("no records at all", batch -> batch.records = new byte[0]),
            batch("a record cut off", batch -> batch.records = new byte[]{sound[0], sound[1]}),
            batch("an endless varint", batch -> batch.records = endless),
            batch("a key over the end", batch -> batch.records = join(keyTooLong, sound)),
            batch("bytes behind the last",
                batch -> batch.records = join(batch.records, new byte[3])),
            batch("minus one header", batch -> batch.records = join(sound,
                Batch.sized(new Wire().i8(0).i8(0).i8(2).i8(1).i8(1).i8(1).bytes()))),
            batch("more headers than bytes", batch -> batch.records = join(sound,
                Batch.sized(new Wire().i8(0).i8(0).i8(2).i8(1).i8(1).varint(200_000).bytes()))),
            batch("a header without a key", batch -> batch.records = join(sound,
                Batch.sized(new Wire().i8(0).i8(0).i8(2).i8(1).i8(1).i8(2).i8(1).i8(1).bytes()))));
    }

    static Stream<Arguments> streamsNobodyCouldRead() {
        byte[] noise = "this is no compressed stream at all".getBytes(StandardCharsets.US_ASCII);
        byte[] whole = gzip(Batch.of("a", "b").records);
        byte[] xerial = new Wire().raw(new byte[]{(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0})
            .i32(1).i32(1).i32(0x7fffffff).raw(noise).bytes();
        byte[] lz4 = new Wire().raw(new byte[]{0x04, 0x22, 0x4d, 0x18, 0x40, 0x70, 0}).i32(-1)
            .raw(noise).bytes();
        byte[] zstdWindow = new Wire()
            .raw(new byte[]{0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xff})
            .raw(noise).bytes();
        return Stream.of(
            packed("gzip of nothing", 1, new byte[0]),
            packed("gzip that is none", 1, noise),
            packed("gzip cut off", 1, Arrays.copyOf(whole, whole.length / 2)),
            packed("snappy that is none", 2, noise),
            packed("snappy with a wrong chunk", 2, xerial),
            packed("lz4 that is none", 3, noise),
            packed("lz4 with a wrong block", 3, lz4),
            packed("zstd that is none", 4, noise),
            packed("zstd with a huge window", 4, zstdWindow));
    }

    private static byte[] join(byte[]... parts) {
        var all = new Wire();
        for (var part : parts)
            all.raw(part);
        return all.bytes();
    }

    private static byte[] gzip(byte[] plain) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"batchesNobodyCouldRead", "recordsNobodyCouldRead",
            "streamsNobodyCouldRead"}) void a_batch_nobody_could_read_is_refused_and_leaves_nothing(
                String name, byte[] records) {
        String topic = clients.topic(1);
        assertRefused(topic, records);
        assertThat(produced(topic, Batch.of("sound").bytes())).isZero();
        assertThat(Clients.values(clients.everythingIn(topic))).containsExactly("sound");
    }

    @Test void offset_deltas_that_do_not_count_up_are_refused() {
        assumeFalse(Brokers.areKafka(), "Apache Kafka stores such a batch");
        byte[] sound = Batch.record(0, null, "a");
        assertRefused(clients.topic(1), Batch.of("a", "b").records(join(sound, sound)).bytes());
        byte[] jump = join(sound, Batch.record(7, null, "b"));
        assertRefused(clients.topic(1), Batch.of("a", "b").records(jump).bytes());
    }

    /// An error, or the end of the connection; never an offset, never silence.
    private void assertRefused(String topic, byte[] records) {
        try (var client = new RawClient(broker)) {
            var answer = client.send(Wire.produce(1, -1, topic, records)).next();
            answer.ifPresent(frame -> {
                assertThat(frame.getInt()).isEqualTo(1);
                assertThat(Wire.produceError(frame)).isNotZero();
            });
        }
    }

    private long produced(String topic, byte[] records) {
        try (var client = new RawClient(broker)) {
            return Wire.produceOffset(client.send(Wire.produce(1, -1, topic, records)).answer(1));
        }
    }

    private short error(String topic, byte[] records) {
        try (var client = new RawClient(broker)) {
            return Wire.produceError(client.send(Wire.produce(1, -1, topic, records)).answer(1));
        }
    }

    @Test void two_batches_for_one_partition_are_refused() {
        assertRefused(clients.topic(1), join(Batch.of("a").bytes(), Batch.of("b").bytes()));
    }

    @Test void a_produce_of_no_bytes_is_refused() {
        assertRefused(clients.topic(1), new byte[0]);
    }

    @Test void a_bomb_is_refused_or_costs_no_more_than_its_batch() {
        String topic = clients.topic(1);
        byte[] bomb = gzip(new byte[512 << 20]);
        assertRefused(topic, Batch.of("a").records(bomb).bytes());
        var packed = Batch.of("a").records(bomb);
        packed.attributes = 1;
        assertRefused(topic, packed.bytes());
        assertThat(broker.isAlive()).isTrue();
    }

    @Test void acks_that_nobody_knows_are_refused() {
        String topic = clients.topic(1);
        for (int acks : new int[]{2, -2, 32767}) {
            try (var client = new RawClient(broker)) {
                var answer = client.send(Wire.produce(1, acks, topic, Batch.of("a").bytes()))
                    .next();
                answer.ifPresent(frame -> {
                    frame.getInt();
                    assertThat(Wire.produceError(frame)).isEqualTo((short) 21);
                });
            }
        }
        assertThat(clients.everythingIn(topic)).isEmpty();
    }

    @Test void a_topic_that_is_not_there_is_not_made_by_produce() {
        assertThat(error("not-there", Batch.of("a").bytes())).isEqualTo((short) 3);
    }

    @Test void a_timeout_below_zero_changes_nothing_for_one_node() {
        String topic = clients.topic(1);
        var request = Wire.request(Wire.PRODUCE, 7, 1, wire -> wire.nullString().i16(-1).i32(-5)
            .i32(1).string(topic).i32(1).i32(0).blob(Batch.of("a").bytes()));
        try (var client = new RawClient(broker)) {
            client.send(request).next();
        }
        assertThat(broker.isAlive()).isTrue();
    }

    @Test void names_and_partitions_that_are_nonsense_are_errors() {
        String topic = clients.topic(1);
        for (var name : List.of("", ".", "..", "a/b", "x".repeat(300))) {
            try (var client = new RawClient(broker)) {
                assertThat(
                    Wire.produceError(client.send(Wire.produce(1, 1, name, Batch.of("a").bytes()))
                        .answer(1)))
                    .isNotZero();
            }
        }
        for (int partition : new int[]{-1, 1, Integer.MAX_VALUE}) {
            var request = Wire.request(Wire.PRODUCE, 7, 1,
                wire -> wire.nullString().i16(1).i32(1000)
                    .i32(1).string(topic).i32(1).i32(partition).blob(Batch.of("a").bytes()));
            try (var client = new RawClient(broker)) {
                assertThat(Wire.produceError(client.send(request).answer(1))).isEqualTo((short) 3);
            }
        }
    }

    @Test void a_client_may_not_write_to_the_offsets_topic() {
        try (var consumer = clients.member(Clients.name("group"), Map.of())) {
            consumer.committed(Set.of(new TopicPartition(clients.topic(1), 0)));
        }
        assertThat(error("__consumer_offsets", Batch.of("a").bytes())).isNotZero();
    }

    @Test void sequences_go_on_and_repeat_only_as_sent() {
        String topic = clients.topic(1);
        long producer = producerId();
        assertThat(produced(topic, Batch.of("a", "b").from(producer, 0, 0).bytes())).isZero();
        assertThat(produced(topic, Batch.of("c").from(producer, 0, 2).bytes())).isEqualTo(2);
        // the same batch again is the same batch, from any connection
        assertThat(produced(topic, Batch.of("a", "b").from(producer, 0, 0).bytes())).isZero();
        assertThat(error(topic, Batch.of("d").from(producer, 0, 9).bytes())).isEqualTo((short) 45);
        assertThat(error(topic, Batch.of("d").from(producer, -1, 3).bytes())).isNotZero();
        assertThat(produced(topic, Batch.of("d").from(producer, 0, 3).bytes())).isEqualTo(3);
        assertThat(Clients.values(clients.everythingIn(topic))).containsExactly("a", "b", "c", "d");
    }

    @Test void a_duplicate_older_than_five_batches_is_not_written_again() {
        String topic = clients.topic(1);
        long producer = producerId();
        for (int n = 0; n < 7; n++)
            produced(topic, Batch.of("v" + n).from(producer, 0, n).bytes());
        assertThat(error(topic, Batch.of("v0").from(producer, 0, 0).bytes())).isIn((short) 45,
            (short) 46);
        assertThat(produced(topic, Batch.of("v3").from(producer, 0, 3).bytes())).isEqualTo(3);
        assertThat(clients.everythingIn(topic)).hasSize(7);
    }

    @Test void an_older_epoch_of_a_producer_is_fenced() {
        String topic = clients.topic(1);
        long producer = producerId();
        produced(topic, Batch.of("new").from(producer, 3, 0).bytes());
        assertThat(error(topic, Batch.of("old").from(producer, 2, 0).bytes()))
            .isEqualTo((short) 47);
        assertThat(error(topic, Batch.of("gap").from(producer, 4, 7).bytes()))
            .isEqualTo((short) 45);
        assertThat(produced(topic, Batch.of("newer").from(producer, 4, 0).bytes())).isEqualTo(1);
    }

    @Test void sequences_wrap_around_after_the_largest_number() {
        String topic = clients.topic(1);
        long producer = producerId();
        int last = Integer.MAX_VALUE;
        produced(topic, Batch.of("a", "b").from(producer, 0, last - 1).bytes());
        assertThat(produced(topic, Batch.of("c").from(producer, 0, 0).bytes())).isEqualTo(2);
        assertThat(error(topic, Batch.of("d").from(producer, 0, last).bytes()))
            .isEqualTo((short) 45);
    }

    private long producerId() {
        try (var client = new RawClient(broker)) {
            while (true) {
                var answer = client.send(Wire.request(Wire.INIT_PRODUCER_ID, 1, 1,
                    wire -> wire.nullString().i32(60_000))).answer(1);
                answer.getInt();
                short error = answer.getShort();
                if (error == 0) return answer.getLong();
                // Apache Kafka fetches its first block of ids when it is first asked
                assertThat(error).isEqualTo((short) 14);
            }
        }
    }

    @Test void many_headers_in_one_record_are_kept() {
        String topic = clients.topic(1);
        var body = new Wire().i8(0).i8(0).i8(0).i8(1).i8(1);
        Batch.zigzag(body, 100_000);
        for (int n = 0; n < 100_000; n++)
            body.i8(2).i8('h').i8(1);
        produced(topic, Batch.of("x").records(Batch.sized(body.bytes())).bytes());
        assertThat(clients.everythingIn(topic).getFirst().headers().toArray()).hasSize(100_000);
    }

    @Test void times_at_the_ends_of_their_range_get_an_answer() {
        String topic = clients.topic(1,
            Map.of("message.timestamp.after.max.ms", "9223372036854775807"));
        var answered = new ArrayList<Short>();
        for (long time : new long[]{-1, 0, Long.MIN_VALUE, Long.MAX_VALUE, 4_900_000_000_000L}) {
            var batch = Batch.of("a");
            batch.baseTimestamp = time;
            batch.maxTimestamp = time;
            answered.add(error(topic, batch.bytes()));
        }
        assertThat(answered).hasSize(5);
        assertThat(clients.everythingIn(topic))
            .hasSize((int) answered.stream().filter(e -> e == 0).count());
    }
}
