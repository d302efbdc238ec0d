package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A power cut amid the last write of the quorum's log.
@Timeout(120)
final class TornTailTest {
    private static final int FILE_BYTES = 4096;

    @TempDir
    private Path directory;

    private static byte[] entry(int sizeBytes, int seed) {
        var body = new byte[sizeBytes];
        for (int at = 0; at < sizeBytes; at++)
            body[at] = (byte) (1 + (seed + at) % 200);
        var framed = ByteBuffer.allocate(sizeBytes + 6);
        for (int left = sizeBytes; true; left >>>= 7) {
            if (left < 0x80) {
                framed.put((byte) left);
                break;
            }
            framed.put((byte) ((left & 0x7f) | 0x80));
        }
        framed.put(body);
        var checksum = new CRC32C();
        checksum.update(framed.array(), 0, framed.position());
        framed.putInt((int) checksum.getValue());
        return Arrays.copyOf(framed.array(), framed.position());
    }

    /// A file of these entries with zeros behind them.
    private static byte[] log(byte[]... entries) {
        var file = ByteBuffer.allocate(FILE_BYTES)
            .put("RaftLog1".getBytes(StandardCharsets.US_ASCII));
        for (var each : entries)
            file.put(each);
        return file.array();
    }

    private static byte[] zeroed(byte[] log, int from, int until) {
        var cut = log.clone();
        Arrays.fill(cut, from, until, (byte) 0);
        return cut;
    }

    @Test void an_entry_of_which_the_end_is_missing_is_torn_wherever_it_ends() {
        var first = entry(70, 1);
        for (int sizeBytes : new int[]{1, 60, 127, 128, 1500}) {
            var last = entry(sizeBytes, 5);
            var log = log(first, last);
            int position = 8 + first.length;
            assertEquals(-1, TornTail.torn(ByteBuffer.wrap(log)));
            for (int kept = 1; kept < last.length; kept++) {
                var zeros = zeroed(log, position + kept, log.length);
                if (Arrays.equals(zeros, log)) continue; // the checksum itself ends in zeros
                assertEquals(position, TornTail.torn(ByteBuffer.wrap(zeros)), "zeros " + kept);
                assertEquals(position, TornTail.torn(
                    ByteBuffer.wrap(Arrays.copyOf(log, position + kept))), "cut " + kept);
            }
        }
    }

    @Test void a_sector_that_was_not_written_within_the_last_entry_tears_it() {
        var log = log(entry(70, 1), entry(2000, 5));
        assertEquals(8 + 75, TornTail.torn(ByteBuffer.wrap(zeroed(log, 512, 1024))));
    }

    @Test void damage_that_no_cut_leaves_is_not_mended() {
        var first = entry(600, 1);
        var log = log(first, entry(60, 5));
        var flipped = log.clone();
        flipped[8 + first.length + 20] ^= 1;
        assertEquals(-1, TornTail.torn(ByteBuffer.wrap(flipped)), "a bit of the last entry");
        assertEquals(-1, TornTail.torn(ByteBuffer.wrap(zeroed(log, 100, 200))),
            "zeros in an entry that others follow");
    }

    @Test void a_file_without_entries_is_left_alone() {
        assertEquals(-1, TornTail.torn(ByteBuffer.wrap(log())));
        assertEquals(-1, TornTail.torn(ByteBuffer.wrap(new byte[FILE_BYTES])));
        assertEquals(-1,
            TornTail.torn(ByteBuffer.wrap("Raft".getBytes(StandardCharsets.US_ASCII))));
        assertEquals(-1, TornTail.torn(ByteBuffer.allocate(0)));
    }

    @Test void what_is_torn_is_cut_off_the_open_file_once() throws IOException {
        var first = entry(70, 1);
        var log = log(first, entry(60, 5));
        var file = directory.resolve("log_inprogress_7");
        Files.write(file, zeroed(log, 8 + first.length + 30, log.length));
        assertEquals(List.of(new TornTail.Cut(file, 8 + first.length, 30)),
            TornTail.mend(directory, ForcedDirectories.Forcing.REAL));
        assertEquals(8 + first.length, Files.size(file));
        assertEquals(List.of(), TornTail.mend(directory, ForcedDirectories.Forcing.REAL));
    }

    @Test void a_member_starts_with_all_but_the_entry_that_was_torn() throws Exception {
        try (var yard = new RatisYard(1)) {
            var before = new Recorder(yard, 1);
            yard.until(before::isLeading);
            for (long value = 1; value <= 3; value++)
                before.commit(value);
            yard.killAll();
            var file = open(yard);
            var log = Files.readAllBytes(file);
            int last = last(log);
            int kept = last + (log.length - last) / 2;
            Files.write(file, Arrays.copyOf(Arrays.copyOf(log, kept), FILE_BYTES));
            var after = new Recorder(yard, 1);
            yard.until(() -> after.isLeading() || !after.failure().isEmpty());
            assertEquals("", after.failure());
            assertTrue(after.values().containsAll(List.of(1L, 2L)), "" + after.values());
        }
    }

    private static Path open(RatisYard yard) throws IOException {
        try (var files = Files.walk(yard.directory(1))) {
            return files.filter(file -> file.getFileName().toString()
                .startsWith("log_inprogress_")).findFirst().orElseThrow();
        }
    }

    /// Where the last entry begins.
    private static int last(byte[] log) {
        int last = 8;
        int position = 8;
        while (position < log.length && log[position] != 0) {
            last = position;
            int length = log[position] & 0x7f;
            int head = 1;
            if (log[position] < 0) {
                length |= log[position + 1] << 7;
                head = 2;
            }
            position += head + length + 4;
        }
        return last;
    }
}
