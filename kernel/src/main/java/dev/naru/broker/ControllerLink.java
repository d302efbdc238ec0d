package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ControllerHost;
import java.util.function.Consumer;

/// The way to the controller from any loop. The answer comes on the control loop, after the change
/// is in the image of this node.
final class ControllerLink {
    private final Loop controlLoop;
    private final ControllerHost controller;

    ControllerLink(Loop controlLoop, ControllerHost controller) {
        this.controlLoop = controlLoop;
        this.controller = controller;
    }

    void submit(ClusterRequest request, Consumer<ClusterAnswer> answer) {
        Partitions.on(controlLoop, () -> controller.submit(request, answer));
    }
}
