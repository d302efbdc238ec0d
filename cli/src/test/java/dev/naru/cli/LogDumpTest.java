package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.record.BatchBuilder;
import dev.naru.record.BatchView;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDumpTest {
    @TempDir
    Path directory;

    private static ByteBuffer batch(long baseOffset, String key, String value) {
        return new BatchBuilder(baseOffset).leaderEpoch(3).producer(9, (short) 1, 0)
            .append(1_700L, bytes(key), bytes(value)).append(1_800L, bytes(key), null).build();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path segment(ByteBuffer... batches) throws Exception {
        var all = new ByteArrayOutputStream();
        for (ByteBuffer batch : batches) {
            var copy = new byte[batch.remaining()];
            batch.duplicate().get(copy);
            all.writeBytes(copy);
        }
        return Files.write(directory.resolve("00000000000000000005.log"), all.toByteArray());
    }

    @Test void batches_and_records_are_shown_as_kafka_shows_them() throws Exception {
        ByteBuffer batch = batch(5, "k", "v");
        long crc = Integer.toUnsignedLong(BatchView.over(batch, 0).crc());
        Path file = segment(batch);
        var screen = new Screen();
        assertThat(screen.run("kafka-dump-log", "--files", file.toString(), "--print-data-log"))
            .isZero();
        assertThat(screen.out()).isEqualTo("Dumping " + file + "\nLog starting offset: 5\n"
            + "baseOffset: 5 lastOffset: 6 count: 2 baseSequence: 0 lastSequence: 1 producerId: 9"
            + " producerEpoch: 1 partitionLeaderEpoch: 3 isTransactional: false isControl: false"
            + " deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: 1800 size: "
            + batch.remaining() + " magic: 2 compresscodec: none crc: " + crc + " isvalid: true\n"
            + "| offset: 5 CreateTime: 1700 keySize: 1 valueSize: 1 sequence: 0 headerKeys: []"
            + " key: k payload: v\n"
            + "| offset: 6 CreateTime: 1800 keySize: 1 valueSize: -1 sequence: 1 headerKeys: []"
            + " key: k\n");
    }

    @Test void damage_is_told_and_exits_with_one() throws Exception {
        ByteBuffer damaged = batch(5, "k", "v");
        damaged.put(damaged.limit() - 2, (byte) 99);
        var screen = new Screen();
        assertThat(screen.run("log", "dump", segment(damaged, batch(7, "a", "b")).toString()))
            .isEqualTo(1);
        assertThat(screen.out()).contains("isvalid: false").contains("baseOffset: 7");
    }

    @Test void a_torn_tail_and_a_gap_are_told() throws Exception {
        ByteBuffer torn = batch(9, "x", "y");
        torn.limit(torn.limit() - 5);
        Path file = segment(batch(5, "k", "v"), batch(8, "k", "v"), torn);
        var screen = new Screen();
        assertThat(screen.run("log", "dump", "-r", file.toString())).isEqualTo(1);
        assertThat(screen.out()).contains("6 is followed by 8")
            .contains("invalid bytes at the end");
    }

    @Test void json_has_one_object_on_each_line() throws Exception {
        var screen = new Screen();
        assertThat(screen.run("log", "dump", "-r", "--json",
            segment(batch(5, "k", "v")).toString())).isZero();
        assertThat(screen.out().lines()).hasSize(3).allMatch(line -> line.startsWith("{\"kind\":"));
    }

    @Test void json_lists_gaps_too() throws Exception {
        var screen = new Screen();
        assertThat(screen.run("log", "dump", "-r", "--json",
            segment(batch(5, "k", "v"), batch(8, "k", "v"), batch(20, "k", "v")).toString()))
            .isZero();
        assertThat(screen.out().lines().filter(line -> line.contains("gap"))).containsExactly(
            "{\"kind\":\"gap\",\"after\":6,\"before\":8}",
            "{\"kind\":\"gap\",\"after\":9,\"before\":20}");
    }

    @Test void an_index_is_compared_with_its_segment() throws Exception {
        segment(batch(5, "k", "v"), batch(7, "k", "v"));
        int position = batch(5, "k", "v").remaining();
        Path right = directory.resolve("00000000000000000005.index");
        Files.write(right, ByteBuffer.allocate(8).putInt(3).putInt(position).array());
        var screen = new Screen();
        assertThat(screen.run("kafka-dump-log", "--files", right.toString())).isZero();
        assertThat(screen.out()).contains("offset: 8 position: " + position);
        Files.write(right, ByteBuffer.allocate(8).putInt(2).putInt(position).array());
        assertThat(screen.run("kafka-dump-log", "--files", right.toString())).isEqualTo(1);
        assertThat(screen.out()).contains("Index offset: 7, log offset: 8");
    }

    @Test void epochs_are_lines() throws Exception {
        Path file = Files.writeString(directory.resolve("leader-epoch-checkpoint"),
            "0\n2\n0 0\n4 17\n");
        var screen = new Screen();
        assertThat(screen.run("log", "dump", file.toString())).isZero();
        assertThat(screen.out()).endsWith(
            "leaderEpoch: 0 startOffset: 0\nleaderEpoch: 4 startOffset: 17\n");
    }

    @Test void a_missing_file_is_one_line() {
        var screen = new Screen();
        assertThat(screen.run("log", "dump", "/nowhere.log")).isEqualTo(1);
        assertThat(screen.err()).isEqualTo("naru log dump: there is no file /nowhere.log\n");
    }
}
