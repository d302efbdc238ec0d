package dev.naru.broker;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/// Names of directories that were discarded in this life. The checkpoint files may still speak of them, and
/// a new log of that name must not be taken, after a crash, for the one that had it. Owned by the
/// partitions' loop.
final class GivenUp {
    private final Set<String> all = new HashSet<>();
    private final Set<String> unrecorded = new HashSet<>();
    /// Given up when the writing of checkpoints began that is under way.
    private final Set<String> gathered = new HashSet<>();
    /// Taken up again since then.
    private final Set<String> younger = new HashSet<>();

    void add(String directory) {
        gathered.remove(directory);
        all.add(directory);
        unrecorded.add(directory);
    }

    boolean has(String directory) {
        return all.contains(directory);
    }

    /// A new log takes the name. True when the files may speak of the one that had it, or will, for what
    /// was true of that one is being written.
    boolean takenUpAgain(String directory) {
        younger.add(directory);
        return unrecorded.contains(directory);
    }

    /// A writing begins, of what is true now.
    void gathered() {
        gathered.addAll(unrecorded);
        younger.clear();
    }

    /// Whether the log of this name was opened after that.
    boolean isYounger(String directory) {
        return younger.contains(directory);
    }

    /// The writing has ended. Names that mean something to the last life are kept.
    void recorded(Predicate<String> isLeft) {
        unrecorded.removeAll(gathered);
        gathered.clear();
        all.removeIf(directory -> !unrecorded.contains(directory) && !isLeft.test(directory));
    }
}
