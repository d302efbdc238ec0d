package dev.naru.server;

import dev.naru.config.BrokerNames;
import dev.naru.config.PropertiesText;
import dev.naru.config.QuorumVoter;
import dev.naru.metadata.NodeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the identity of a data directory says of the node's settings: its id, and those who agree first
/// on the cluster's metadata, when the directory was formatted with them (Kafka's
/// `--initial-controllers`, KIP-853). Settings that are given count more.
final class Stored {
    private Stored() {}

    /// Completes what was given with what `directory` says.
    static void complete(Map<String, String> given, Path directory) {
        var file = directory.resolve(NodeIdentity.FILE);
        if (!Files.isRegularFile(file)) return;
        Map<String, String> stored;
        try {
            stored = PropertiesText.read(Files.readString(file)).values();
        } catch (IOException unreadable) {
            return; // the node says what is wrong with it when it opens the directory
        }
        var nodeId = stored.get("node.id");
        boolean isSaid = given.containsKey(BrokerNames.NODE_ID)
            || given.containsKey(BrokerNames.BROKER_ID);
        if (!isSaid && nodeId != null) given.put(BrokerNames.NODE_ID, nodeId);
        var founders = stored.get(NodeIdentity.FOUNDERS_KEY);
        if (founders != null) {
            given.put(BrokerNames.CONTROLLER_QUORUM_VOTERS,
                voters(given.getOrDefault(BrokerNames.CONTROLLER_QUORUM_VOTERS, ""), founders));
        }
    }

    /// Kafka's `id@host:port` with the directory that was told for the id.
    private static String voters(String given, String founders) {
        if (given.isBlank()) return founders;
        var byId = new LinkedHashMap<Integer, String>();
        for (var founder : founders.split(",", -1)) {
            QuorumVoter.parse(founder).ifPresent(voter -> byId.put(voter.nodeId(),
                founder.substring(founder.lastIndexOf(':'))));
        }
        var completed = new ArrayList<String>();
        for (var one : List.of(given.split(",", -1))) {
            var text = one.strip();
            var directory = QuorumVoter.parse(text).filter(voter -> voter.directoryId().isEmpty())
                .map(voter -> byId.getOrDefault(voter.nodeId(), "")).orElse("");
            completed.add(text + directory);
        }
        return String.join(",", completed);
    }
}
