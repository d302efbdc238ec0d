package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import dev.naru.base.Invariant;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Sorted pairs of a key and a value for about one batch in each few KiB of a segment; a hint that can
/// always be made anew from the log. Entries that are not in the file yet are on the heap; the others are
/// read through one small page. Owned by its segment.
///
/// ```
/// offset index  |offset - base (4)|position (4)|       entry: last offset of a batch, its first byte
/// time index    |timestamp (8)|offset - base (4)|      entry: largest timestamp so far, last offset of
///                                                       the batch that holds it
/// ```
final class SparseIndex {
    static final int OFFSET_KEY_BYTES = 4;
    static final int TIME_KEY_BYTES = 8;
    static final int ENTRY_BYTES_MAX = 12;
    private static final int VALUE_BYTES = 4;
    /// Holds whole entries of both kinds.
    private static final int PAGE_BYTES = 170 * 24;
    private static final int FIRST_PENDING_ENTRIES = 8;
    private static final int GUESSES_MAX = 4;
    private static final double HALF = 0.5;

    private final DiskFile file;
    private final int keyBytes;
    private final int entryBytes;
    private int savedCount;
    private @Nullable ByteBuffer pending;
    private @Nullable ByteBuffer page;
    private int pageSlot;

    private SparseIndex(DiskFile file, int keyBytes, int savedCount) {
        this.file = file;
        this.keyBytes = keyBytes;
        this.entryBytes = keyBytes + VALUE_BYTES;
        this.savedCount = savedCount;
    }

    /// With nothing in it yet; the file need not be there.
    static SparseIndex empty(DiskFile file, int keyBytes) {
        return new SparseIndex(file, keyBytes, 0);
    }

    /// What the file holds. Preallocated zeros at its end are left out.
    static SparseIndex open(DiskFile file, int keyBytes) throws DiskFault {
        int count = (int) (file.sizeBytes() / (keyBytes + VALUE_BYTES));
        var index = new SparseIndex(file, keyBytes, count);
        if (count > 1 && index.isZero(count - 1)) index.savedCount = index.countWithoutZeros();
        return index;
    }

    DiskFile file() {
        return file;
    }

    int count() {
        return savedCount + pendingCount();
    }

    long sizeBytes() {
        return (long) count() * entryBytes;
    }

    long key(int slot) throws DiskFault {
        var bytes = holding(slot);
        int at = placeOf(slot);
        return keyBytes == TIME_KEY_BYTES ? bytes.getLong(at) : bytes.getInt(at);
    }

    int value(int slot) throws DiskFault {
        return holding(slot).getInt(placeOf(slot) + keyBytes);
    }

    /// The last entry whose key is at most `key`; -1 when there is none.
    int floor(long key) throws DiskFault {
        return floor(key, false);
    }

    /// The last entry whose value is at most `value`; -1 when there is none.
    int floorOfValue(int value) throws DiskFault {
        return floor(value, true);
    }

    private int floor(long wanted, boolean byValue) throws DiskFault {
        if (pendingCount() > 0 && wanted >= at(savedCount, byValue)) {
            return halve(wanted, byValue, savedCount, count());
        }
        return savedCount == 0 ? -1 : floorSaved(wanted, byValue);
    }

    private long at(int slot, boolean isValue) throws DiskFault {
        return isValue ? value(slot) : key(slot);
    }

    /// Guesses a page by the numbers at both ends, as they grow evenly, and looks there; should the guesses
    /// be bad, halves what is left.
    private int floorSaved(long wanted, boolean byValue) throws DiskFault {
        int slotsPerPage = PAGE_BYTES / entryBytes;
        if (isOnPage(wanted, byValue)) {
            return halve(wanted, byValue, pageSlot, Math.min(savedCount, pageSlot + slotsPerPage));
        }
        int low = 0;
        int high = savedCount;
        long lowest = 0;
        long highest = at(savedCount - 1, byValue);
        if (wanted >= highest) return savedCount - 1;
        for (int turn = 0; high - low > slotsPerPage; turn++) {
            boolean guesses = turn < GUESSES_MAX && wanted > lowest;
            double share = guesses ? (double) (wanted - lowest) / (highest - lowest) : HALF;
            int middle = low + (int) (share * (high - low - 1));
            int first = middle - middle % slotsPerPage;
            int end = Math.min(savedCount, first + slotsPerPage);
            if (wanted < at(first, byValue)) {
                high = first;
                highest = at(first, byValue);
            } else if (wanted >= at(end - 1, byValue)) {
                low = end;
                lowest = at(end - 1, byValue);
            } else {
                return halve(wanted, byValue, first, end);
            }
        }
        return halve(wanted, byValue, low, high);
    }

