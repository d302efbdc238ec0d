package dev.naru.metadata;

import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads what [FactWriter] wrote. Never believes a size: everything is bounded by what is left.
final class FactReader {
    private final ByteBuffer bytes;

    FactReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    boolean isAtEnd() {
        return !bytes.hasRemaining();
    }

    byte int8() throws Undecodable {
        if (!bytes.hasRemaining()) throw new Undecodable("ends inside a value");
        return bytes.get();
    }

    long unsigned() throws Undecodable {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = int8();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) return value;
        }
        throw new Undecodable("a number of more than ten bytes");
    }

    long signed() throws Undecodable {
        long zigzag = unsigned();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    /// A number from 0 to `max`.
    int count(int max) throws Undecodable {
        long value = unsigned();
        if (value < 0 || value > max)
            throw new Undecodable("a count of " + value + ", at most " + max);
        return (int) value;
    }

    /// A number of bytes or of elements that follow: at least one byte each.
    private int size() throws Undecodable {
        long value = unsigned();
        if (value < 0 || value > bytes.remaining()) throw new Undecodable("a size of " + value);
        return (int) value;
    }

    int int32() throws Undecodable {
        long value = signed();
        if (value != (int) value) throw new Undecodable("not a 32-bit number: " + value);
        return (int) value;
    }

    boolean flag() throws Undecodable {
        byte value = int8();
        if (value < 0 || value > 1) throw new Undecodable("neither yes nor no: " + value);
        return value == 1;
    }

    String string() throws Undecodable {
        byte[] utf8 = new byte[size()];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    Uuid uuid() throws Undecodable {
        if (bytes.remaining() < 16) throw new Undecodable("ends inside an id");
        return new Uuid(bytes.getLong(), bytes.getLong());
    }

    List<Integer> ints() throws Undecodable {
        int size = size();
        var values = new ArrayList<Integer>(Math.min(size, Limits.INITIAL_CAPACITY_MAX));
        for (int i = 0; i < size; i++)
            values.add(int32());
        return List.copyOf(values);
    }

    @Nullable String stringOrNone() throws Undecodable {
        return flag() ? string() : null;
    }

    /// What [FactWriter#list] wrote; an element takes at least one byte.
    <V> List<V> list(Element<V> element) throws Undecodable {
        int size = size();
        var values = new ArrayList<V>(Math.min(size, Limits.INITIAL_CAPACITY_MAX));
        for (int i = 0; i < size; i++)
            values.add(element.read());
        return Collections.unmodifiableList(values);
    }

    SortedMap<String, String> texts() throws Undecodable {
        int size = size();
        var texts = new TreeMap<String, String>();
        for (int i = 0; i < size; i++)
            texts.put(string(), string());
        return Collections.unmodifiableSortedMap(texts);
    }

    /// The part that [FactWriter#sized] wrote.
    FactReader sized() throws Undecodable {
        int size = size();
        var part = bytes.slice(bytes.position(), size);
        bytes.position(bytes.position() + size);
        return new FactReader(part);
    }

    /// Reads one element of a list.
    interface Element<V> {
        V read() throws Undecodable;
    }
}
