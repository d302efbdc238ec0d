package dev.naru.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.common.Uuid;

/// kafka-metadata-quorum describe and remove-controller.
final class KafkaMetadataQuorum implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-metadata-quorum", "Shows the state of the metadata quorum.")
            .words("describe|remove-controller", "1", "What to do.")
            .on("--status", "A summary.")
            .on("--replication,--re", "Each replica with how far it is.")
            .on("--human-readable,--hr", "Times as how long ago.")
            .text("--controller-id", "id", "The voter to remove.")
            .text("--controller-directory-id", "id", "Its directory.").kafkaCluster();
    }

    @Override public int run(Given given, Terminal terminal) {
        String verb = given.words().getFirst();
        if (verb.equals("remove-controller")) return remove(given, terminal);
        if (!verb.equals("describe")) {
            throw Failed.usage("describe and remove-controller are known, not '" + verb
                + "'; naru quorum add adds a voter");
        }
        if (given.has("--status") == given.has("--replication")) {
            throw Failed.usage("describe needs either --status or --replication");
        }
        try (Admin admin = Link.ofKafka(given).admin()) {
            QuorumInfo quorum = Explain.get(admin.describeMetadataQuorum().quorumInfo());
            if (given.has("--replication")) {
                terminal.out().print(replication(quorum, given.has("--human-readable")));
                return 0;
            }
            String clusterId = Explain.get(admin.describeCluster().clusterId());
            status(clusterId, quorum).forEach(terminal::line);
            return 0;
        }
    }

    private static int remove(Given given, Terminal terminal) {
        int id = given.integer("--controller-id")
            .orElseThrow(() -> Failed.usage("remove-controller needs --controller-id"));
        String directory = given.required("--controller-directory-id");
        try (Admin admin = Link.ofKafka(given).admin()) {
            Explain.get(admin.removeRaftVoter(id, Uuid.fromString(directory)).all());
            terminal.line("Removed KRaft controller " + id + " with directory id " + directory);
            return 0;
        } catch (IllegalArgumentException e) {
            throw Failed.usage("'" + directory + "' is not the id of a directory");
        }
    }

    static List<String> status(String clusterId, QuorumInfo quorum) {
        var leader = quorum.voters().stream()
            .filter(voter -> voter.replicaId() == quorum.leaderId()).findFirst();
        long lag = quorum.voters().stream()
            .mapToLong(voter -> Cluster.lag(quorum, voter.logEndOffset())).max().orElse(0);
        long caughtUpMs = leader.map(found -> found.lastCaughtUpTimestamp().orElse(-1)).orElse(-1L);
        ToLongFunction<ReplicaState> behindMs = voter -> voter.lastCaughtUpTimestamp().isEmpty()
            || caughtUpMs < 0
                ? -1
                : Math.max(0,
                    caughtUpMs - voter.lastCaughtUpTimestamp().getAsLong());
        long lagMs = quorum.voters().size() == 1
            ? 0
            : quorum.voters().stream().mapToLong(behindMs).max().orElse(-1);
        return List.of("ClusterId:              " + clusterId,
            "LeaderId:               " + quorum.leaderId(),
            "LeaderEpoch:            " + quorum.leaderEpoch(),
            "HighWatermark:          " + quorum.highWatermark(),
            "MaxFollowerLag:         " + lag, "MaxFollowerLagTimeMs:   " + lagMs,
            "CurrentVoters:          " + members(quorum, quorum.voters()),
            "CurrentObservers:       " + members(quorum, quorum.observers()));
    }

    private static String members(QuorumInfo quorum, List<ReplicaState> replicas) {
        var texts = new ArrayList<String>();
        for (ReplicaState replica : replicas) {
            var text = new StringBuilder("{\"id\": " + replica.replicaId());
            if (!replica.replicaDirectoryId().equals(Uuid.ZERO_UUID)) {
                text.append(", \"directoryId\": \"").append(replica.replicaDirectoryId())
                    .append('"');
            }
            var node = quorum.nodes().get(replica.replicaId());
            if (node != null && !node.endpoints().isEmpty()) {
                var endpoints = node.endpoints().stream().map(at -> "\"" + at.listener() + "://"
                    + at.host() + ":" + at.port() + "\"").toList();
                text.append(", \"endpoints\": [").append(String.join(", ", endpoints)).append(']');
            }
            texts.add(text.append('}').toString());
        }
        return "[" + String.join(", ", texts) + "]";
    }

    private static String replication(QuorumInfo quorum, boolean forPeople) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp",
            "LastCaughtUpTimestamp", "Status"));
        quorum.voters().stream().filter(voter -> voter.replicaId() == quorum.leaderId())
            .forEach(voter -> rows.add(row(quorum, voter, "Leader", forPeople)));
        quorum.voters().stream().filter(voter -> voter.replicaId() != quorum.leaderId())
            .forEach(voter -> rows.add(row(quorum, voter, "Follower", forPeople)));
        quorum.observers()
            .forEach(observer -> rows.add(row(quorum, observer, "Observer", forPeople)));
        var text = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream().mapToInt(one -> one.get(column).length()).max()
                    .orElse(0);
                text.append(row.get(i)).append(" ".repeat(width - row.get(i).length()))
                    .append('\t');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static List<String> row(QuorumInfo quorum, ReplicaState replica, String status,
        boolean forPeople) {
        return List.of(Integer.toString(replica.replicaId()),
            replica.replicaDirectoryId().toString(), Long.toString(replica.logEndOffset()),
            Long.toString(Cluster.lag(quorum, replica.logEndOffset())),
            time(replica.lastFetchTimestamp(), forPeople),
            time(replica.lastCaughtUpTimestamp(), forPeople), status);
    }

    private static String time(OptionalLong timestampMs, boolean forPeople) {
        long known = timestampMs.orElse(-1);
        if (!forPeople || known < 0) return Long.toString(known);
        return Math.max(0, System.currentTimeMillis() - known) + " ms ago";
    }
}
