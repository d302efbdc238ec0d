package dev.naru.broker;

import dev.naru.base.Clock;
import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.ControllerHost;
import dev.naru.metadata.MetadataLog;
import dev.naru.metadata.Quorum;
import java.util.function.Consumer;

/// The way to the controller from any loop, wherever it is: here, or on the node that leads the
/// metadata. What certainly was not done is asked again until the patience is over. The answer
/// comes on the control loop, after the change is in the image of this node.
final class ControllerLink {
    /// For one who cannot go on without a controller.
    static final long FOREVER_MS = 3_650L * 24 * 3_600_000;
    /// A node's own request that was not answered for so long is asked again.
    private static final long NODE_ANSWER_MS = 5_000;
    private static final long RETRY_NS = 50 * Now.NS_PER_MS;
    /// How long a controller is looked for.
    private static final long PATIENCE_MS = 10_000;
    /// How long it may take to answer: it waits for every node that is counted on.
    private static final long ANSWER_MS = 30_000;

    private final Loop controlLoop;
    private final Clock clock;
    private final ControllerHost controller;
    private final Elsewhere elsewhere;
    private final int nodeId;

    /// What came back from another node.
    sealed interface Outcome {
        /// The answer, and how far this node's image must be before it is told.
        record Answered(long index, ClusterAnswer answer) implements Outcome {}

        /// Nothing was done, or it is not known whether anything was.
        record Not(boolean isCertain, String why) implements Outcome {}
    }

    /// Asks the controller on another node.
    interface Elsewhere {
        void ask(int nodeId, ClusterRequest request, long timeoutMs, Consumer<Outcome> outcome);
    }

    /// One request, until it is answered.
    private record Errand(ClusterRequest request, long untilNs, Consumer<ClusterAnswer> answer) {}

    ControllerLink(Loop controlLoop, Clock clock, ControllerHost controller,
        Elsewhere elsewhere, int nodeId) {
        this.nodeId = nodeId;
        this.controlLoop = controlLoop;
        this.clock = clock;
        this.controller = controller;
        this.elsewhere = elsewhere;
    }

    void submit(ClusterRequest request, Consumer<ClusterAnswer> answer) {
        submit(request, PATIENCE_MS, answer);
    }

    /// The same, for one who looks for a controller for `patienceMs`.
    void submit(ClusterRequest request, long patienceMs, Consumer<ClusterAnswer> answer) {
        Partitions.on(controlLoop, () -> send(new Errand(request,
            clock.monotonicNs() + patienceMs * Now.NS_PER_MS, answer)));
    }

    /// Asks the controller if it is here, NOT_CONTROLLER if it is not.
    void submitHere(ClusterRequest request, Consumer<ClusterAnswer> answer) {
        controller.submit(request, answer);
    }

    /// Who agrees on the metadata, as far as this node knows.
    Quorum quorumHere() {
        return controller.quorum();
    }

    private void send(Errand errand) {
        int leaderId = controller.leaderId();
        if (leaderId == nodeId) {
            controller.submit(errand.request(), answer -> heard(errand, answer));
        } else if (leaderId == MetadataLog.NO_LEADER) {
            again(errand, "No controller is known.");
        } else {
            long leftMs = (errand.untilNs() - clock.monotonicNs()) / Now.NS_PER_MS;
            long timeoutMs = errand.request() instanceof ClusterRequest.FromNode
                ? Math.clamp(leftMs, 1, NODE_ANSWER_MS)
                : ANSWER_MS;
            elsewhere.ask(leaderId, errand.request(), timeoutMs,
                outcome -> heard(errand, outcome));
        }
    }

    private void heard(Errand errand, Outcome outcome) {
        switch (outcome) {
            case Outcome.Answered(var index, var answer) -> {
                boolean waits = controller.whenApplied(index, () -> heard(errand, answer));
                if (!waits) errand.answer().accept(tooMany());
            }
            case Outcome.Not(var isCertain, var why) -> {
                if (isCertain) {
                    again(errand, why);
                } else {
                    errand.answer().accept(new ClusterAnswer.Failed(ErrorCode.REQUEST_TIMED_OUT,
                        "It is not known whether the change was stored: " + why));
                }
            }
        }
    }

    private void heard(Errand errand, ClusterAnswer answer) {
        if (answer instanceof ClusterAnswer.Failed failed
            && failed.why() == ErrorCode.NOT_CONTROLLER) {
            again(errand, failed.message());
        } else {
            errand.answer().accept(answer);
        }
    }

    /// Nothing was done: it is asked again after a moment.
    private void again(Errand errand, String message) {
        if (clock.monotonicNs() >= errand.untilNs()) {
            errand.answer()
                .accept(new ClusterAnswer.Failed(ErrorCode.NOT_CONTROLLER, message));
        } else {
            controlLoop.after(RETRY_NS, () -> send(errand));
        }
    }

    private static ClusterAnswer tooMany() {
        return new ClusterAnswer.Failed(ErrorCode.THROTTLING_QUOTA_EXCEEDED,
            "It is done, but too many wait for this node to hear of it.");
    }
}
