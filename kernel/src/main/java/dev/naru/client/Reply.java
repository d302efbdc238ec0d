package dev.naru.client;

import dev.naru.wire.Message;

/// What became of a request.
public sealed interface Reply {
    /// The node answered. Buffers within are only good during the call that hands it over.
    record Answer(Message body, short version) implements Reply {}

    /// No answer will come. When it `wasSent`, the node may or may not have done what was asked.
    record Lost(String why, boolean wasSent) implements Reply {}

    /// Hears, once, what became of one request.
    interface Listener {
        void onReply(Reply reply);
    }
}
