package dev.naru.metadata;

/// Tries whether the other nodes can be reached, while this node is the leading controller. What comes
/// of it is told to [ControllerHost#reached] and [ControllerHost#suspect]. On the control loop.
public interface NodeProbes {
    /// Tries the nodes that are counted on in this image, until the next image.
    void watch(ClusterImage image);

    /// This node does not lead any more.
    void end();
}