    private int halve(long wanted, boolean byValue, int from, int to) throws DiskFault {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (at(middle, byValue) <= wanted) low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }

    private boolean isOnPage(long wanted, boolean byValue) throws DiskFault {
        var loaded = page;
        if (loaded == null || pageSlot >= savedCount) return false;
        int last = Math.min(savedCount, pageSlot + loaded.limit() / entryBytes) - 1;
        if (wanted < at(pageSlot, byValue)) return false;
        return wanted < at(last, byValue) || last == savedCount - 1;
    }

    /// Keys and values rise.
    void append(long key, int value) {
        var room = roomForOne();
        if (keyBytes == TIME_KEY_BYTES) room.putLong(key);
        else
            room.putInt(Math.toIntExact(key));
        room.putInt(value);
    }

    /// Whether so much waits on the heap that it should be saved.
    boolean hasPageful() {
        return pendingCount() * entryBytes >= PAGE_BYTES;
    }

    boolean isSaved() {
        return pendingCount() == 0;
    }

    /// Writes what is on the heap only to the page cache.
    void save() throws DiskFault {
        var waiting = pending;
        if (waiting == null || waiting.position() == 0) return;
        int count = pendingCount();
        int end = waiting.position();
        try {
            file.write((long) savedCount * entryBytes, waiting.flip());
        } finally {
            waiting.limit(waiting.capacity()).position(end);
        }
        savedCount += count;
        waiting.clear();
        page = null;
    }

    /// Leaves the first `count` entries.
    void cutTo(int count) throws DiskFault {
        Invariant.check(count <= count(), "an index is cut, not grown", count, count());
        if (count >= savedCount) {
            var waiting = pending;
            if (waiting != null) waiting.position((count - savedCount) * entryBytes);
            return;
        }
        pending = null;
        page = null;
        savedCount = count;
        file.truncate((long) count * entryBytes);
    }

    /// Leaves the entries with a key below `key`.
    void cutFromKey(long key) throws DiskFault {
        cutTo(floor(key - 1) + 1);
    }

    /// Cuts off the bytes of the file that belong to no entry.
    void trimFile() throws DiskFault {
        long savedBytes = (long) savedCount * entryBytes;
        if (savedCount > 0 && file.sizeBytes() > savedBytes) file.truncate(savedBytes);
    }

    /// Whether keys and values rise from entry to entry, as they must.
    boolean isSorted(boolean valuesToo) throws DiskFault {
        for (int slot = 1; slot < count(); slot++) {
            if (key(slot) <= key(slot - 1)) return false;
            if (valuesToo && value(slot) <= value(slot - 1)) return false;
        }
        return true;
    }

    /// Gives back the memory that can be read again.
    void relax() {
        page = null;
        if (pendingCount() == 0) pending = null;
    }

    private int pendingCount() {
        var waiting = pending;
        return waiting == null ? 0 : waiting.position() / entryBytes;
    }

    private ByteBuffer roomForOne() {
        var room = pending;
        if (room == null) {
            room = ByteBuffer.allocate(FIRST_PENDING_ENTRIES * entryBytes);
            pending = room;
        } else if (room.remaining() < entryBytes) {
            room = ByteBuffer.allocate(room.capacity() * 2).put(room.flip());
            pending = room;
        }
        return room;
    }

    /// The bytes that `slot` is in: the heap's or a page of the file.
    private ByteBuffer holding(int slot) throws DiskFault {
        var waiting = pending;
        if (slot >= savedCount && waiting != null) return waiting;
        int slotsPerPage = PAGE_BYTES / entryBytes;
        int first = slot - slot % slotsPerPage;
        var loaded = page;
        if (loaded != null && pageSlot == first) return loaded;
        int bytes = Math.min(slotsPerPage, savedCount - first) * entryBytes;
        if (loaded == null || loaded.capacity() < bytes) loaded = ByteBuffer.allocate(bytes);
        page = null;
        LogFiles.readFully(file, (long) first * entryBytes, loaded.clear().limit(bytes));
        if (loaded.hasRemaining()) {
            throw new DiskFault(DiskFault.Kind.FAILED, "short index " + file.path());
        }
        page = loaded.flip();
        pageSlot = first;
        return loaded;
    }

    private int placeOf(int slot) {
        if (slot >= savedCount) return (slot - savedCount) * entryBytes;
        return slot % (PAGE_BYTES / entryBytes) * entryBytes;
    }

    private boolean isZero(int slot) throws DiskFault {
        return key(slot) == 0 && value(slot) == 0;
    }

    private int countWithoutZeros() throws DiskFault {
        int low = 1;
        int high = savedCount - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isZero(middle)) high = middle;
            else
                low = middle + 1;
        }
        page = null;
        return low == 1 && isZero(0) ? 0 : low;
    }
}
