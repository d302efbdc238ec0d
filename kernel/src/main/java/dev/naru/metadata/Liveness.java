package dev.naru.metadata;

import dev.naru.base.Uuid;

/// What the controller has heard of nodes lately; not part of the image, and gone with the controller.
interface Liveness {
    /// Nobody was heard.
    Liveness NONE = new Liveness() {
        @Override public boolean isLive(int nodeId) {
            return false;
        }

        @Override public boolean isOwn(Uuid incarnationId) {
            return false;
        }

        @Override public boolean hasHandedOver(ClusterImage image, int nodeId) {
            return true;
        }

        @Override public long demandedIndex(int nodeId) {
            return 0;
        }

        @Override public boolean isSlow(int nodeId) {
            return false;
        }

        @Override public long wallMs() {
            return 0;
        }
    };

    /// Whether the node was heard of lately.
    boolean isLive(int nodeId);

    /// Whether this is the life of the controller's own node: no other node asks in its name.
    boolean isOwn(Uuid incarnationId);

    /// Whether every other active node knows that this one leaves.
    boolean hasHandedOver(ClusterImage image, int nodeId);

    /// How far a node's image must be before the node is counted on.
    long demandedIndex(int nodeId);

    /// Whether the node said lately that its disk is slow.
    boolean isSlow(int nodeId);

    /// Wall time, for what ends by it.
    long wallMs();
}
