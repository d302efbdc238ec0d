package dev.naru.metadata;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// A sorted map in chunks, forked instead of copied: a fork shares all chunks with its origin, and
/// copies the few that it changes. So an image of many topics changes at the price of one, and a
/// batch of many changes pays for each chunk once. Owned by whoever forked it until it is
/// published; after that, and after it was forked, it must not change. Iteration is in the order of
/// the keys.
final class SortedSpine<K extends Comparable<K>, V> implements Iterable<V> {
    /// Entries of a full chunk: at 100,000 entries a fork copies at most this and some 800
    /// references.
    static final int CHUNK_ENTRIES_MAX = 256;

    private final Object owner = new Object();
    private List<Chunk<K, V>> chunks; // sorted, none empty
    private boolean ownsSpine;
    private int size;

    private SortedSpine(List<Chunk<K, V>> chunks, int size) {
        this.chunks = chunks;
        this.size = size;
    }

    static <K extends Comparable<K>, V> SortedSpine<K, V> empty() {
        return new SortedSpine<>(List.of(), 0);
    }

    /// The same map, to be changed; this one must not change any more.
    SortedSpine<K, V> fork() {
        return new SortedSpine<>(chunks, size);
    }

    int size() {
        return size;
    }

    Optional<V> get(K key) {
        if (chunks.isEmpty()) return Optional.empty();
        var cells = chunks.get(chunkOf(key)).cells;
        int at = search(cells, key);
        return at < 0 ? Optional.empty() : Optional.of(cells.get(at).value());
    }

    /// Sets the value of `key`, in place of any it had.
    void put(K key, V value) {
        var cell = new Cell<>(key, value);
        if (chunks.isEmpty()) {
            ownSpine().add(new Chunk<>(owner, new ArrayList<>(List.of(cell))));
            size = 1;
            return;
        }
        int place = chunkOf(key);
        var cells = ownCells(place);
        int at = search(cells, key);
        if (at >= 0) {
            cells.set(at, cell);
            return;
        }
        cells.add(-at - 1, cell);
        size++;
        if (cells.size() > CHUNK_ENTRIES_MAX) split(place, cells);
    }

    /// Forgets `key`, if it is there.
    void remove(K key) {
        if (chunks.isEmpty()) return;
        int place = chunkOf(key);
        if (search(chunks.get(place).cells, key) < 0) return;
        var cells = ownCells(place);
        cells.remove(search(cells, key));
        size--;
        if (cells.isEmpty()) ownSpine().remove(place);
    }

    @Override public Iterator<V> iterator() {
        return values(new Cells(0, 0));
    }

    /// The values from `key` on.
    Iterator<V> from(K key) {
        if (chunks.isEmpty()) return values(new Cells(0, 0));
        int place = chunkOf(key);
        int at = search(chunks.get(place).cells, key);
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
            if (chunks.get(middle).cells.getFirst().key().compareTo(key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static <K extends Comparable<K>, V> int search(List<Cell<K, V>> cells, K key) {
        int low = 0;
        int high = cells.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = cells.get(middle).key().compareTo(key);
            if (order == 0) return middle;
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private List<Chunk<K, V>> ownSpine() {
        if (!ownsSpine) {
            chunks = new ArrayList<>(chunks);
            ownsSpine = true;
        }
        return chunks;
    }

    @SuppressWarnings("ReferenceEquality") // an owner is nothing but itself
    private List<Cell<K, V>> ownCells(int place) {
        var chunk = chunks.get(place);
        if (chunk.owner == owner) return chunk.cells;
        var own = new Chunk<>(owner, new ArrayList<>(chunk.cells));
        ownSpine().set(place, own);
        return own.cells;
    }

    /// Halves a chunk; the last one is left nearly full instead, because sorted loading appends
    /// there.
    private void split(int place, List<Cell<K, V>> cells) {
        int cut = place == chunks.size() - 1 ? cells.size() - 1 : cells.size() / 2;
        var tail = cells.subList(cut, cells.size());
        ownSpine().add(place + 1, new Chunk<>(owner, new ArrayList<>(tail)));
        tail.clear();
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

    /// Cells that only the fork with this `owner` may change.
    private record Chunk<K, V>(Object owner, List<Cell<K, V>> cells) {}

    /// Walks from a place in a chunk to the end. A value may be replaced meanwhile, nothing else.
    private final class Cells implements Iterator<Cell<K, V>> {
        private int place;
        private int at;

        private Cells(int place, int at) {
            this.place = place;
            this.at = at;
        }

        @Override public boolean hasNext() {
            if (place < chunks.size() && at >= chunks.get(place).cells.size()) {
                place++;
                at = 0;
            }
            return place < chunks.size();
        }

        @Override public Cell<K, V> next() {
            if (!hasNext()) throw new NoSuchElementException();
            return chunks.get(place).cells.get(at++);
        }
    }
}
