package dev.naru.broker;

import dev.naru.base.Loop;

/// Who sent a request: the client id of its header, the address it came from, and the loop of its
/// connection, on which it wants its answer.
///
/// @param isPeer whether it is a node of the cluster
public record Client(String id, String host, Loop loop, boolean isPeer) {
    /// Somebody from outside.
    public Client(String id, String host, Loop loop) {
        this(id, host, loop, false);
    }
}
