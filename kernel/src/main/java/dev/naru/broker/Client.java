package dev.naru.broker;

import dev.naru.base.Loop;

/// Who sent a request: the client id of its header, the address it came from, and the loop of its
/// connection, on which it wants its answer.
public record Client(String id, String host, Loop loop) {}
