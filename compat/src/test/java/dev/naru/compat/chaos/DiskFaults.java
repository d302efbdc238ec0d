package dev.naru.compat.chaos;

/// What befalls disks.
final class DiskFaults {
    private static final long ENDS_MS = 20_000;
    private static final long SOMEWHAT_MS = 150;

    private DiskFaults() {}

    /// Row 11: a sync (or, every third time, a write) fails once. The node may end, which is the rule;
    /// it is
    /// started again then.
    static void failing(Session session, int round) {
        var victim = session.aLeader();
        int node = victim.nodeId();
        long before = session.shim().failures(node);
        if (round % 3 == 2) session.shim().failWrites(node, 1);
        else
            session.shim().failSyncs(node, 1);
        boolean isMet = Wait.upTo(ENDS_MS, () -> session.shim().failures(node) > before);
        if (!isMet) session.finding("the injector did nothing");
        var code = victim.awaitEnd(ENDS_MS);
        session.note((round % 3 == 2 ? "a write" : "a sync") + " of node " + node + " failed, "
            + code.map(each -> "it ended with " + each).orElse("it went on"));
        if (code.isEmpty()) return;
        victim.kill();
        victim.start();
        victim.awaitReady();
    }

    /// Row 12: one disk is slow; every third time all are, somewhat, and the controller dies.
    static void slow(Session session, int round) {
        if (round % 3 == 2) slowEverywhere(session);
        else
            slowAtLeader(session, round);
    }

    private static void slowEverywhere(Session session) {
        session.note("syncs of all nodes take " + SOMEWHAT_MS + " ms longer");
        for (var member : session.fleet().members())
            session.shim().slowSyncs(member.nodeId(), SOMEWHAT_MS);
        var controller = session.fleet()
            .member(session.fleet().controller(session.admin()));
        int elections = session.elections().count();
        controller.kill();
        boolean isLed = Wait.upTo(ENDS_MS, () -> session.elections().count() > elections);
        if (!isLed) session.finding("no controller " + ENDS_MS + " ms after the last one died");
        controller.start();
        session.awaitAcks("with slow disks");
        for (var member : session.fleet().members())
            session.shim().slowSyncs(member.nodeId(), 0);
        controller.awaitReady();
    }

    private static void slowAtLeader(Session session, int round) {
        int node = session.aLeader().nodeId();
        long longerMs = 200 + 200L * (round % 10);
        session.note("syncs of node " + node + " take " + longerMs + " ms longer");
        session.shim().slowSyncs(node, longerMs);
        Wait.forMs(15_000);
        int led = session.ledBy(node);
        session.shim().slowSyncs(node, 0);
        session.note("it led " + led + " partitions in the end");
        if (led > 0) session.finding("a leader with a slow disk leads on: node " + node);
    }
}
