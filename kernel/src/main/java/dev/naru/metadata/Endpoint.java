package dev.naru.metadata;

/// Where clients reach a node: a named listener, and the security protocol spoken there.
public record Endpoint(String listener, String host, int port, String securityProtocol) {}
