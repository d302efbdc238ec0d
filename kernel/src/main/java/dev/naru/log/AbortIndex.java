package dev.naru.log;

import dev.naru.base.DiskFault;
import dev.naru.base.DiskFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The aborted transactions whose markers are in one segment, in the order of the markers, in Kafka's
/// format. Owned by its segment. New entries are on the heap until there is a page of them or the log
/// notes a recovery point, which does not move on before they are flushed.
///
/// ```
/// version 0 (2) | producer id (8) | first offset (8) | last offset: the marker's (8) | last stable (8)
/// ```
final class AbortIndex {
    static final int ENTRY_BYTES = 34;
    private static final short VERSION = 0;
    private static final int PAGE_ENTRIES = 120;
    private static final int LAST_OFFSET_AT = 18;

    private final DiskFile file;
    private int savedCount;
    private List<AbortedTransaction> unsaved = List.of();
    private boolean isThere;
    private boolean isUnflushed;
    private boolean isChecked;

    private AbortIndex(DiskFile file, int savedCount, boolean isThere) {
        this.file = file;
        this.savedCount = savedCount;
        this.isThere = isThere;
        this.isChecked = !isThere;
    }

    /// One without a file yet.
    static AbortIndex empty(DiskFile file) {
        return new AbortIndex(file, 0, false);
    }

    /// The one in `file`, which is there.
    static AbortIndex stored(DiskFile file) throws DiskFault {
        return new AbortIndex(file, Math.toIntExact(file.sizeBytes() / ENTRY_BYTES), true);
    }

    /// One whose file was just written anew.
    static AbortIndex replaced(DiskFile file, int savedCount) {
        var index = new AbortIndex(file, savedCount, savedCount > 0);
        index.isChecked = true;
        return index;
    }

    DiskFile file() {
        return file;
    }

    int count() {
        return savedCount + unsaved.size();
    }

    boolean hasPageful() {
        return unsaved.size() >= PAGE_ENTRIES;
    }

    void append(AbortedTransaction aborted) {
        if (unsaved.isEmpty()) unsaved = new ArrayList<>();
        unsaved.add(aborted);
    }

    /// Writes what is on the heap only.
    void save() throws DiskFault {
        if (unsaved.isEmpty()) return;
        var bytes = ByteBuffer.allocate(unsaved.size() * ENTRY_BYTES);
        for (var each : unsaved)
            encode(each, bytes);
        file.write((long) savedCount * ENTRY_BYTES, bytes.flip());
        savedCount += unsaved.size();
        unsaved = List.of();
        isThere = true;
        isUnflushed = true;
    }

    /// True when the file has changed since this was asked before: then it has to be flushed.
    boolean takeUnflushed() {
        boolean was = isUnflushed;
        isUnflushed = false;
        return was;
    }

    /// Nobody knows whether what the file holds, and how long it is, would survive a power cut.
    void uncertain() {
        isUnflushed = isThere;
    }

    /// Whether all of the file can be the index of a segment between these offsets. It is read once; an
    /// entry that is wrong in a plausible way is believed.
    boolean isSound(long baseOffset, long endOffset) throws DiskFault {
        if (isChecked) return true;
        if (file.sizeBytes() % ENTRY_BYTES != 0) return false;
        var bounds = new Bounds(baseOffset, endOffset);
        isChecked = countGood(bounds) == savedCount;
        return isChecked;
    }

    /// Leaves only whole, plausible entries of markers below `offset`. False when there were others
    /// than plausible ones: then some may be missing.
    boolean cutFrom(long offset) throws DiskFault {
        unsaved = keptBelow(offset);
        boolean isWhole = countGood(new Bounds(0, Long.MAX_VALUE)) == savedCount;
        int good = countGood(new Bounds(0, offset));
        if (isThere && (long) good * ENTRY_BYTES < file.sizeBytes()) {
            file.truncate((long) good * ENTRY_BYTES);
            isUnflushed = true;
        }
        savedCount = good;
        return isWhole;
    }

    /// Markers are at or above `fromOffset` and below `endOffset`.
    private record Bounds(long fromOffset, long endOffset) {}

    /// Adds those whose stretch meets the one from `fromOffset` to `upToOffset`. True when no later
    /// segment has more of them.
    boolean collect(long fromOffset, long upToOffset, List<AbortedTransaction> into)
        throws DiskFault {
        var page = new ArrayList<AbortedTransaction>(0);
        int next = savedCount > 0 ? firstFrom(fromOffset) : 0;
        while (next < savedCount) {
            page.clear();
            int end = Math.min(savedCount, next + PAGE_ENTRIES);
            read(next, end, page);
            if (collect(page, fromOffset, upToOffset, into)) return true;
            next = end;
        }
        return collect(unsaved, fromOffset, upToOffset, into);
    }

    private static boolean collect(List<AbortedTransaction> page, long fromOffset, long upToOffset,
        List<AbortedTransaction> into) {
        for (var each : page) {
            if (each.lastOffset() >= fromOffset && each.firstOffset() < upToOffset) into.add(each);
            if (each.lastStableOffset() >= upToOffset) return true;
        }
        return false;
    }

    /// How many of the saved entries, from the first, are in order and within bounds.
    private int countGood(Bounds bounds) throws DiskFault {
        var page = new ArrayList<AbortedTransaction>(0);
        int good = 0;
        long before = bounds.fromOffset() - 1;
        while (good < savedCount) {
            page.clear();
            read(good, Math.min(savedCount, good + PAGE_ENTRIES), page);
            for (var each : page) {
                boolean isGood = each.lastOffset() < bounds.endOffset()
                    && isPlausible(each, before);
                if (!isGood) return good;
                before = each.lastOffset();
                good++;
            }
            if (page.size() < PAGE_ENTRIES) return good;
        }
        return good;
    }

    private static boolean isPlausible(AbortedTransaction each, long before) {
        return each.producerId() >= 0 && each.firstOffset() >= 0
            && each.firstOffset() < each.lastOffset() && each.lastOffset() > before
            && each.lastStableOffset() >= 0 && each.lastStableOffset() <= each.lastOffset() + 1;
    }

    private List<AbortedTransaction> keptBelow(long offset) {
        if (unsaved.isEmpty()) return unsaved;
        var kept = new ArrayList<AbortedTransaction>(unsaved);
        kept.removeIf(each -> each.lastOffset() >= offset);
        return kept;
    }

    /// The first saved entry of a marker at or above `offset`.
    private int firstFrom(long offset) throws DiskFault {
        int low = 0;
        int high = savedCount;
        var bytes = ByteBuffer.allocate(Long.BYTES);
        while (low < high) {
            int middle = (low + high) >>> 1;
            bytes.clear();
            LogFiles.readFully(file, (long) middle * ENTRY_BYTES + LAST_OFFSET_AT, bytes);
            if (bytes.getLong(0) < offset) low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void read(int from, int to, List<AbortedTransaction> into) throws DiskFault {
        var bytes = ByteBuffer.allocate((to - from) * ENTRY_BYTES);
        LogFiles.readFully(file, (long) from * ENTRY_BYTES, bytes);
        bytes.flip();
        while (bytes.remaining() >= ENTRY_BYTES) {
            if (bytes.getShort() != VERSION) return;
            into.add(new AbortedTransaction(bytes.getLong(), bytes.getLong(), bytes.getLong(),
                bytes.getLong()));
        }
    }

    private static void encode(AbortedTransaction each, ByteBuffer out) {
        out.putShort(VERSION).putLong(each.producerId()).putLong(each.firstOffset())
            .putLong(each.lastOffset()).putLong(each.lastStableOffset());
    }
}
