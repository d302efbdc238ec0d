package dev.naru.compat.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Who led the metadata, by what the nodes wrote into their logs: nobody shares an epoch.
final class Elections {
    private static final Pattern LEADING = Pattern.compile("Leading\\[controllerEpoch=(\\d+)");

    private final TreeMap<Integer, List<Path>> leaders = new TreeMap<>();

    private Elections() {}

    static Elections in(List<Path> directories) {
        var all = new Elections();
        for (var directory : directories) {
            var log = directory.resolve("naru.log");
            if (!Files.exists(log)) continue;
            try {
                var text = Files.readString(log, StandardCharsets.ISO_8859_1);
                LEADING.matcher(text).results().map(found -> Integer.valueOf(found.group(1)))
                    .forEach(epoch -> all.leaders
                        .computeIfAbsent(epoch, absent -> new ArrayList<>()).add(directory));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return all;
    }

    int count() {
        return leaders.size();
    }

    /// Epochs that two nodes led.
    List<String> shared() {
        return leaders.entrySet().stream()
            .filter(each -> each.getValue().stream().distinct().count() > 1)
            .map(each -> "two controllers in epoch " + each.getKey() + ": " + each.getValue())
            .toList();
    }
}
