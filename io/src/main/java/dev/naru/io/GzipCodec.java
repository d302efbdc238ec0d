package dev.naru.io;

import dev.naru.base.Codecs;
import dev.naru.base.Codecs.CodecFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// gzip (RFC 1952), one member: what every Kafka client writes and reads. Inflates straight from
/// the given buffer into the caller's; holds nothing but the inflater's window of 32 KiB.
final class GzipCodec {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int CHUNK_BYTES = 8 * 1024;
    private static final byte DEFLATE = 8;
    private static final int HEADER_CHECKSUM_FLAG = 0x02;
    private static final int EXTRA_FLAG = 0x04;
    private static final int NAME_FLAG = 0x08;
    private static final int COMMENT_FLAG = 0x10;
    private static final int RESERVED_FLAGS = 0xE0;

    private GzipCodec() {}

    static Codecs.Source open(ByteBuffer compressed) throws CodecFault {
        var in = compressed.order(ByteOrder.LITTLE_ENDIAN);
        skipHeader(in);
        return new GzipSource(in);
    }

    private static void skipHeader(ByteBuffer in) throws CodecFault {
        if (in.remaining() < HEADER_BYTES) throw new CodecFault("gzip: the header is cut off");
        if ((in.getShort() & 0xFFFF) != 0x8B1F) throw new CodecFault("gzip: this is not gzip");
        if (in.get() != DEFLATE) throw new CodecFault("gzip: the method is unknown");
        int flags = in.get() & 0xFF;
        if ((flags & RESERVED_FLAGS) != 0) throw new CodecFault("gzip: a reserved flag is set");
        skip(in, 6);
        if ((flags & EXTRA_FLAG) != 0) {
            if (in.remaining() < 2) throw new CodecFault("gzip: the header is cut off");
            skip(in, in.getShort() & 0xFFFF);
        }
        if ((flags & NAME_FLAG) != 0) skipText(in);
        if ((flags & COMMENT_FLAG) != 0) skipText(in);
        if ((flags & HEADER_CHECKSUM_FLAG) != 0) skip(in, 2);
    }

    private static void skip(ByteBuffer in, int bytes) throws CodecFault {
        if (in.remaining() < bytes) throw new CodecFault("gzip: the header is cut off");
        in.position(in.position() + bytes);
    }

    private static void skipText(ByteBuffer in) throws CodecFault {
        while (in.hasRemaining()) {
            if (in.get() == 0) return;
        }
        throw new CodecFault("gzip: the header is cut off");
    }

    static ByteBuffer compress(int level, ByteBuffer[] parts) {
        int chosen = level == Codecs.DEFAULT_LEVEL ? Deflater.DEFAULT_COMPRESSION : level;
        var sink = new Sink((int) Math.min(1 << 20, Blocks.sizeOf(parts) / 2 + 64));
        sink.put(new byte[]{0x1F, (byte) 0x8B, DEFLATE, 0, 0, 0, 0, 0, 0, (byte) 0xFF}, 0,
            HEADER_BYTES);
        var crc = new CRC32();
        var deflater = new Deflater(chosen, true);
        try {
            for (var part : parts) {
                crc.update(part.duplicate());
                deflater.setInput(part.duplicate());
                while (!deflater.needsInput()) {
                    deflate(deflater, sink);
                }
            }
            deflater.finish();
            while (!deflater.finished()) {
                deflate(deflater, sink);
            }
        } finally {
            deflater.end();
        }
        sink.putInt((int) crc.getValue(), ByteOrder.LITTLE_ENDIAN);
        sink.putInt((int) Blocks.sizeOf(parts), ByteOrder.LITTLE_ENDIAN);
        return sink.finish();
    }

    private static void deflate(Deflater deflater, Sink sink) {
        byte[] room = sink.room(CHUNK_BYTES);
        sink.wrote(deflater.deflate(room, sink.size(), room.length - sink.size()));
    }

    private static final class GzipSource implements Codecs.Source {
        private final ByteBuffer in;
        private final Inflater inflater = new Inflater(true);
        private final CRC32 crc = new CRC32();
        private boolean isOver;

        GzipSource(ByteBuffer in) {
            this.in = in;
            inflater.setInput(in);
        }

        @Override public int read(ByteBuffer into) throws CodecFault {
            if (isOver) return -1;
            int start = into.position();
            int count = inflate(into);
            crc.update(into.duplicate().flip().position(start));
            if (count > 0) return count;
            if (!inflater.finished()) throw new CodecFault("gzip: the stream is cut off");
            isOver = true;
            checkTrailer();
            return -1;
        }

        private int inflate(ByteBuffer into) throws CodecFault {
            try {
                return inflater.inflate(into);
            } catch (DataFormatException broken) {
                throw new CodecFault("gzip: " + broken.getMessage());
            }
        }

        private void checkTrailer() throws CodecFault {
            if (in.remaining() < TRAILER_BYTES) throw new CodecFault("gzip: the end is cut off");
            if (in.getInt() != (int) crc.getValue()) {
                throw new CodecFault("gzip: the checksum does not match");
            }
            if (in.getInt() != (int) inflater.getBytesWritten()) {
                throw new CodecFault("gzip: the length does not match");
            }
            if (in.hasRemaining()) throw new CodecFault("gzip: there are bytes behind the end");
        }

        @Override public void close() {
            inflater.end();
        }
    }
}
