package dev.naru.log;

import dev.naru.base.Invariant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/// At which offset each leader epoch of a log begins. Owned by its log. Law I5: neither number ever falls
/// along the chain.
///
/// The file is text: a line with the version 0, a line with the count, then a line for each epoch with the
/// epoch and its first offset.
final class EpochChain {
    private static final int FIRST_ENTRIES = 2;

    private int[] epochs = new int[FIRST_ENTRIES];
    private long[] starts = new long[FIRST_ENTRIES];
    private int count;

    /// The epoch of the last batch.
    OptionalInt last() {
        return count == 0 ? OptionalInt.empty() : OptionalInt.of(epochs[count - 1]);
    }

    int count() {
        return count;
    }

    /// A batch of `epoch` begins at `startOffset`. True when the epoch is new.
    boolean assign(int epoch, long startOffset) {
        if (epoch < 0) return false;
        if (count > 0) {
            Invariant.check(epoch >= epochs[count - 1], "I5: leader epochs never fall", epoch,
                epochs[count - 1]);
            if (epoch == epochs[count - 1]) return false;
            Invariant.check(startOffset >= starts[count - 1], "I5: epochs begin in order",
                startOffset, starts[count - 1]);
        }
        if (count > 0 && starts[count - 1] == startOffset) count--;
        if (count == epochs.length) {
            epochs = Arrays.copyOf(epochs, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
        }
        epochs[count] = epoch;
        starts[count] = startOffset;
        count++;
        return true;
    }

    /// Where `epoch` ends: the start of the next epoch, or the log end for the last one. For an epoch that
    /// is not here, the answer is that of the largest smaller one.
    EpochEnd endOf(int epoch, long logEndOffset) {
        if (epoch < 0 || count == 0 || epoch > epochs[count - 1]) return EpochEnd.UNDEFINED;
        if (epoch == epochs[count - 1]) return new EpochEnd(epoch, logEndOffset);
        int at = Arrays.binarySearch(epochs, 0, count, epoch);
        int higher = at >= 0 ? at + 1 : -at - 1;
        int known = higher == 0 ? epoch : epochs[higher - 1];
        return new EpochEnd(known, starts[higher]);
    }

    /// The epoch that the record at `offset` was written under, -1 when that is not known.
    int epochAt(long offset) {
        int at = Arrays.binarySearch(starts, 0, count, offset);
        int entry = at >= 0 ? at : -at - 2;
        return entry < 0 ? -1 : epochs[entry];
    }

    /// Forgets epochs that begin at or above `endOffset`. True when there were any.
    boolean cutEnd(long endOffset) {
        int before = count;
        while (count > 0 && starts[count - 1] >= endOffset)
            count--;
        return count < before;
    }

    /// Forgets epochs that end at or below `startOffset`; the one that spans it begins there.
    boolean cutStart(long startOffset) {
        int gone = 0;
        while (gone < count && starts[gone] <= startOffset)
            gone++;
        if (gone == 0 || (gone == 1 && starts[0] == startOffset)) return false;
        System.arraycopy(epochs, gone - 1, epochs, 0, count - gone + 1);
        System.arraycopy(starts, gone - 1, starts, 0, count - gone + 1);
        count -= gone - 1;
        starts[0] = startOffset;
        return true;
    }

    ByteBuffer encode() {
        var text = new StringBuilder("0\n").append(count).append('\n');
        for (int entry = 0; entry < count; entry++) {
            text.append(epochs[entry]).append(' ').append(starts[entry]).append('\n');
        }
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// The chain in the bytes of a file, or empty when they are something else.
    static Optional<EpochChain> decode(ByteBuffer bytes) {
        var lines = StandardCharsets.UTF_8.decode(bytes).toString().split("\n", -1);
        if (lines.length < 3 || !lines[0].equals("0")) return Optional.empty();
        var chain = new EpochChain();
        try {
            int count = Integer.parseInt(lines[1]);
            if (count != lines.length - 3) return Optional.empty();
            for (int at = 2; at < lines.length - 1; at++) {
                var words = lines[at].split(" ", -1);
                if (words.length != 2) return Optional.empty();
                if (!chain.accept(Integer.parseInt(words[0]), Long.parseLong(words[1]))) {
                    return Optional.empty();
                }
            }
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
        return Optional.of(chain);
    }

    private boolean accept(int epoch, long startOffset) {
        if (epoch < 0 || startOffset < 0) return false;
        if (count > 0 && (epoch <= epochs[count - 1] || startOffset < starts[count - 1])) {
            return false;
        }
        return assign(epoch, startOffset);
    }
}
