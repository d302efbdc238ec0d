package dev.naru.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One file of a simulated disk, twice: as it was written, and as it would be after a power cut.
/// Owned by its disk. Pages carry the number of their last write, so that a flush that was asked
/// for earlier does not cover what was written later.
final class SimInode implements SimEntry {
    static final int PAGE_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;

    private byte[] written = new byte[0];
    private byte[] stable = new byte[0];
    private long[] writtenNumbers = new long[0];
    private long[] stableNumbers = new long[0];
    private int writtenSize;
    private int stableSize;
    private long sizeNumber;
    private long stableSizeNumber;
    private long lastNumber;

    int sizeBytes() {
        return writtenSize;
    }

    int read(int position, byte[] into, int at, int length) {
        int count = Math.min(length, writtenSize - position);
        if (count <= 0) return 0;
        System.arraycopy(written, position, into, at, count);
        return count;
    }

    void write(int position, byte[] from) {
        int end = position + from.length;
        reserve(end);
        System.arraycopy(from, 0, written, position, from.length);
        touch(Math.min(position, writtenSize), end);
        if (end <= writtenSize) return;
        writtenSize = end;
        sizeNumber = lastNumber;
    }

    void truncate(int sizeBytes) {
        reserve(sizeBytes);
        if (sizeBytes < writtenSize) Arrays.fill(written, sizeBytes, writtenSize, (byte) 0);
        touch(Math.min(sizeBytes, writtenSize), Math.max(sizeBytes, writtenSize));
        writtenSize = sizeBytes;
        sizeNumber = lastNumber;
    }

    /// Changes one bit, now and for ever.
    void flip(int position, int bit) {
        written[position] ^= (byte) (1 << bit);
        stable[position] ^= (byte) (1 << bit);
    }

    /// What a flush that begins now covers.
    Flush beginFlush() {
        var pages = new ArrayList<Flush.Page>();
        for (int page = 0; page < writtenNumbers.length; page++) {
            if (writtenNumbers[page] <= stableNumbers[page]) continue;
            int at = page * PAGE_BYTES;
            pages.add(new Flush.Page(page, writtenNumbers[page],
                Arrays.copyOfRange(written, at, at + PAGE_BYTES)));
        }
        return new Flush(pages, writtenSize, sizeNumber);
    }

    /// The flush came to its end. When it failed, each page may be stable or not, and those that
    /// are not will not be tried again: the system believes that they are clean.
    void endFlush(Flush flush, boolean failed, SimEntropy chance) {
        for (var page : flush.pages) {
            if (page.writeNumber <= stableNumbers[page.number]) continue;
            stableNumbers[page.number] = page.writeNumber;
            if (failed && chance.oneIn(2)) continue;
            System.arraycopy(page.bytes, 0, stable, page.number * PAGE_BYTES, PAGE_BYTES);
        }
        if (flush.sizeNumber <= stableSizeNumber) return;
        if (!failed || chance.oneIn(2)) stableSize = flush.sizeBytes;
        stableSizeNumber = flush.sizeNumber;
    }

    /// The system writes a page back when it likes.
    void writeBackSome(SimEntropy chance) {
        if (writtenNumbers.length == 0) return;
        int page = chance.below(writtenNumbers.length);
        if (writtenNumbers[page] <= stableNumbers[page]) return;
        copyPage(page);
        stableNumbers[page] = writtenNumbers[page];
        if (chance.oneIn(2)) return;
        stableSize = writtenSize;
        stableSizeNumber = sizeNumber;
    }

    /// The power is cut: each page that was not flushed is there, or not, or in part; so is the
    /// size.
    void losePower(SimEntropy chance) {
        for (int page = 0; page < writtenNumbers.length; page++) {
            if (writtenNumbers[page] <= stableNumbers[page] || chance.oneIn(2)) continue;
            if (chance.oneIn(4)) copySectors(page, chance);
            else
                copyPage(page);
        }
        if (sizeNumber > stableSizeNumber) stableSize = survivingSize(chance);
        Arrays.fill(stable, stableSize, stable.length, (byte) 0);
        written = stable.clone();
        writtenSize = stableSize;
        writtenNumbers = stableNumbers.clone();
        sizeNumber = stableSizeNumber;
    }

    /// A file with the same content that shares nothing with this one.
    SimInode copy() {
        var copy = new SimInode();
        copy.written = written.clone();
        copy.stable = stable.clone();
        copy.writtenNumbers = writtenNumbers.clone();
        copy.stableNumbers = stableNumbers.clone();
        copy.writtenSize = writtenSize;
        copy.stableSize = stableSize;
        copy.sizeNumber = sizeNumber;
        copy.stableSizeNumber = stableSizeNumber;
        copy.lastNumber = lastNumber;
        return copy;
    }

    private int survivingSize(SimEntropy chance) {
        int low = Math.min(stableSize, writtenSize);
        int high = Math.max(stableSize, writtenSize);
        return switch (chance.below(3)) {
            case 0 -> stableSize;
            case 1 -> writtenSize;
            default -> low + chance.below(high - low + 1);
        };
    }

    private void touch(int from, int to) {
        lastNumber++;
        for (int page = from / PAGE_BYTES; page * PAGE_BYTES < to; page++) {
            writtenNumbers[page] = lastNumber;
        }
    }

    private void copyPage(int page) {
        System.arraycopy(written, page * PAGE_BYTES, stable, page * PAGE_BYTES, PAGE_BYTES);
    }

    private void copySectors(int page, SimEntropy chance) {
        int end = (page + 1) * PAGE_BYTES;
        for (int at = page * PAGE_BYTES; at < end; at += SECTOR_BYTES) {
            if (chance.oneIn(2)) continue;
            System.arraycopy(written, at, stable, at, SECTOR_BYTES);
        }
    }

    private void reserve(int sizeBytes) {
        if (sizeBytes <= written.length) return;
        int pages = (Math.max(sizeBytes, written.length * 2) + PAGE_BYTES - 1) / PAGE_BYTES;
        written = Arrays.copyOf(written, pages * PAGE_BYTES);
        stable = Arrays.copyOf(stable, pages * PAGE_BYTES);
        writtenNumbers = Arrays.copyOf(writtenNumbers, pages);
        stableNumbers = Arrays.copyOf(stableNumbers, pages);
    }

    /// The content at the moment a flush was asked for.
    record Flush(List<Page> pages, int sizeBytes, long sizeNumber) {
        /// One page. (The array is this record's own.)
        @SuppressWarnings("ArrayRecordComponent")
        record Page(int number, long writeNumber, byte[] bytes) {}
    }
}
