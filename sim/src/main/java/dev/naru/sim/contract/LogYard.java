package dev.naru.sim.contract;

import dev.naru.base.Loop;
import dev.naru.metadata.MetadataLog;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A cluster whose metadata log is under test: nodes that are started and stopped, each with its
/// log, fresh for each claim.
public interface LogYard extends AutoCloseable {
    /// The ids of the nodes, all voters.
    List<Integer> nodes();

    /// Starts the node's next life: its loop, and its log on what the last life left, not started.
    Life boot(int nodeId);

    /// The node's process ends as a killed one does.
    void kill(int nodeId);

    /// All that are up end so, at once.
    default void killAll() {
        nodes().forEach(this::kill);
    }

    /// Lets the cluster work until the condition holds, which is read on the caller's thread; fails
    /// when it never does.
    void until(BooleanSupplier condition);

    @Override void close();

    /// One life of a node.
    record Life(Loop loop, MetadataLog log) {}

    /// Makes a yard.
    interface Maker {
        LogYard make() throws Exception;
    }
}
