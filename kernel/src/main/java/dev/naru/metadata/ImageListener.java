package dev.naru.metadata;

import java.util.List;

/// Hears of every image, on the controller's loop, in order, before those who asked for it are
/// answered.
public interface ImageListener {
    /// The image there is, not told in steps: once when the log is loaded, and when a node that
    /// lagged was given a snapshot.
    void onLoaded(ClusterImage image);

    /// One accepted batch, and the images around it. `facts` may be empty.
    void onChanged(ClusterImage before, ClusterImage after, List<ClusterRecord> facts);

    /// The metadata of this node is of no use any more: the node cannot go on alone.
    void onFailed(String reason);
}
