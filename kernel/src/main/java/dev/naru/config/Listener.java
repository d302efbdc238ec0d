package dev.naru.config;

/// One address to listen on, or to be told: a name, a host (empty is every address of the machine;
/// an IPv6 address has no brackets here) and a port (0 is any free one).
public record Listener(String name, String host, int port) {
    /// Whether only this machine can reach it.
    public boolean isLoopback() {
        if (host.equals("127.0.0.1") || host.equalsIgnoreCase("localhost") || host.equals("::1")) {
            return true;
        }
        return host.equals("0:0:0:0:0:0:0:1") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /// Whether it stands for every address of the machine.
    public boolean isWildcard() {
        return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
    }

    /// As it is written in a setting.
    @Override public String toString() {
        return name + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
