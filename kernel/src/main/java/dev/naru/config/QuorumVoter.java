package dev.naru.config;

import dev.naru.base.Uuid;
import java.util.Optional;

/// One entry of `controller.quorum.voters`: `id@host:port:directoryId`, as kafka-storage has it for initial
/// controllers (KIP-853). The directory id is empty where it is not said.
public record QuorumVoter(int nodeId, String host, int port, Optional<Uuid> directoryId) {
    private static final int PORT_MAX = 65_535;

    /// Empty when the text is something else.
    public static Optional<QuorumVoter> parse(String text) {
        int at = text.indexOf('@');
        var parts = text.substring(at + 1).split(":", -1);
        if (at <= 0 || parts.length < 2 || parts.length > 3 || parts[0].isEmpty())
            return Optional.empty();
        var directoryId = parts.length == 3 ? Uuid.parse(parts[2]) : Optional.<Uuid>empty();
        if (parts.length == 3 && directoryId.isEmpty()) return Optional.empty();
        try {
            int nodeId = Integer.parseInt(text.substring(0, at));
            int port = Integer.parseInt(parts[1]);
            boolean isPossible = nodeId >= 0 && port >= 0 && port <= PORT_MAX;
            return isPossible
                ? Optional.of(new QuorumVoter(nodeId, parts[0], port, directoryId))
                : Optional.empty();
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }
}
