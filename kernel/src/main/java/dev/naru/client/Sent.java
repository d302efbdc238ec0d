package dev.naru.client;

import dev.naru.base.ErrorCode;

/// How the sending of one record ended.
public sealed interface Sent {
    /// Acknowledged, at this offset; -1 when the node only says that it has been there for long.
    record Acked(long offset) implements Sent {}

    /// It certainly was not written.
    record Refused(ErrorCode why) implements Sent {}

    /// It may have been written, or may yet be.
    record Unknown(String why) implements Sent {}

    /// Hears it, once.
    interface Listener {
        void onSent(Sent outcome);
    }
}
