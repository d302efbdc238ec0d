package dev.naru.wire;

import dev.naru.base.Bytes;
import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the protocol's types from a buffer, front to back, and believes nothing: no length is
/// followed beyond what is there, and nothing is allocated because a length said so. Buffers that
/// it hands out are slices of the frame, with position and limit of their own; they live as long as
/// the frame does.
///
/// Lengths come in two forms: plain (two or four bytes) and, in flexible versions, compact (a
/// varint that is one more than the length, 0 for null).
public final class Reader {
    /// What an absent field of bytes holds.
    public static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
    /// A string's length had two bytes and a sign before there were compact ones; it still fits
    /// them.
    static final int STRING_BYTES_MAX = Short.MAX_VALUE;

    private final ByteBuffer frame;

    /// Reads from position to limit; `bytes` itself is left untouched.
    public Reader(ByteBuffer bytes) {
        this.frame = bytes.duplicate();
    }

    /// Bytes that are still there, within the tagged field being read if there is one.
    public int remaining() {
        return frame.remaining();
    }

    /// The two bytes that lie `distance` ahead, without moving.
    public short peekInt16(int distance) throws Malformed {
        need(distance + 2);
        return frame.getShort(frame.position() + distance);
    }

    public boolean bool() throws Malformed {
        return int8() != 0;
    }

    public byte int8() throws Malformed {
        need(1);
        return frame.get();
    }

    public short int16() throws Malformed {
        need(2);
        return frame.getShort();
    }

    public int uint16() throws Malformed {
        return int16() & 0xffff;
    }

    public int int32() throws Malformed {
        need(4);
        return frame.getInt();
    }

    public long uint32() throws Malformed {
        return int32() & 0xffff_ffffL;
    }

    public long int64() throws Malformed {
        need(8);
        return frame.getLong();
    }

    public double float64() throws Malformed {
        return Double.longBitsToDouble(int64());
    }

    public Uuid uuid() throws Malformed {
        need(16);
        return new Uuid(frame.getLong(), frame.getLong());
    }

