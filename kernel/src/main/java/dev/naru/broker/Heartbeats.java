package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterImage;
import dev.naru.metadata.ClusterRequest;
import java.util.function.Consumer;

/// Tells the controller that this node lives and how far its image is: at intervals, and at once
/// when the image has moved, since others wait for that (KIP-631). One is on its way at a time.
/// Owned by the control loop.
final class Heartbeats {
    private final Loop loop;
    private final Cluster cluster;
    private final ControllerLink controller;
    private final Runnable eachTime;
    private final Consumer<String> onReplaced;
    private long brokerEpoch = -1;
    private long toldIndex = -1;
    private boolean isOnItsWay;
    private boolean isOver;
    private boolean wantsToLeave;
    private Runnable onMayStop = () -> {
    };

    /// `eachTime` runs at intervals, too; `onReplaced` hears why this node has no place in the cluster
    /// any more.
    Heartbeats(Loop loop, Cluster cluster, ControllerLink controller, Runnable eachTime,
        Consumer<String> onReplaced) {
        this.loop = loop;
        this.cluster = cluster;
        this.controller = controller;
        this.eachTime = eachTime;
        this.onReplaced = onReplaced;
    }

    /// The node is registered under this epoch.
    void start(long registeredEpoch) {
        brokerEpoch = registeredEpoch;
        tick();
    }

    void stop() {
        isOver = true;
    }

    /// Says that the node is about to stop; `mayStop` runs when others lead what it led.
    void leave(Runnable mayStop) {
        wantsToLeave = true;
        onMayStop = mayStop;
        beat();
    }

    /// The image of this node has moved on.
    void applied(ClusterImage image) {
        if (brokerEpoch >= 0 && image.acceptedIndex() > toldIndex) beat();
    }

    private void tick() {
        if (isOver) return;
        eachTime.run();
        beat();
        loop.after(intervalMs() * Now.NS_PER_MS, this::tick);
    }

    private long intervalMs() {
        return cluster.settings().number("broker.heartbeat.interval.ms");
    }

    private void beat() {
        if (isOver || isOnItsWay) return;
        isOnItsWay = true;
        long index = cluster.image().acceptedIndex();
        var beat = new ClusterRequest.Heartbeat(cluster.nodeId(), brokerEpoch, index,
            wantsToLeave);
        // a controller that does not answer for so long may not be one any more
        long patienceMs = cluster.settings().number("broker.session.timeout.ms") / 2;
        controller.submit(beat, patienceMs, answer -> heard(index, answer));
    }

    private void heard(long index, ClusterAnswer answer) {
        isOnItsWay = false;
        if (isOver) return;
        switch (answer) {
            case ClusterAnswer.Heard heard -> {
                toldIndex = Math.max(toldIndex, index);
                if (wantsToLeave && heard.mayStop()) {
                    isOver = true;
                    onMayStop.run();
                } else if (cluster.image().acceptedIndex() > toldIndex) {
                    beat();
                }
            }
            case ClusterAnswer.Failed(var why, var message) when isReplaced(why) -> {
                isOver = true;
                onReplaced.accept(reason(why, message));
            }
            default -> {
            }
        }
    }

    private String reason(ErrorCode why, String message) {
        return why == ErrorCode.STALE_BROKER_EPOCH
            ? "another process runs as node " + cluster.nodeId() + " now, with a copy of this data"
                + " directory or in its place (" + message + ")"
            : "node " + cluster.nodeId() + " was removed from the cluster (" + message + ")";
    }

    private static boolean isReplaced(ErrorCode why) {
        return why == ErrorCode.STALE_BROKER_EPOCH || why == ErrorCode.BROKER_ID_NOT_REGISTERED;
    }
}
