package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The logs of replicas, byte for byte, while nobody writes.
final class Replicas {
    private static final long PATIENCE_MS = 10_000;

    private Replicas() {}

    /// What differs after a while.
    static List<String> differences(List<Path> directories, Topics topics) {
        var found = new ArrayList<String>();
        Wait.upTo(PATIENCE_MS, () -> {
            found.clear();
            for (var name : Topics.ALL) {
                for (var slot : topics.slots(name))
                    compare(directories, slot, found);
            }
            return found.isEmpty();
        });
        return found;
    }

    private static void compare(List<Path> directories, Slot slot, List<String> found) {
        var first = log(directories.getFirst(), slot);
        for (var other : directories) {
            var bytes = log(other, slot);
            int at = Arrays.mismatch(first, bytes);
            if (at >= 0) {
                found.add("replicas differ: " + slot + " in " + directories.getFirst() + " ("
                    + first.length + " bytes) and " + other + " (" + bytes.length
                    + " bytes) at byte " + at);
            }
        }
    }

    private static byte[] log(Path data, Slot slot) {
        try (Stream<Path> files = Files.walk(data)) {
            var all = new ByteArrayOutputStream();
            for (var file : files.filter(each -> isOf(each, slot)).sorted().toList())
                all.write(Files.readAllBytes(file));
            return all.toByteArray();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static boolean isOf(Path file, Slot slot) {
        return file.getFileName().toString().endsWith(".log")
            && file.getParent().getFileName().toString().equals(slot.toString());
    }
}
