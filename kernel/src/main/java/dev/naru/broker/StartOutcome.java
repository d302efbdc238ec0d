package dev.naru.broker;

import java.util.List;

/// How a start went.
public sealed interface StartOutcome {
    /// The node serves. `listeners` are HOST:PORT with the real ports.
    record Ready(int nodeId, String clusterId, List<String> listeners) implements StartOutcome {
        /// The port of the first listener.
        public int port() {
            var first = listeners.getFirst();
            return Integer.parseInt(first.substring(first.lastIndexOf(':') + 1));
        }
    }

    /// It does not, for this reason, in one line for people.
    record Failed(String reason) implements StartOutcome {}
}
