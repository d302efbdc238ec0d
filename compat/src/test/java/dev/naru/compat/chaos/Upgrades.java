package dev.naru.compat.chaos;

import java.util.Optional;

/// Row 20: each node in turn is stopped and goes on as the other build (`-Dchaos.other=CLASSPATH`, an
/// earlier or a later one), and then all go back.
final class Upgrades {
    private static final String OTHER = System.getProperty("chaos.other", "");

    private Upgrades() {}

    /// Why this machine cannot do it, if it cannot.
    static Optional<String> obstacle() {
        return OTHER.isBlank()
            ? Optional.of("no other build of the server, see -Dchaos.other")
            : Optional.empty();
    }

    static void roll(Session session, int round) {
        for (var build : new String[]{OTHER, ""}) {
            for (var member : session.fleet().members()) {
                int code = member.stop();
                if (code != 0) session.finding("node " + member.nodeId() + " ended with " + code);
                member.becomes(build);
                member.start();
                member.awaitReady();
                session.awaitAcks("after node " + member.nodeId() + " changed its version");
            }
        }
        session.note("each node went on as the other build, and came back");
    }
}
