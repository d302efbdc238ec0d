package dev.naru.metadata;

import java.util.SortedSet;

/// Tries whether other nodes can be reached. What comes of it is told to [ControllerHost#reached],
/// [ControllerHost#suspect] and [ControllerHost#gone]. On the control loop.
public interface NodeProbes {
    /// Tries these nodes of the image, and no others, until it is called again.
    void watch(ClusterImage image, SortedSet<Integer> nodeIds);
}
