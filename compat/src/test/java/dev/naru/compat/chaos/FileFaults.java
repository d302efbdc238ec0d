package dev.naru.compat.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What befalls data directories while their nodes are down.
final class FileFaults {
    private static final long START_MS = 15_000;

    /// Which files there are to spoil.
    private record Kind(String name, Predicate<Path> isIt) {}

    private static final List<Kind> KINDS = List.of(
        new Kind("data", path -> isNamed(path, ".log") && isOfTopic(path)),
        new Kind("index", path -> isNamed(path, ".index")),
        new Kind("producers", path -> isNamed(path, ".snapshot")),
        new Kind("epochs", path -> path.endsWith("leader-epoch-checkpoint")),
        new Kind("recovery points", path -> path.endsWith("recovery-point-offset-checkpoint")),
        new Kind("metadata", path -> path.getFileName().toString().startsWith("log_")),
        new Kind("votes", path -> path.endsWith("raft-meta")),
        new Kind("identity", path -> path.endsWith("meta.properties")));

    private FileFaults() {}

    /// Row 9: the directory is empty, not there, or another node's.
    static void gone(Session session, int round) {
        var victim = session.fleet().member(1 + session.chance().nextInt(3));
        var other = session.fleet().member(victim.nodeId() % 3 + 1);
        if (round % 2 == 0) empty(session, victim);
        else
            swapped(session, victim, other);
    }

    private static void empty(Session session, Member victim) {
        victim.kill();
        var aside = victim.data().resolveSibling("aside");
        move(victim.data(), aside);
        expectRefusal(session, victim, "its directory was empty");
        victim.kill();
        remove(victim.data());
        move(aside, victim.data());
        victim.start();
        victim.awaitReady();
    }

    private static void swapped(Session session, Member one, Member other) {
        one.kill();
        other.kill();
        swap(one, other);
        expectRefusal(session, one, "its directory was node " + other.nodeId() + "'s");
        expectRefusal(session, other, "its directory was node " + one.nodeId() + "'s");
        one.kill();
        other.kill();
        swap(one, other);
        one.start();
        other.start();
        one.awaitReady();
        other.awaitReady();
    }

    private static void swap(Member one, Member other) {
        var between = one.data().resolveSibling("between");
        move(one.data(), between);
        move(other.data(), one.data());
        move(between, other.data());
    }

    /// A node on a directory that is not its own says so and ends; one that serves would be a stranger that
    /// votes.
    private static void expectRefusal(Session session, Member member, String what) {
        member.start();
        var code = member.awaitEnd(START_MS);
        var lines = member.output().strip().lines().toList();
        session.note("node " + member.nodeId() + ": " + what + ": " + code.map(each -> "ended with "
            + each).orElse("goes on") + ": " + lines.getLast());
        if (code.isEmpty() && member.isReady())
            session.finding("serves: node " + member.nodeId() + ", though " + what);
    }

    /// Row 8: bytes in one file are other bytes, or the file is shorter.
    static void rotten(Session session, int round) {
        var victim = session.aLeader();
        // after a clean stop nothing is scanned
        boolean isClean = session.chance().nextInt(3) > 0;
        if (isClean) victim.stop();
        else
            victim.kill();
        session.note(isClean ? "after a clean stop" : "after SIGKILL");
        var kind = KINDS.get(round % KINDS.size());
        var files = files(victim.data(), kind.isIt);
        if (files.isEmpty()) {
            session.note("there are no files of kind " + kind.name());
        } else {
            var file = files.get(session.chance().nextInt(files.size()));
            spoil(session, victim, file);
        }
        if (!victim.isAlive()) victim.start();
        victim.awaitReady();
    }

    private static void spoil(Session session, Member victim, Path file) {
        try {
            byte[] sound = Files.readAllBytes(file);
            byte[] spoiled = spoiled(session, sound);
            Files.write(file, spoiled);
            victim.start();
            var code = victim.awaitEnd(START_MS / 2);
            session.note("node " + victim.nodeId() + ": " + victim.data().relativize(file) + ": "
                + code.map(each -> "ended with " + each + ": " + last(victim)).orElse("serves"));
            if (code.isEmpty()) return;
            // it says what is wrong, and an operator puts the file right
            if (!last(victim).contains(file.getFileName().toString()))
                session.finding("refuses without naming the file: " + last(victim));
            Files.write(file, sound);
            victim.kill();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static String last(Member member) {
        return member.output().strip().lines().toList().getLast();
    }

    private static byte[] spoiled(Session session, byte[] sound) {
        var chance = session.chance();
        if (sound.length < 8 || chance.nextInt(4) == 0)
            return Arrays.copyOf(sound, sound.length / 2);
        byte[] spoiled = sound.clone();
        int at = chance.nextInt(sound.length);
        int length = Math.min(1 + chance.nextInt(16), sound.length - at);
        for (int index = at; index < at + length; index++)
            spoiled[index] ^= (byte) (1 + chance.nextInt(255));
        return spoiled;
    }

    private static boolean isNamed(Path path, String end) {
        return path.getFileName().toString().endsWith(end);
    }

    private static boolean isOfTopic(Path path) {
        return Topics.ALL.stream().anyMatch(name -> path.getParent().getFileName().toString()
            .startsWith(name + "-"));
    }

    private static List<Path> files(Path directory, Predicate<Path> isIt) {
        try (Stream<Path> all = Files.walk(directory)) {
            return new ArrayList<>(all.filter(Files::isRegularFile).filter(isIt).sorted().toList());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void remove(Path directory) {
        if (!Files.exists(directory)) return;
        try (Stream<Path> all = Files.walk(directory)) {
            for (var path : all.sorted((one, other) -> other.compareTo(one)).toList())
                Files.delete(path);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
