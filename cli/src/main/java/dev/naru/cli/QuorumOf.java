package dev.naru.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.AddRaftVoterOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.apache.kafka.clients.admin.RemoveRaftVoterOptions;
import org.apache.kafka.common.Uuid;

/// `naru quorum ...`: who agrees on the cluster's metadata.
final class QuorumOf {
    private static final String LISTENER = "CONTROLLER";

    private QuorumOf() {}

    static final class Status implements Command {
        @Override public Flags flags() {
            return Flags.of("naru quorum status",
                "Shows who agrees on the cluster's metadata, and how far each is.").cluster()
                .json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                QuorumInfo quorum = Explain.get(admin.describeMetadataQuorum().quorumInfo());
                var sheet = new Sheet("node", "role", "logEndOffset", "lag", "heardMsAgo",
                    "caughtUpMsAgo", "directory");
                for (var voter : quorum.voters())
                    row(sheet, quorum, voter,
                        voter.replicaId() == quorum.leaderId() ? "leader" : "follower");
                for (var observer : quorum.observers())
                    row(sheet, quorum, observer, "observer");
                if (given.json()) {
                    var object = new LinkedHashMap<String, Object>();
                    object.put("leader", quorum.leaderId());
                    object.put("leaderEpoch", quorum.leaderEpoch());
                    object.put("highWatermark", quorum.highWatermark());
                    object.put("replicas", sheet.objects());
                    terminal.line(Json.pretty(object));
                    return 0;
                }
                terminal.line("leader " + (quorum.leaderId() < 0 ? "none" : quorum.leaderId())
                    + "  leader epoch " + quorum.leaderEpoch() + "  high watermark "
                    + quorum.highWatermark());
                terminal.line("");
                sheet.print(terminal, false);
                return 0;
            }
        }

        private static void row(Sheet sheet, QuorumInfo quorum, ReplicaState replica,
            String role) {
            boolean isKnown = replica.logEndOffset() >= 0;
            sheet.row(replica.replicaId(), role, isKnown ? replica.logEndOffset() : "",
                isKnown ? Cluster.lag(quorum, replica.logEndOffset()) : "",
                age(replica.lastFetchTimestamp()), age(replica.lastCaughtUpTimestamp()),
                replica.replicaDirectoryId());
        }

        private static Object age(OptionalLong timestampMs) {
            long known = timestampMs.orElse(-1);
            return known < 0 ? "" : (Object) Math.max(0, System.currentTimeMillis() - known);
        }
    }

    static final class Add implements Command {
        @Override public Flags flags() {
            return Flags.of("naru quorum add",
                "Gives an observer a vote. It has to be up: it catches up before it counts.")
                .words("node", "1", "The node's id.")
                .text("--directory", "id",
                    "The id of its data directory, if it is no observer yet.")
                .text("--address", "host:port", "Where the quorum reaches it, if it is none yet.")
                .cluster();
        }

        @Override public int run(Given given, Terminal terminal) {
            int nodeId = given.nodeId();
            try (Admin admin = Link.of(given).admin()) {
                QuorumInfo quorum = Explain.get(admin.describeMetadataQuorum().quorumInfo());
                var directory = directory(given)
                    .or(() -> only(quorum.observers(), nodeId))
                    .orElseThrow(() -> Failed.because("node " + nodeId + " is no observer; say its"
                        + " --directory and --address if it is up"));
                var endpoint = given.text("--address").map(QuorumOf::endpoint)
                    .or(() -> known(quorum, nodeId))
                    .orElseThrow(() -> Failed.because("nobody knows where node " + nodeId
                        + " listens for the quorum; say its --address"));
                Explain.get(admin.addRaftVoter(nodeId, directory, Set.of(endpoint),
                    new AddRaftVoterOptions()).all());
                terminal.line("Node " + nodeId + " is a voter.");
                return 0;
            }
        }

        private static Optional<RaftVoterEndpoint> known(QuorumInfo quorum, int nodeId) {
            return Optional.ofNullable(quorum.nodes().get(nodeId)).stream()
                .flatMap(node -> node.endpoints().stream()).findFirst();
        }
    }

    static final class Remove implements Command {
        @Override public Flags flags() {
            return Flags.of("naru quorum remove",
                "Takes a node's vote away; if it is up it goes on as an observer.")
                .words("node", "1", "The node's id.")
                .text("--directory", "id", "The id of the data directory that has the vote.")
                .cluster();
        }

        @Override public int run(Given given, Terminal terminal) {
            int nodeId = given.nodeId();
            try (Admin admin = Link.of(given).admin()) {
                QuorumInfo quorum = Explain.get(admin.describeMetadataQuorum().quorumInfo());
                var directory = directory(given)
                    .or(() -> only(quorum.voters(), nodeId))
                    .orElseThrow(() -> Failed.because("node " + nodeId + " is not a voter"));
                Explain.get(admin.removeRaftVoter(nodeId, directory,
                    new RemoveRaftVoterOptions()).all());
                terminal.line("Node " + nodeId + " is not a voter any more.");
                return 0;
            }
        }
    }

    private static Optional<Uuid> directory(Given given) {
        return given.text("--directory").map(text -> {
            try {
                return Uuid.fromString(text);
            } catch (IllegalArgumentException e) {
                throw Failed.usage("'" + text + "' is not the id of a directory");
            }
        });
    }

    private static RaftVoterEndpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) throw Failed.usage("--address needs HOST:PORT, not '" + text + "'");
        return new RaftVoterEndpoint(LISTENER, text.substring(0, colon),
            Given.smallNumber("--address", text.substring(colon + 1)));
    }

    private static Optional<Uuid> only(List<ReplicaState> replicas, int nodeId) {
        return replicas.stream().filter(replica -> replica.replicaId() == nodeId)
            .map(ReplicaState::replicaDirectoryId).findFirst();
    }
}
