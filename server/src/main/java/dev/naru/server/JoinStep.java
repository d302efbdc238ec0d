package dev.naru.server;

import dev.naru.base.Trace;
import java.util.function.Consumer;

/// How far a node is on its way into a cluster; it can be stopped after each step, and the next start of
/// its directory goes on.
enum JoinStep {
    /// The directory says that it is on its way, and has an id.
    MARKED,
    /// The cluster has admitted the node; nothing of it is kept here.
    ADMITTED,
    /// The node's certificate is here.
    CERTIFIED,
    /// The directory is that of the node with its id.
    NAMED,
    /// The node has its seat in the quorum.
    SEATED,
    /// The key that comes with a vote is here.
    INHERITED;

    /// Nobody listens.
    static final Consumer<JoinStep> UNWATCHED = _ -> {
    };

    /// A node on its way does not get on: the cluster gives it no seat, for this reason. It asks again.
    record NotYet(String why) implements Trace.Event {
        @Override public Trace.Level level() {
            return Trace.Level.WARN;
        }
    }
}
