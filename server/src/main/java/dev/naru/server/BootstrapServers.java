package dev.naru.server;

import dev.naru.config.BrokerNames;
import dev.naru.config.Listener;
import dev.naru.config.Settings;
import dev.naru.metadata.NodeIdentity;
import dev.naru.quorum.JoinMark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/// Which of `controller.quorum.bootstrap.servers` a node asks to be taken in: those that are not the
/// node itself, and only where the node's directory is nobody's yet.
final class BootstrapServers {
    private BootstrapServers() {}

    /// HOST:PORT with commas, as `--join` has them; empty where there is nothing to ask.
    static Optional<String> join(Settings settings, Path directory) throws IOException {
        boolean isSomebody = Files.exists(directory.resolve(NodeIdentity.FILE))
            && JoinMark.read(directory).isEmpty();
        if (isSomebody || settings.quorumVoters().size() > 1) return Optional.empty();
        var others = settings.list(BrokerNames.CONTROLLER_QUORUM_BOOTSTRAP_SERVERS).stream()
            .filter(server -> !isOwn(server, settings)).collect(Collectors.joining(","));
        return Optional.of(others).filter(text -> !text.isEmpty());
    }

    /// Whether this node listens there.
    private static boolean isOwn(String server, Settings settings) {
        int colon = server.lastIndexOf(':');
        var host = server.substring(0, colon);
        int port = Integer.parseInt(server.substring(colon + 1));
        return settings.allListeners().stream().filter(listener -> listener.port() == port)
            .anyMatch(listener -> isSame(listener, host));
    }

    private static boolean isSame(Listener listener, String host) {
        if (listener.host().equals(host)) return true;
        try {
            var meant = InetAddress.getByName(host);
            return listener.isWildcard()
                ? meant.isLoopbackAddress() || NetworkInterface.getByInetAddress(meant) != null
                : meant.equals(InetAddress.getByName(listener.host()));
        } catch (IOException unknown) {
            return false;
        }
    }
}
