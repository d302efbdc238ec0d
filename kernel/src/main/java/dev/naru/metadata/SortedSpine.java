package dev.naru.metadata;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// An immutable sorted map in chunks: a change copies one chunk and the list of chunks, nothing
/// else, so that an image of many topics changes at the price of one. Iteration is in the order of
/// the keys.
final class SortedSpine<K extends Comparable<K>, V> implements Iterable<V> {
    /// Entries of a full chunk: at 100,000 entries a change copies at most this and some 800
    /// references.
    static final int CHUNK_ENTRIES_MAX = 256;

    private final List<List<Cell<K, V>>> chunks; // sorted, none empty
    private final int size;

    private SortedSpine(List<List<Cell<K, V>>> chunks, int size) {
        this.chunks = chunks;
        this.size = size;
    }

    static <K extends Comparable<K>, V> SortedSpine<K, V> empty() {
        return new SortedSpine<>(List.of(), 0);
    }

    int size() {
        return size;
    }

    Optional<V> get(K key) {
        if (chunks.isEmpty()) return Optional.empty();
        var chunk = chunks.get(chunkOf(key));
        int at = search(chunk, key);
        return at < 0 ? Optional.empty() : Optional.of(chunk.get(at).value());
    }

    /// This map with `value` for `key`, in place of any it had.
    SortedSpine<K, V> with(K key, V value) {
        var cell = new Cell<>(key, value);
        if (chunks.isEmpty()) return new SortedSpine<>(List.of(List.of(cell)), 1);
        int place = chunkOf(key);
        var chunk = new ArrayList<>(chunks.get(place));
        var spine = new ArrayList<>(chunks);
        int at = search(chunk, key);
        if (at >= 0) {
            chunk.set(at, cell);
            spine.set(place, chunk);
            return new SortedSpine<>(spine, size);
        }
        chunk.add(-at - 1, cell);
        spine.set(place, chunk);
        if (chunk.size() > CHUNK_ENTRIES_MAX) split(spine, place);
        return new SortedSpine<>(spine, size + 1);
    }

    /// This map without `key`.
    SortedSpine<K, V> without(K key) {
        if (chunks.isEmpty()) return this;
        int place = chunkOf(key);
        int at = search(chunks.get(place), key);
        if (at < 0) return this;
        var chunk = new ArrayList<>(chunks.get(place));
        var spine = new ArrayList<>(chunks);
        chunk.remove(at);
        if (chunk.isEmpty()) {
            spine.remove(place);
        } else {
            spine.set(place, chunk);
        }
        return new SortedSpine<>(spine, size - 1);
    }

    @Override public Iterator<V> iterator() {
        return values(new Cells(0, 0));
    }

    /// The values from `key` on.
    Iterator<V> from(K key) {
        if (chunks.isEmpty()) return values(new Cells(0, 0));
        int place = chunkOf(key);
        int at = search(chunks.get(place), key);
        return values(new Cells(place, at < 0 ? -at - 1 : at));
    }

    /// Keys with their values.
    Iterator<Cell<K, V>> cells() {
        return new Cells(0, 0);
    }

    /// The last chunk that starts at or before `key`, else the first.
    private int chunkOf(K key) {
        int low = 0;
        int high = chunks.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (chunks.get(middle).getFirst().key().compareTo(key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static <K extends Comparable<K>, V> int search(List<Cell<K, V>> chunk, K key) {
        int low = 0;
        int high = chunk.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = chunk.get(middle).key().compareTo(key);
            if (order == 0) return middle;
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    /// Halves a chunk; the last one is left nearly full instead, because sorted loading appends
    /// there.
    private static <C> void split(List<List<C>> spine, int place) {
        var chunk = spine.get(place);
        int cut = place == spine.size() - 1 ? chunk.size() - 1 : chunk.size() / 2;
        spine.set(place, new ArrayList<>(chunk.subList(0, cut)));
        spine.add(place + 1, new ArrayList<>(chunk.subList(cut, chunk.size())));
    }

    private Iterator<V> values(Iterator<Cell<K, V>> cells) {
        return new Iterator<>() {
            @Override public boolean hasNext() {
                return cells.hasNext();
            }

            @Override public V next() {
                return cells.next().value();
            }
        };
    }

    record Cell<K, V>(K key, V value) {}

    /// Walks from a place in a chunk to the end.
    private final class Cells implements Iterator<Cell<K, V>> {
        private int place;
        private int at;

        private Cells(int place, int at) {
            this.place = place;
            this.at = at;
        }

        @Override public boolean hasNext() {
            if (place < chunks.size() && at >= chunks.get(place).size()) {
                place++;
                at = 0;
            }
            return place < chunks.size();
        }

        @Override public Cell<K, V> next() {
            if (!hasNext()) throw new NoSuchElementException();
            return chunks.get(place).get(at++);
        }
    }
}
