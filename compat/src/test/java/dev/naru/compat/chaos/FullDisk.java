package dev.naru.compat.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Row 10: disks that others fill, of one node or of all, also while a node starts. Each is a tmpfs of
/// its own.
final class FullDisk {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final long FULL_MS = 6000;

    private FullDisk() {}

    static void strike(Session session, int round) {
        var victims = victims(session, round);
        boolean isRestarted = round % 4 >= 2;
        session.note("full at nodes " + victims.stream().map(Member::nodeId).toList()
            + (isRestarted ? ", started again without room" : ""));
        for (var victim : victims)
            fill(victim, session.chance().nextInt(4) * CHUNK_BYTES);
        if (isRestarted) restart(session, victims.getFirst());
        Wait.forMs(FULL_MS);
        for (var victim : victims)
            free(victim);
        long freedNs = System.nanoTime();
        session.awaitAcks("after disks had room again");
        session.note("writes " + (System.nanoTime() - freedNs) / 1_000_000 + " ms after");
    }

    private static List<Member> victims(Session session, int round) {
        if (round % 2 == 1) return new ArrayList<>(session.fleet().members());
        return List.of(session.aLeader());
    }

    /// It need not serve before there is room, but it must not end.
    private static void restart(Session session, Member victim) {
        victim.kill();
        victim.start();
        victim.awaitEnd(FULL_MS).ifPresent(code -> {
            session.finding("does not start without room: exit code " + code);
            free(victim);
            victim.kill();
            victim.start();
        });
    }

    private static Path filler(Member member) {
        return member.seat().directory().resolve("filler");
    }

    /// Until nothing goes in any more, but for what is left.
    private static void fill(Member member, int leftBytes) {
        try (OutputStream out = Files.newOutputStream(filler(member))) {
            while (true)
                out.write(new byte[CHUNK_BYTES]);
        } catch (IOException full) {
            shorten(member, leftBytes);
        }
    }

    private static void shorten(Member member, int byBytes) {
        try (var file = Files.newByteChannel(filler(member),
            StandardOpenOption.WRITE)) {
            file.truncate(Math.max(0, file.size() - byBytes));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void free(Member member) {
        try {
            Files.deleteIfExists(filler(member));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
