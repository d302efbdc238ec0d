package dev.naru.compat.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Row 26: one fault after the other, at nodes 2 and 3; the process of node 1 lives through the whole
/// session, and what it holds after a collection is noted in each trial.
final class Endurance {
    private static final int FAULTS = 3;
    private static final long PAUSE_MS = 20_000;
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private Endurance() {}

    static void strike(Session session, int round) {
        var first = session.fleet().member(1);
        for (int each = 0; each < FAULTS; each++) {
            fault(session, session.fleet().member(2 + session.chance().nextInt(2)));
            Wait.forMs(PAUSE_MS);
        }
        session.note("node 1 has " + descriptors(first) + " files open and " + heapKib(first)
            + " KiB on its heap");
    }

    private static void fault(Session session, Member victim) {
        int kind = session.chance().nextInt(3);
        session.note((kind == 0 ? "killed " : kind == 1 ? "stopped " : "froze ") + victim
            .nodeId());
        if (kind == 2) {
            victim.freeze();
            Wait.forMs(PAUSE_MS / 4);
            victim.thaw();
            return;
        }
        if (kind == 0) victim.kill();
        else
            victim.stop();
        victim.start();
        victim.awaitReady();
    }

    static int descriptors(Member member) {
        try (var files = Files.list(Path.of("/proc/" + member.pid() + "/fd"))) {
            return (int) files.count();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// After a collection; -1 when the machine has no tool to ask.
    private static long heapKib(Member member) {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) return -1;
        Shell.run(jcmd + " " + member.pid() + " GC.run");
        long sum = 0;
        var said = Shell.run(jcmd + " " + member.pid() + " GC.heap_info");
        for (var line : said.lines().toList()) {
            if (!line.contains(" total ")) continue;
            var used = USED.matcher(line);
            if (used.find()) sum += Long.parseLong(used.group(1));
        }
        return sum;
    }
}
