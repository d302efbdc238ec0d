package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotFileTest {
    private static final List<ByteBuffer> BLOCKS = List.of(ByteBuffer.wrap(new byte[]{1, 2, 3}),
        ByteBuffer.allocate(0), ByteBuffer.wrap(new byte[]{4}));

    @TempDir
    Path directory;

    @Test void blocks_are_read_as_they_were_written() throws IOException {
        assertEquals(BLOCKS, SnapshotFile.read(written(bytes())));
    }

    @Test void a_file_cut_short_anywhere_is_refused() throws IOException {
        var whole = bytes();
        for (int length = 0; length < whole.length; length++) {
            var file = written(Arrays.copyOf(whole, length));
            assertThrows(IOException.class, () -> SnapshotFile.read(file), "at " + length);
        }
    }

    @Test void a_changed_byte_anywhere_is_refused() throws IOException {
        for (int at = 0; at < bytes().length; at++) {
            var changed = bytes();
            changed[at] ^= 0x10;
            var file = written(changed);
            assertThrows(IOException.class, () -> SnapshotFile.read(file), "at " + at);
        }
    }

    private static byte[] bytes() throws IOException {
        var out = new ByteArrayOutputStream();
        SnapshotFile.write(out, BLOCKS.iterator());
        return out.toByteArray();
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("snapshot"), bytes);
    }
}
