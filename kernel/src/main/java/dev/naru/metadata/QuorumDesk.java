package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterRequest.ChangeQuorum;
import dev.naru.metadata.ClusterRequest.DescribeQuorum;
import dev.naru.metadata.ClusterRequest.OfQuorum;
import java.util.function.Consumer;

/// Where the leading controller is asked about the quorum that it leads: nothing of it is in the image,
/// so nothing is decided on a draft. Owned by the control loop.
final class QuorumDesk {
    private final MetadataLog log;

    QuorumDesk(MetadataLog log) {
        this.log = log;
    }

    void take(OfQuorum request, Consumer<ClusterAnswer> answer) {
        switch (request) {
            case DescribeQuorum _ -> answer.accept(new ClusterAnswer.QuorumSeen(log.quorum()));
            case ChangeQuorum(var change) -> {
                var refusal = QuorumChange.refusal(log.quorum(), change);
                if (refusal.isPresent()) {
                    answer.accept(refusal.get());
                } else {
                    log.change(change, outcome -> answer.accept(answerTo(outcome)));
                }
            }
        }
    }

    private static ClusterAnswer answerTo(MetadataLog.Outcome outcome) {
        return switch (outcome) {
            case MetadataLog.Outcome.Committed _ -> new ClusterAnswer.QuorumChanged();
            case MetadataLog.Outcome.Refused(var why, var message) ->
                new ClusterAnswer.Failed(why, message);
            case MetadataLog.Outcome.Unknown(var reason) -> new ClusterAnswer.Failed(
                ErrorCode.REQUEST_TIMED_OUT, "It is not known whether it was done: " + reason);
        };
    }
}
