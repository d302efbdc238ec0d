package dev.naru.metadata;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/// An immutable list in chunks: a change copies one chunk and the list of chunks, so that one
/// partition of a topic with 100,000 changes at the price of a few.
final class ChunkedList<V> extends AbstractList<V> implements RandomAccess {
    static final int CHUNK_ENTRIES = 256;

    private final List<List<V>> chunks; // all full but the last
    private final int size;

    private ChunkedList(List<List<V>> chunks, int size) {
        this.chunks = chunks;
        this.size = size;
    }

    /// A copy, unless it is one already.
    static <V> ChunkedList<V> of(List<V> values) {
        if (values instanceof ChunkedList<V> already) return already;
        var chunks = new ArrayList<List<V>>((values.size() + CHUNK_ENTRIES - 1) / CHUNK_ENTRIES);
        for (int from = 0; from < values.size(); from += CHUNK_ENTRIES) {
            int to = Math.min(values.size(), from + CHUNK_ENTRIES);
            chunks.add(new ArrayList<>(values.subList(from, to)));
        }
        return new ChunkedList<>(chunks, values.size());
    }

    @Override public V get(int index) {
        if (index < 0 || index >= size) throw new IndexOutOfBoundsException(index);
        return chunks.get(index / CHUNK_ENTRIES).get(index % CHUNK_ENTRIES);
    }

    @Override public int size() {
        return size;
    }

    /// This list with another value at `index`.
    ChunkedList<V> with(int index, V value) {
        var spine = new ArrayList<>(chunks);
        var chunk = new ArrayList<>(spine.get(index / CHUNK_ENTRIES));
        chunk.set(index % CHUNK_ENTRIES, value);
        spine.set(index / CHUNK_ENTRIES, chunk);
        return new ChunkedList<>(spine, size);
    }

    /// This list with other values at some places; a chunk is copied once.
    ChunkedList<V> withAll(SortedMap<Integer, V> values) {
        var spine = new ArrayList<>(chunks);
        int copied = -1;
        for (var entry : values.entrySet()) {
            int place = entry.getKey() / CHUNK_ENTRIES;
            if (place != copied) spine.set(place, new ArrayList<>(spine.get(place)));
            copied = place;
            spine.get(place).set(entry.getKey() % CHUNK_ENTRIES, entry.getValue());
        }
        return new ChunkedList<>(spine, size);
    }

    /// This list with `more` behind it.
    ChunkedList<V> plus(List<V> more) {
        var all = new ArrayList<V>(size + more.size());
        all.addAll(this);
        all.addAll(more);
        return of(all);
    }

    /// Every value through `change`; chunks in which nothing changed are kept, and so is this list.
    @SuppressWarnings("ReferenceEquality") // the same object means: not changed
    ChunkedList<V> mapped(UnaryOperator<V> change) {
        var spine = new ArrayList<List<V>>(chunks.size());
        boolean isChanged = false;
        for (var chunk : chunks) {
            var mapped = mapChunk(chunk, change);
            isChanged |= mapped != chunk;
            spine.add(mapped);
        }
        return isChanged ? new ChunkedList<>(spine, size) : this;
    }

    @SuppressWarnings("ReferenceEquality") // the same object means: not changed
    private static <V> List<V> mapChunk(List<V> chunk, UnaryOperator<V> change) {
        var mapped = new ArrayList<V>(chunk.size());
        boolean isChanged = false;
        for (var value : chunk) {
            var next = change.apply(value);
            isChanged |= next != value;
            mapped.add(next);
        }
        return isChanged ? mapped : chunk;
    }
}
