package dev.naru.record;

import dev.naru.base.Codecs;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Bytes one after the other: of a buffer where it lies, or of a stream that is decompressed piece
/// by piece into one small buffer, up to an allowance. Reused from batch to batch; a read allocates
/// nothing.
final class Feed {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private ByteBuffer chunk = EMPTY;
    private int at;
    private int end;
    /// What to add to `at` to get the bytes consumed.
    private long consumedBias;
    private Codecs.@Nullable Source source;
    private Allowance allowance = Allowance.NONE;

    /// How many bytes a stream may give, and what it is called to give more.
    record Allowance(long bytes, Flaw.Kind excess) {
        static final Allowance NONE = new Allowance(0, Flaw.Kind.STRUCTURE);
    }

    /// Reads `buffer` from `start` to `end` (absolute), in place.
    void overBuffer(ByteBuffer buffer, int start, int bufferEnd) {
        chunk = buffer;
        at = start;
        end = bufferEnd;
        consumedBias = -start;
        source = null;
    }

    /// Reads what `stream` gives, through `scratch` (array-backed).
    void overStream(Codecs.Source stream, ByteBuffer scratch, Allowance allowed) {
        chunk = scratch;
        at = 0;
        end = 0;
        consumedBias = 0;
        source = stream;
        allowance = allowed;
    }

    /// Lets go of buffer and stream (which whoever opened it closes).
    void forget() {
        overBuffer(EMPTY, 0, 0);
    }

    /// Bytes read or skipped so far.
    long consumed() {
        return consumedBias + at;
    }

    /// Where the next byte lies in the buffer that is read in place.
    int position() {
        return at;
    }

    boolean atEnd() throws Flaw {
        return at == end && !refill();
    }

    byte next() throws Flaw {
        if (at == end && !refill()) throw Flaw.structure("the records end too early");
        return chunk.get(at++);
    }

    void skip(long bytes) throws Flaw {
        long rest = bytes;
        while (rest > end - at) {
            rest -= end - at;
            at = end;
            if (!refill()) throw Flaw.structure("the records end too early");
        }
        at += (int) rest;
    }

    /// Moves bytes to `into` until it is full.
    void fill(ByteBuffer into) throws Flaw {
        while (into.hasRemaining()) {
            if (at == end && !refill()) throw Flaw.structure("the records end too early");
            int count = Math.min(into.remaining(), end - at);
            into.put(into.position(), chunk, at, count);
            into.position(into.position() + count);
            at += count;
        }
    }

    /// A zigzag varint of at most 32 bits.
    int varint() throws Flaw {
        int first = next();
        if (first >= 0) return Varint.unzigzag(first);
        int raw = first & 0x7F;
        for (int shift = 7; shift <= 28; shift += 7) {
            int octet = next();
            raw |= (octet & 0x7F) << shift;
            if (octet >= 0) {
                if (shift == 28 && octet > 0x0F) break;
                return Varint.unzigzag(raw);
            }
        }
        throw Flaw.structure("a varint has more than 32 bits");
    }

    /// A zigzag varint of at most 64 bits.
    long varlong() throws Flaw {
        int first = next();
        if (first >= 0) return Varint.unzigzag(first);
        long raw = first & 0x7F;
        for (int shift = 7; shift <= 63; shift += 7) {
            int octet = next();
            raw |= (octet & 0x7FL) << shift;
            if (octet >= 0) {
                if (shift == 63 && octet > 1) break;
                return Varint.unzigzag(raw);
            }
        }
        throw Flaw.structure("a varint has more than 64 bits");
    }

    private boolean refill() throws Flaw {
        if (source == null) return false;
        consumedBias += at;
        at = 0;
        end = 0;
        chunk.clear();
        int count;
        try {
            count = source.read(chunk);
        } catch (Codecs.CodecFault fault) {
            throw Flaw.structure("the records cannot be decompressed: " + fault.getMessage());
        }
        if (count < 0) return false;
        if (count == 0) throw Flaw.structure("the records cannot be decompressed: no progress");
        end = count;
        if (consumedBias + count > allowance.bytes()) {
            throw new Flaw(allowance.excess(),
                "the records decompress to more than " + allowance.bytes() + " bytes");
        }
        return true;
    }
}
