package dev.naru.compat.chaos;

/// What befalls single processes.
final class ProcessFaults {
    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    private ProcessFaults() {}

    /// Row 1, row 2.
    static void kill(Session session, int round) {
        var victim = victim(session, round);
        session.note("killed node " + victim.nodeId());
        victim.kill();
        Wait.forMs(session.fleet().size() == 1 ? 0 : 1000 + session.chance().nextInt(2500));
        victim.start();
        victim.awaitReady();
    }

    /// Every third time the controller, else a leader.
    private static Member victim(Session session, int round) {
        if (session.fleet().size() == 1) return session.fleet().member(1);
        if (round % 3 == 2)
            return session.fleet().member(session.fleet().controller(session.admin()));
        return session.aLeader();
    }

    /// Row 6; every eighth time for a minute.
    static void freeze(Session session, int round) {
        var victim = victim(session, round);
        long durationMs = round % 8 == 7 ? MINUTE_MS : 4000L + session.chance().nextInt(8000);
        session.note("froze node " + victim.nodeId() + " for " + durationMs + " ms");
        victim.freeze();
        Wait.forMs(durationMs);
        victim.thaw();
    }

    /// Row 13.
    static void clocks(Session session, int round) {
        long[] jumps = {HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS};
        int node = 1 + session.chance().nextInt(session.fleet().size());
        int controller = session.fleet().controller(session.admin());
        int kind = round % 5;
        session.note("clock of node " + node + (kind == 4 ? " strobes" : " by " + jumps[kind]));
        for (int second = 0; second < 8; second++) {
            boolean isAway = kind != 4 || second % 2 == 0;
            session.shim().moveClock(node, isAway ? jumps[kind % 4] : -DAY_MS);
            Wait.forMs(1000);
        }
        session.shim().moveClock(node, 0);
        if (session.fleet().controller(session.admin()) != controller)
            session.finding("elections: the controller changed with the clock");
    }

    /// Row 15.
    static void starve(Session session, int round) {
        var victim = victim(session, round);
        int before = session.fleet().controller(session.admin());
        try (var _ = Share.of(victim.pid(), 20)) {
            Wait.forMs(15_000);
        }
        int after = session.fleet().controller(session.admin());
        session.note("starved node " + victim.nodeId() + ", controller " + before + " then "
            + after);
    }
}
