package dev.naru.compat.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What befalls the network between nodes, and between nodes and clients.
final class NetworkFaults {
    private static final int FLAPS = 8;

    private NetworkFaults() {}

    /// Row 7: one kind after the other.
    static void any(Session session, int round) {
        int leader = session.aLeader().nodeId();
        int controller = session.fleet().controller(session.admin());
        int other = leader % 3 + 1;
        switch (round % 7) {
            case 0 -> isolate(session, leader, "the leader");
            case 1 -> isolate(session, controller, "the controller");
            case 2 -> partial(session, leader, other);
            case 3 -> oneWay(session, leader, other);
            case 4 -> flap(session, leader, other);
            case 5 -> swizzle(session);
            default -> apart(session, leader);
        }
        session.wires().heal();
    }

    private static void isolate(Session session, int node, String what) {
        session.note("isolated " + what + " " + node);
        session.wires().isolate(node);
        hold(session);
    }

    private static void hold(Session session) {
        Wait.forMs(5000 + session.chance().nextInt(5000));
    }

    /// Both see the third one.
    private static void partial(Session session, int one, int other) {
        session.note("cut " + one + " and " + other);
        session.wires().cut(one, other);
        hold(session);
    }

    private static void oneWay(Session session, int speaker, int listener) {
        session.note(listener + " is deaf to " + speaker);
        session.wires().deafen(listener, speaker);
        hold(session);
    }

    private static void flap(Session session, int one, int other) {
        session.note("flapping between " + one + " and " + other);
        for (int each = 0; each < FLAPS; each++) {
            session.wires().cut(one, other);
            Wait.forMs(500);
            session.wires().heal();
            Wait.forMs(500);
        }
    }

    /// Nodes are cut off one after the other, and come back in another order.
    private static void swizzle(Session session) {
        var nodes = new ArrayList<>(List.of(1, 2, 3));
        Collections.shuffle(nodes, session.chance());
        session.note("swizzled " + nodes);
        for (int node : nodes) {
            session.wires().isolate(node);
            Wait.forMs(1000);
        }
        Collections.shuffle(nodes, session.chance());
        for (int node : nodes) {
            session.wires().rejoin(node);
            Wait.forMs(1000);
        }
    }

    /// Nodes do not hear the leader, clients do, and it hears them.
    private static void apart(Session session, int leader) {
        session.note("leader " + leader + " sees clients only");
        for (int node = 1; node <= 3; node++) {
            if (node != leader) session.wires().cut(leader, node);
        }
        hold(session);
    }

    /// Row 17: requests arrive and are carried out, their answers do not arrive; clients ask again.
    static void mute(Session session, int round) {
        for (int each = 0; each < 3; each++) {
            int node = 1 + session.chance().nextInt(3);
            session.note("muted " + node);
            session.wires().mute(node);
            Wait.forMs(1500 + session.chance().nextInt(3500));
            session.wires().heal();
            Wait.forMs(300);
        }
    }
}
