package dev.naru.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The kernel is a house: a room knows only rooms on lower floors, and nothing outside.
class FloorsTest {
    private static final Map<String, Integer> FLOORS = Map.ofEntries(Map.entry("base", 0),
        Map.entry("record", 1),
        Map.entry("shard", 1), Map.entry("config", 1), Map.entry("measure", 1),
        Map.entry("wire", 2), Map.entry("log", 2),
        Map.entry("partition", 3), Map.entry("metadata", 3), Map.entry("group", 4),
        Map.entry("txn", 4), Map.entry("share", 4),
        Map.entry("client", 5), Map.entry("replica", 6),
        Map.entry("broker", 7));

    /// Rooms whose plaque is still without laws; nothing is added here.
    private static final List<String> WITHOUT_LAWS = List.of("dev.naru.client");

    private static final Pattern OTHER_ROOM = Pattern.compile("\\bdev\\.naru\\.(\\w+)");
    private static final Pattern IMPORT = Pattern.compile("import\\s+(?:static\\s+)?([\\w.]+)");

    /// What the kernel may import from outside; the first that matches decides.
    private static final List<String> BANNED_IMPORTS = List.of("java.io.", "java.net.",
        "java.nio.channels.",
        "java.nio.file.", "java.sql.", "java.util.logging.");
    private static final List<String> ALLOWED_IMPORTS = List.of("java.", "dev.naru.",
        "org.jspecify.annotations.");

    @Test void a_room_knows_only_rooms_on_lower_floors() {
        var violations = new ArrayList<String>();
        for (var source : Tree.kernel()) {
            Integer floor = FLOORS.get(source.room());
            if (floor == null) {
                violations.add(source.at(1, "the room " + source.room() + " has no floor"));
                continue;
            }
            var lines = source.codeLines();
            for (int index = 0; index < lines.size(); index++) {
                violations.addAll(upward(source, floor, lines.get(index), index + 1));
            }
        }
        assertNone(violations);
    }

    private static List<String> upward(SourceFile source, int floor, String code, int line) {
        var violations = new ArrayList<String>();
        var other = OTHER_ROOM.matcher(code);
        while (other.find()) {
            var room = other.group(1);
            boolean isLower = FLOORS.getOrDefault(room, Integer.MAX_VALUE) < floor;
            if (room.equals(source.room()) || isLower) continue;
            violations.add(
                source.at(line, source.room() + " (floor " + floor + ") must not know " + room));
        }
        return violations;
    }

    @Test void the_kernel_imports_nothing_from_outside() {
        var violations = new ArrayList<String>();
        for (var source : Tree.kernel()) {
            var lines = source.codeLines();
            for (int index = 0; index < lines.size(); index++) {
                var name = IMPORT.matcher(lines.get(index));
                if (name.lookingAt() && !isAllowed(name.group(1))) {
                    violations
                        .add(source.at(index + 1, "the kernel must not import " + name.group(1)));
                }
            }
        }
        assertNone(violations);
    }

    private static boolean isAllowed(String name) {
        if (BANNED_IMPORTS.stream().anyMatch(name::startsWith)) return false;
        return ALLOWED_IMPORTS.stream().anyMatch(name::startsWith);
    }

    @Test void every_room_of_the_kernel_has_a_plaque() {
        var rooms = new TreeSet<String>();
        var withPlaque = new HashSet<String>();
        for (var source : Tree.kernel()) {
            rooms.add(source.packageName());
            if (!source.path().endsWith("/package-info.java")) continue;
            boolean isPlaque = source.text().startsWith("///") && source.text().contains("Doors:")
                && source.text().contains("Laws:");
            if (isPlaque) withPlaque.add(source.packageName());
        }
        rooms.removeAll(withPlaque);
        rooms.removeAll(WITHOUT_LAWS);
        assertNone(rooms.stream().map(room -> room + " has no package-info with its doors and laws")
            .toList());
    }

    @Test void every_package_says_that_nothing_is_null() {
        var packages = new TreeSet<String>();
        var marked = new HashSet<String>();
        for (var source : Tree.all()) {
            if (source.isTest()) continue;
            packages.add(source.packageName());
            boolean isMark = source.path().endsWith("/package-info.java")
                && source.code().contains("@NullMarked");
            if (isMark) marked.add(source.packageName());
        }
        packages.removeAll(marked);
        assertNone(
            packages.stream().map(name -> name + " has no @NullMarked package-info").toList());
    }

    @Test void the_simulator_sees_the_kernel_only() {
        var violations = new ArrayList<String>();
        for (var source : Tree.all()) {
            if (!source.module().equals("sim") || source.isTest()) continue;
            var other = OTHER_ROOM.matcher(source.code());
            while (other.find()) {
                boolean isSeen = FLOORS.containsKey(other.group(1)) || other.group(1).equals("sim");
                if (isSeen) continue;
                violations.add(
                    source.at(source.lineOf(other.start()), "sim must not know " + other.group(1)));
            }
        }
        assertNone(violations);
    }

    private static void assertNone(List<String> violations) {
        assertThat(violations.size()).as("\n" + String.join("\n", violations) + "\nviolations")
            .isZero();
    }
}
