package dev.naru.quorum;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;

/// A snapshot's blocks in a file. All numbers big-endian.
///
/// ```
///  int   mark NQS1
///  for each block:  int bytes   int CRC-32C of the bytes   the bytes
///  int   -1         int number of blocks
/// ```
final class SnapshotFile {
    private static final int MARK = 0x4E515331;
    private static final int END = -1;

    private SnapshotFile() {}

    static void write(OutputStream file, Iterator<ByteBuffer> blocks) throws IOException {
        var out = new DataOutputStream(new BufferedOutputStream(file));
        out.writeInt(MARK);
        int count = 0;
        while (blocks.hasNext()) {
            var block = bytes(blocks.next());
            out.writeInt(block.length);
            out.writeInt(crc(block));
            out.write(block);
            count++;
        }
        out.writeInt(END);
        out.writeInt(count);
        out.flush();
    }

    private static byte[] bytes(ByteBuffer block) {
        var bytes = new byte[block.remaining()];
        block.duplicate().get(bytes);
        return bytes;
    }

    /// All blocks, each checked.
    static List<ByteBuffer> read(Path file) throws IOException {
        var blocks = new ArrayList<ByteBuffer>();
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            check(in.readInt() == MARK, file, "is no snapshot");
            for (int size = in.readInt(); size != END; size = in.readInt()) {
                check(size >= 0 && size <= Files.size(file), file, "is damaged");
                int crc = in.readInt();
                var block = in.readNBytes(size);
                check(block.length == size && crc(block) == crc, file, "is damaged");
                blocks.add(ByteBuffer.wrap(block).asReadOnlyBuffer());
            }
            check(in.readInt() == blocks.size(), file, "is damaged");
        }
        return blocks;
    }

    private static void check(boolean holds, Path file, String what) throws IOException {
        if (!holds) throw new IOException(file + " " + what + ".");
    }

    private static int crc(byte[] block) {
        var crc = new CRC32C();
        crc.update(block, 0, block.length);
        return (int) crc.getValue();
    }
}
