package dev.naru.io;

import dev.naru.base.Codecs;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.StreamingXXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/// The blocks of one LZ4 frame (see [Lz4Codec]). Holds one block unpacked: at most 4 MiB, and never
/// more than LZ4 can make of the bytes that are there.
final class Lz4Source implements Codecs.Source {
    /// One byte of a block stands for at most 255.
    private static final int RATIO_MAX = 255;
    private static final int SLACK_BYTES = 64;

    private final ByteBuffer in;
    private final int flags;
    private final int blockBytesMax;
    private final long contentBytes;
    private final LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance()
        .safeDecompressor();
    private final @Nullable StreamingXXHash32 contentHash;
    private byte[] block = new byte[0];
    private int at;
    private int end;
    private long total;
    private boolean isOver;

    /// `in` stands at the first block; `contentBytes` is -1 when the frame does not say.
    Lz4Source(ByteBuffer in, int flags, int blockBytesMax, long contentBytes) {
        this.in = in;
        this.flags = flags;
        this.blockBytesMax = blockBytesMax;
        this.contentBytes = contentBytes;
        contentHash = has(Lz4Codec.CONTENT_CHECKSUM_BIT)
            ? XXHashFactory.safeInstance().newStreamingHash32(0)
            : null;
    }

    @Override public int read(ByteBuffer into) throws Codecs.CodecFault {
        while (at == end) {
            if (isOver || !nextBlock()) return -1;
        }
        int count = Math.min(into.remaining(), end - at);
        into.put(block, at, count);
        at += count;
        return count;
    }

    @Override public void close() {
        block = new byte[0];
        at = 0;
        end = 0;
        isOver = true;
    }

    private boolean nextBlock() throws Codecs.CodecFault {
        int word = nextInt();
        if (word == 0) {
            isOver = true;
            checkEnd();
            return false;
        }
        int size = word & ~Lz4Codec.STORED_BIT;
        if (size == 0 || size > blockBytesMax) throw fault("a block has a wrong size");
        if (size > in.remaining()) throw fault("the frame is cut off");
        int start = in.position();
        in.position(start + size);
        if (has(Lz4Codec.BLOCK_CHECKSUM_BIT)) {
            int hash = XXHashFactory.safeInstance().hash32().hash(in, start, size, 0);
            if (nextInt() != hash) throw fault("a block's checksum does not match");
        }
        at = 0;
        end = word < 0 ? store(start, size) : unpack(start, size);
        total += end;
        if (contentHash != null) contentHash.update(block, 0, end);
        return true;
    }

    private int store(int start, int size) {
        reserve(size);
        in.get(start, block, 0, size);
        return size;
    }

    private int unpack(int start, int size) throws Codecs.CodecFault {
        int bound = (int) Math.min(blockBytesMax, (long) size * RATIO_MAX + SLACK_BYTES);
        reserve(bound);
        try {
            return decompressor.decompress(in, start, size, ByteBuffer.wrap(block), 0, bound);
        } catch (LZ4Exception broken) {
            throw fault("a block is broken");
        }
    }

    private void reserve(int bytes) {
        if (block.length < bytes) block = new byte[bytes];
    }

    private void checkEnd() throws Codecs.CodecFault {
        if (contentBytes >= 0 && contentBytes != total) throw fault("the length does not match");
        if (contentHash != null && nextInt() != contentHash.getValue()) {
            throw fault("the checksum does not match");
        }
        if (in.hasRemaining()) throw fault("there are bytes behind the end");
    }

    private int nextInt() throws Codecs.CodecFault {
        if (in.remaining() < Integer.BYTES) throw fault("the frame is cut off");
        return in.getInt();
    }

    private boolean has(int bit) {
        return (flags & bit) != 0;
    }

    private static Codecs.CodecFault fault(String reason) {
        return new Codecs.CodecFault("lz4: " + reason);
    }
}
