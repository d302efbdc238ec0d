package dev.naru.metadata;

import dev.naru.base.ErrorCode;
import java.util.function.Consumer;
import java.util.function.Function;

/// Something the controller shall decide. `isForClients` when the answer waits until every active
/// node has what was decided.
record Asked(Function<ClusterImage, Decided> decide, boolean isForClients,
    Consumer<ClusterAnswer> answer) {

    void fail(ErrorCode why, String message) {
        answer.accept(new ClusterAnswer.Failed(why, message));
    }
}
