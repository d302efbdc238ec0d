package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer;
import org.jspecify.annotations.Nullable;

/// How messages and failures of the kernel look on the wire.
final class Texts {
    private Texts() {}

    /// The wire says "no message" with null.
    static @Nullable String orNull(String message) {
        return message.isEmpty() ? null : message;
    }

    /// The error of an answer that is not the one the request gets when all is well.
    static ErrorCode failure(ClusterAnswer answer) {
        return answer instanceof ClusterAnswer.Failed failed
            ? failed.why()
            : ErrorCode.UNKNOWN_SERVER_ERROR;
    }
}
