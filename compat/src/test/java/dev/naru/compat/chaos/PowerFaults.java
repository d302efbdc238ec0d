package dev.naru.compat.chaos;

/// Power cuts.
final class PowerFaults {
    private PowerFaults() {}

    /// Row 3, row 4: all machines at once.
    static void all(Session session, int round) {
        for (var member : session.fleet().members())
            member.kill();
        for (var member : session.fleet().members())
            member.movesTo(session.ground().cutPower(member.nodeId()));
        for (var member : session.fleet().members())
            member.start();
        for (var member : session.fleet().members())
            member.awaitReady();
    }

    /// Row 27: one loses its power, and is back before anybody has missed it: what only its page cache
    /// held is gone, the others have it, and it must lead nothing before it has it again.
    static void one(Session session, int round) {
        var victim = session.aLeader();
        session.note("node " + victim.nodeId() + " lost power");
        victim.kill();
        victim.movesTo(session.ground().cutPower(victim.nodeId()));
        victim.start();
        victim.awaitReady();
    }

    /// Row 5: one loses its power, another one its network. (Both are back before the check.)
    static void oneAndCut(Session session, int round) {
        var victim = session.aLeader();
        int cutOff = victim.nodeId() % 3 + 1;
        session.note("node " + victim.nodeId() + " lost power, " + cutOff + " was cut off");
        session.wires().isolate(cutOff);
        Wait.forMs(session.chance().nextInt(2000));
        victim.kill();
        victim.movesTo(session.ground().cutPower(victim.nodeId()));
        victim.start();
        Wait.forMs(2000 + session.chance().nextInt(3000));
        session.wires().heal();
        victim.awaitReady();
    }
}
