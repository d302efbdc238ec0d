package dev.naru.quorum;

import dev.naru.base.Loop;
import java.io.IOException;
import java.util.concurrent.Executor;

/// Does not wait out an election timeout for a leader that is known to be gone: the voters left stand
/// for election one after the other, the lowest node id first, each once, until somebody leads. What
/// cannot win (its log is too old, or the leader was not gone) changes nothing but the term. Owned by
/// the loop.
final class EarlyElection {
    private static final long TURN_NS = 150_000_000L;

    private final Loop loop;
    /// For what waits for Ratis.
    private final Executor worker;
    private long reign;
    private boolean hasStood;

    EarlyElection(Loop loop, Executor worker) {
        this.loop = loop;
        this.worker = worker;
    }

    /// Another node leads, or none.
    void leaderChanged() {
        reign++;
        hasStood = false;
    }

    void leaderGone(RatisMember member, int leaderId) {
        if (hasStood) return;
        hasStood = true;
        long asked = reign;
        worker.execute(() -> {
            int turn = turn(member, leaderId);
            if (turn >= 0) loop.after(turn * TURN_NS, () -> {
                if (asked == reign) worker.execute(() -> stand(member));
            });
        });
    }

    private static int turn(RatisMember member, int leaderId) {
        try {
            return member.turnWithout(leaderId);
        } catch (IOException stopped) {
            return -1;
        }
    }

    private static void stand(RatisMember member) {
        try {
            member.stand();
        } catch (IOException stopped) {
            // others stand, or the usual timeout does it
        }
    }
}