    /// Seven bits per byte, the lowest first; five bytes at most, and never more than 2^31 - 1.
    public int unsignedVarint() throws Malformed {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = int8();
            value |= (next & 0x7f) << shift;
            if (next >= 0) return value;
        }
        int last = int8();
        if (last < 0) throw new Malformed("a varint has more than five bytes");
        if (last > 7) throw new Malformed("a varint is greater than 2147483647");
        return value | (last << 28);
    }

    public String string(boolean compact) throws Malformed {
        int sizeBytes = compact ? unsignedVarint() - 1 : int16();
        if (sizeBytes < 0) throw invalidLength("string", sizeBytes);
        return text(sizeBytes);
    }

    public @Nullable String nullableString(boolean compact) throws Malformed {
        int sizeBytes = compact ? unsignedVarint() - 1 : int16();
        if (sizeBytes == -1) return null;
        if (sizeBytes < 0) throw invalidLength("string", sizeBytes);
        return text(sizeBytes);
    }

    private String text(int sizeBytes) throws Malformed {
        if (sizeBytes > STRING_BYTES_MAX) throw invalidLength("string", sizeBytes);
        need(sizeBytes);
        if (sizeBytes == 0) return "";
        int position = frame.position();
        frame.position(position + sizeBytes);
        if (frame.hasArray()) {
            return new String(frame.array(), frame.arrayOffset() + position, sizeBytes,
                StandardCharsets.UTF_8);
        }
        var copy = new byte[sizeBytes];
        frame.get(position, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    public ByteBuffer bytes(boolean compact) throws Malformed {
        int sizeBytes = compact ? unsignedVarint() - 1 : int32();
        if (sizeBytes < 0) throw invalidLength("bytes", sizeBytes);
        return slice(sizeBytes);
    }

    public @Nullable ByteBuffer nullableBytes(boolean compact) throws Malformed {
        int sizeBytes = compact ? unsignedVarint() - 1 : int32();
        if (sizeBytes == -1) return null;
        if (sizeBytes < 0) throw invalidLength("bytes", sizeBytes);
        return slice(sizeBytes);
    }

    public List<Bytes> records(boolean compact) throws Malformed {
        return List.of(new Bytes.Memory(bytes(compact)));
    }

    public @Nullable List<Bytes> nullableRecords(boolean compact) throws Malformed {
        var bytes = nullableBytes(compact);
        return bytes == null ? null : List.of(new Bytes.Memory(bytes));
    }

    private ByteBuffer slice(int sizeBytes) throws Malformed {
        need(sizeBytes);
        int position = frame.position();
        frame.position(position + sizeBytes);
        return frame.slice(position, sizeBytes);
    }

    /// The byte in front of a structure that may be null.
    public boolean isNull() throws Malformed {
        return int8() < 0;
    }

    /// The same within a tagged field, where 0 says null.
    public boolean isNullTagged() throws Malformed {
        return unsignedVarint() == 0;
    }

    /// How many elements follow, each of `leastBytes` or more.
    public int arrayCount(boolean compact, int leastBytes) throws Malformed {
        int count = compact ? unsignedVarint() - 1 : int32();
        if (count < 0) throw invalidLength("array", count);
        return bounded(count, leastBytes);
    }

    /// The same, or -1 for null.
    public int nullableArrayCount(boolean compact, int leastBytes) throws Malformed {
        int count = compact ? unsignedVarint() - 1 : int32();
        if (count == -1) return -1;
        if (count < 0) throw invalidLength("array", count);
        return bounded(count, leastBytes);
    }

    private int bounded(int count, int leastBytes) throws Malformed {
        if (count > Limits.ARRAY_ELEMENTS_MAX) throw invalidLength("array", count);
        if ((long) count * leastBytes > frame.remaining()) throw invalidLength("array", count);
        return count;
    }

    public List<Boolean> boolList(int count) throws Malformed {
        var list = new ArrayList<Boolean>(capacity(count));
        for (int i = 0; i < count; i++)
            list.add(bool());
        return list;
    }

    public List<Byte> int8List(int count) throws Malformed {
        var list = new ArrayList<Byte>(capacity(count));
        for (int i = 0; i < count; i++)
            list.add(int8());
        return list;
    }

    public List<Short> int16List(int count) throws Malformed {
        var list = new ArrayList<Short>(capacity(count));
        for (int i = 0; i < count; i++)
            list.add(int16());
        return list;
    }

    public List<Integer> int32List(int count) throws Malformed {
        var list = new ArrayList<Integer>(capacity(count));
        for (int i = 0; i < count; i++)
            list.add(int32());
        return list;
    }

    public List<Long> int64List(int count) throws Malformed {
        var list = new ArrayList<Long>(capacity(count));
        for (int i = 0; i < count; i++)
            list.add(int64());
        return list;
    }

    public List<Uuid> uuidList(int count) throws Malformed {
        var list = new ArrayList<Uuid>(capacity(count));
        for (int i = 0; i < count; i++)
            list.add(uuid());
        return list;
    }

    public List<String> stringList(boolean compact, int count) throws Malformed {
        var list = new ArrayList<String>(capacity(count));
        for (int i = 0; i < count; i++)
            list.add(string(compact));
        return list;
    }

    public List<ByteBuffer> bytesList(boolean compact, int count) throws Malformed {
        var list = new ArrayList<ByteBuffer>(capacity(count));
        for (int i = 0; i < count; i++)
            list.add(bytes(compact));
        return list;
    }

    private static int capacity(int count) {
        return Math.min(count, Limits.INITIAL_CAPACITY_MAX);
    }

    /// How many tagged fields follow; each is a tag, a size and that many bytes.
    public int taggedFieldCount() throws Malformed {
        int count = unsignedVarint();
        if (count > Limits.TAGGED_FIELDS_MAX) throw invalidLength("tagged fields", count);
        if (2 * count > frame.remaining()) throw invalidLength("tagged fields", count);
        return count;
    }

    /// Reads the size of a tagged field and shuts out all behind it until [#leaveTagged] is called
    /// with what this returns.
    public int enterTagged() throws Malformed {
        int sizeBytes = unsignedVarint();
        need(sizeBytes);
        int outerLimit = frame.limit();
        frame.limit(frame.position() + sizeBytes);
        return outerLimit;
    }

    /// Ends a tagged field, which must have been read to its end.
    public void leaveTagged(int outerLimit) throws Malformed {
        if (frame.hasRemaining()) throw new Malformed("a tagged field is longer than its value");
        frame.limit(outerLimit);
    }

    /// Skips what is left of a tagged field (or of the frame).
    public void skipRest() {
        frame.position(frame.limit());
    }

    public void skipTaggedFields() throws Malformed {
        for (int left = taggedFieldCount(); left > 0; left--) {
            unsignedVarint();
            int outerLimit = enterTagged();
            skipRest();
            leaveTagged(outerLimit);
        }
    }

    private void need(int sizeBytes) throws Malformed {
        if (sizeBytes > frame.remaining()) {
            throw new Malformed(sizeBytes + " bytes wanted, " + frame.remaining() + " left");
        }
    }

    private static Malformed invalidLength(String what, int length) {
        return new Malformed("invalid length of " + what + ": " + length);
    }
}
