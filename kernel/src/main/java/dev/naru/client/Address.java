package dev.naru.client;

/// Where a node listens.
public record Address(String host, int port) {
    @Override public String toString() {
        return host + ":" + port;
    }
}
