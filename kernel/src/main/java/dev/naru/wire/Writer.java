package dev.naru.wire;

import dev.naru.base.Bytes;
import dev.naru.base.Invariant;
import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes the protocol's types. What is small is copied into chunks of its own; records, in memory
/// or still in a file, are spliced in between without being copied. Used once: after [#finish] or
/// [#joined] it is spent.
///
/// ```
///   chunk (header, fields) | slice of a file | same chunk, further on | buffer | ...
/// ```
public final class Writer {
    private static final int FIRST_CHUNK_BYTES = 256;
    private static final int CHUNK_BYTES_MAX = 64 * 1024;
    /// Below this, a copy costs less than one more part on its way to the network.
    private static final int SPLICED_BYTES_MIN = 512;

    private final List<Bytes> parts = new ArrayList<>();
    private int partsBytes;
    private ByteBuffer chunk;
    /// Where in the chunk the bytes begin that are not yet a part.
    private int openFrom;

    public Writer() {
        this(FIRST_CHUNK_BYTES);
    }

    /// With a first chunk of `chunkBytes`: for what is known to be small, or large.
    public Writer(int chunkBytes) {
        this.chunk = ByteBuffer.allocate(chunkBytes);
    }

    /// All that was written, in order. The leases within go to the caller.
    public List<Bytes> finish() {
        closePart();
        return parts;
    }

    /// All that was written, as one buffer.
    public ByteBuffer joined() {
        closePart();
        if (parts.size() == 1 && parts.getFirst() instanceof Bytes.Memory only)
            return only.buffer();
        var whole = ByteBuffer.allocate(partsBytes);
        for (var part : parts) {
            boolean isMemory = part instanceof Bytes.Memory;
            Invariant.check(isMemory, "only bytes in memory can be joined");
            if (part instanceof Bytes.Memory memory) whole.put(memory.buffer().duplicate());
        }
        return whole.flip();
    }

    public int sizeBytes() {
        return partsBytes + chunk.position() - openFrom;
    }

    public void bool(boolean value) {
        int8((byte) (value ? 1 : 0));
    }

    public void int8(byte value) {
        room(1).put(value);
    }

    public void int16(short value) {
        room(2).putShort(value);
    }

    public void uint16(int value) {
        room(2).putShort((short) value);
    }

    public void int32(int value) {
        room(4).putInt(value);
    }

    public void uint32(long value) {
        room(4).putInt((int) value);
    }

    public void int64(long value) {
        room(8).putLong(value);
    }

    public void float64(double value) {
        room(8).putDouble(value);
    }

    public void uuid(Uuid value) {
        room(16).putLong(value.high()).putLong(value.low());
    }

    /// Seven bits per byte, the lowest first. `value` is not negative.
    public void unsignedVarint(int value) {
        var into = room(5);
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            into.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        into.put((byte) rest);
    }

    /// Writes a text. One that is longer than the protocol can carry is cut: all that is read is
    /// bounded alike, so this can only be a text for people.
    public void string(String value, boolean compact) {
        int chars = value.length();
        if (!isShortAscii(value)) {
            encoded(value, compact);
            return;
        }
        stringLength(chars, compact);
        var into = room(chars);
        for (int i = 0; i < chars; i++)
            into.put((byte) value.charAt(i));
    }

    private static boolean isShortAscii(String value) {
        if (value.length() > Reader.STRING_BYTES_MAX) return false;
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= 0x80) return false;
        }
        return true;
    }

    private void encoded(String value, boolean compact) {
        var encoded = value.getBytes(StandardCharsets.UTF_8);
        int sizeBytes = encoded.length;
        if (sizeBytes > Reader.STRING_BYTES_MAX) {
            sizeBytes = Reader.STRING_BYTES_MAX;
            while ((encoded[sizeBytes] & 0xc0) == 0x80)
                sizeBytes--;
        }
        stringLength(sizeBytes, compact);
        room(sizeBytes).put(encoded, 0, sizeBytes);
    }

    private void stringLength(int sizeBytes, boolean compact) {
        if (compact) unsignedVarint(sizeBytes + 1);
        else
            int16((short) sizeBytes);
    }

    public void nullString(boolean compact) {
        if (compact) unsignedVarint(0);
        else
            int16((short) -1);
    }

    /// Copies from position to limit, which stay.
    public void bytes(ByteBuffer value, boolean compact) {
        length(value.remaining(), compact);
        copy(value);
    }

    /// Like [#bytes], but a large buffer is taken over, not copied: nobody changes it any more.
    public void spliced(ByteBuffer value, boolean compact) {
        length(value.remaining(), compact);
        splice(new Bytes.Memory(value.slice()));
    }

    /// Takes over buffers, slices and their leases.
    public void records(List<Bytes> value, boolean compact) {
        int sizeBytes = 0;
        for (int i = 0; i < value.size(); i++)
            sizeBytes += value.get(i).sizeBytes();
        length(sizeBytes, compact);
        for (int i = 0; i < value.size(); i++)
            splice(value.get(i));
    }

    public void nullBytes(boolean compact) {
        length(-1, compact);
    }

    public void arrayCount(int count, boolean compact) {
        length(count, compact);
    }

    public void nullArray(boolean compact) {
        length(-1, compact);
    }

    /// A tagged field whose value is all that is in `value`.
    public void taggedField(int tag, Writer value) {
        unsignedVarint(tag);
        unsignedVarint(value.sizeBytes());
        for (var part : value.finish())
            splice(part);
    }

    private void length(int length, boolean compact) {
        if (compact) unsignedVarint(length + 1);
        else
            int32(length);
    }

    private void splice(Bytes part) {
        int sizeBytes = part.sizeBytes();
        if (part instanceof Bytes.Memory memory && sizeBytes < SPLICED_BYTES_MIN) {
            copy(memory.buffer());
            return;
        }
        if (sizeBytes == 0) {
            part.discard();
            return;
        }
        closePart();
        parts.add(part);
        partsBytes += sizeBytes;
    }

    private void copy(ByteBuffer value) {
        int sizeBytes = value.remaining();
        var into = room(sizeBytes);
        into.put(into.position(), value, value.position(), sizeBytes);
        into.position(into.position() + sizeBytes);
    }

    private void closePart() {
        int sizeBytes = chunk.position() - openFrom;
        if (sizeBytes == 0) return;
        parts.add(new Bytes.Memory(chunk.slice(openFrom, sizeBytes)));
        partsBytes += sizeBytes;
        openFrom = chunk.position();
    }

    /// The chunk, with room for `sizeBytes`; a new one is twice as large as the last.
    private ByteBuffer room(int sizeBytes) {
        if (chunk.remaining() >= sizeBytes) return chunk;
        closePart();
        int doubled = Math.min(chunk.capacity() * 2, CHUNK_BYTES_MAX);
        chunk = ByteBuffer.allocate(Math.max(sizeBytes, Math.max(doubled, FIRST_CHUNK_BYTES)));
        openFrom = 0;
        return chunk;
    }
}
