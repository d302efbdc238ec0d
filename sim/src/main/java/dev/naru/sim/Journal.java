package dev.naru.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A file of seeds that were run, a line for each stretch, so that a long job goes on where it
/// ended: `seeds 1001 to 1020, --nodes 3: 1 failed [1007]`. Jobs with other flags have other files.
final class Journal {
    /// How many seeds a line tells of; so many are run again after a crash at worst.
    static final int STRETCH = 20;

    private final Path file;
    private final String flags;

    Journal(Path file, String flags) {
        this.file = file;
        this.flags = flags.isBlank() ? "--nodes 1" : flags.strip();
    }

    /// The seed after the last one that the file tells of, or `from` when that is later.
    long next(long from) throws IOException {
        long next = from;
        if (!Files.exists(file)) return next;
        for (var line : Files.readAllLines(file)) {
            var words = line.split("[ ,]+", -1);
            if (words.length < 4 || !words[0].equals("seeds"))
                throw new IOException(file + " is no journal of seeds: " + line);
            if (!line.contains(", " + flags + ": "))
                throw new IOException(file + " is of other seeds: " + line);
            next = Math.max(next, Long.parseLong(words[3]) + 1);
        }
        return next;
    }

    void ran(long from, long to, List<Long> failed) throws IOException {
        var line = "seeds " + from + " to " + to + ", " + flags + ": " + failed.size() + " failed"
            + (failed.isEmpty() ? "" : " " + failed) + "\n";
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
