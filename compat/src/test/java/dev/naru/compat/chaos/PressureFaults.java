package dev.naru.compat.chaos;

import dev.naru.compat.crash.Crowd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;

/// What clients and operators do to nodes.
final class PressureFaults {
    private static final int CONNECTIONS = 60;
    private static final int DESCRIPTORS_LEFT = 24;
    private static final int PARTITIONS = 4;
    private static final int MOVES = 4;
    private static final long MOVE_MS = 20_000;

    private PressureFaults() {}

    private static InetSocketAddress at(Member member) {
        return new InetSocketAddress(member.seat().host(), member.seat().ports().getFirst());
    }

    /// Row 14.
    static void memory(Session session, int round) {
        var victim = session.aLeader();
        session.note(CONNECTIONS + " large requests at node " + victim.nodeId());
        try (var _ = Crowd.press(at(victim), Topics.DATA, CONNECTIONS)) {
            Wait.forMs(8000);
        }
    }

    /// Row 16: few are left, or one.
    static void descriptors(Session session, int round) {
        var victim = session.aLeader();
        long left = round % 3 == 2 ? 1 : DESCRIPTORS_LEFT;
        long limit = Endurance.descriptors(victim) + left;
        session.note("node " + victim.nodeId() + " may open " + limit + " files");
        Shell.run("prlimit --pid " + victim.pid() + " --nofile=" + limit + ":");
        var sockets = new ArrayList<Socket>();
        for (int each = 0; each < 3 * DESCRIPTORS_LEFT; each++)
            sockets.add(connected(victim));
        Wait.forMs(6000);
        sockets.forEach(PressureFaults::close);
        var code = victim.awaitEnd(1000);
        if (code.isEmpty()) {
            Shell.run("prlimit --pid " + victim.pid() + " --nofile=4096:");
        } else {
            session.note("it ended with " + code.get());
            victim.kill();
            victim.start();
            victim.awaitReady();
        }
    }

    private static Socket connected(Member victim) {
        var socket = new Socket();
        try {
            socket.connect(at(victim), 200);
        } catch (IOException refused) {
            return socket;
        }
        return socket;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// Row 19, as far as it goes: a replica is taken out of every partition and put back, and somebody
    /// dies in
    /// each step.
    static void replicas(Session session, int round) {
        int out = 1 + session.chance().nextInt(3);
        int first = out % 3 + 1;
        int second = first % 3 + 1;
        move(session, List.of(first, second));
        killOne(session);
        move(session, List.of(first, second, out));
        killOne(session);
        session.note("replica " + out + " taken out and put back, two kills");
    }

    /// Row 23: the same without a kill, again and again, and leaderships go round.
    static void moves(Session session, int round) {
        for (int turn = 0; turn < MOVES; turn++) {
            int first = 1 + session.chance().nextInt(3);
            int second = first % 3 + 1;
            move(session, List.of(first, second));
            Wait.forMs(session.chance().nextInt(1000));
            move(session, List.of(second, second % 3 + 1, first));
            session.fleet().awaitWhole(session.admin(), MOVE_MS);
            elect(session);
        }
        session.note(MOVES + " times each replica moved and preferred leaders elected");
    }

    private static void elect(Session session) {
        var all = IntStream.range(0, PARTITIONS)
            .mapToObj(each -> new TopicPartition(Topics.DATA, each)).collect(Collectors.toSet());
        try {
            session.admin().electLeaders(ElectionType.PREFERRED, all).partitions().get();
        } catch (ExecutionException refused) {
            session.finding("no election: " + refused.getCause());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", hurried);
        }
    }

    private static void killOne(Session session) {
        var victim = session.fleet().member(1 + session.chance().nextInt(3));
        victim.kill();
        Wait.forMs(500);
        victim.start();
        victim.awaitReady();
    }

    private static void move(Session session, List<Integer> replicas) {
        for (int attempt = 0;; attempt++) {
            try {
                var to = Optional.of(new NewPartitionReassignment(replicas));
                var all = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
                for (int partition = 0; partition < PARTITIONS; partition++)
                    all.put(new TopicPartition(Topics.DATA, partition), to);
                session.admin().alterPartitionReassignments(all).all().get();
                return;
            } catch (ExecutionException refused) {
                if (attempt == 5) throw new AssertionError("no reassignment", refused);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", hurried);
            }
        }
    }
}
