package dev.naru.compat.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Row 24: clients that send a byte now and then, stop in the midst of a frame, or go away there.
final class SlowClients {
    private static final int CLIENTS = 500;
    private static final int REQUEST_BYTES = 900;
    private static final int CONNECT_MS = 5000;
    private static final long WORK_MS = 12_000;
    private static final long PAUSE_MS = 150;
    private static final long GROWTH_KIB_MAX = 100 * 1024;

    private final InetSocketAddress at;
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean isOver;

    private SlowClients(InetSocketAddress at) {
        this.at = at;
    }

    static void strike(Session session, int round) {
        var victim = session.aLeader();
        long beforeKib = residentKib(victim);
        int threadsBefore = threads(victim);
        var crowd = new SlowClients(new InetSocketAddress(victim.seat().host(), victim.seat()
            .ports().getFirst()));
        List<Thread> all = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int kind = client % 3;
            all.add(Thread.ofVirtual().start(() -> crowd.client(kind)));
        }
        Wait.forMs(WORK_MS);
        long grownKib = residentKib(victim) - beforeKib;
        int moreThreads = threads(victim) - threadsBefore;
        crowd.end(all);
        session.note(CLIENTS + " slow clients of node " + victim.nodeId() + " cost " + grownKib
            / 1024 + " MiB and " + moreThreads + " threads, " + crowd.refused + " not let in");
        if (grownKib > GROWTH_KIB_MAX) session.finding("slow clients cost " + grownKib + " KiB");
    }

    private void end(List<Thread> all) {
        isOver = true;
        for (var each : all) {
            try {
                each.join();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", hurried);
            }
        }
    }

    /// A byte at a time; half a frame and then silence; half a frame, gone, and again.
    private void client(int kind) {
        boolean isAgain = true;
        while (isAgain && !isOver) {
            try (var socket = new Socket()) {
                socket.connect(at, CONNECT_MS);
                speak(socket, kind);
            } catch (IOException sentAway) {
                refused.incrementAndGet();
                Wait.forMs(PAUSE_MS);
            }
            isAgain = kind == 2;
        }
    }

    private void speak(Socket socket, int kind) throws IOException {
        var out = socket.getOutputStream();
        byte[] frame = frame();
        if (kind == 0) {
            for (int at = 0; at < frame.length && !isOver; at++) {
                out.write(frame, at, 1);
                Wait.forMs(PAUSE_MS);
            }
            return;
        }
        out.write(frame, 0, frame.length / 2);
        while (kind == 1 && !isOver)
            Wait.forMs(PAUSE_MS);
        Wait.forMs(PAUSE_MS);
    }

    /// Metadata, version 1, of one topic with a name that is too long.
    private static byte[] frame() {
        int nameBytes = REQUEST_BYTES - 20;
        var frame = ByteBuffer.allocate(REQUEST_BYTES);
        frame.putInt(REQUEST_BYTES - 4).putShort((short) 3).putShort((short) 1).putInt(1);
        frame.putShort((short) -1).putInt(1).putShort((short) nameBytes);
        while (frame.hasRemaining())
            frame.put((byte) 'n');
        return frame.array();
    }

    private static long residentKib(Member member) {
        return status(member, "VmRSS:");
    }

    private static int threads(Member member) {
        return (int) status(member, "Threads:");
    }

    private static long status(Member member, String name) {
        try (var lines = Files.lines(Path.of("/proc/" + member.pid() + "/status"))) {
            var line = lines.filter(each -> each.startsWith(name)).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", ""));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
