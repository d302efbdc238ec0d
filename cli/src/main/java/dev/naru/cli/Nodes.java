package dev.naru.cli;

import dev.naru.metadata.ClusterAnswer.BalanceDescribed;
import dev.naru.metadata.ClusterAnswer.NodeStanding;
import dev.naru.metadata.Draining;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.config.ConfigResource;

/// `naru node ...`.
final class Nodes {
    private static final ConfigResource EVERY_NODE = new ConfigResource(
        ConfigResource.Type.BROKER, "");

    private Nodes() {}

    static final class ListAll implements Command {
        @Override public Flags flags() {
            return Flags.of("naru node list",
                "Shows the nodes, since when one is away, and what each holds.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            Link link = Link.of(given);
            try (Admin admin = link.admin()) {
                sheet(ClusterQuery.balance(link, admin, 0)).print(terminal, given.json());
                return 0;
            }
        }
    }

    static final class Decommission implements Command {
        @Override public Flags flags() {
            return Flags.of("naru node decommission",
                "Empties a node: it is given nothing new, and its replicas move to others.")
                .words("ID", "1", "The node's number.")
                .on("--cancel", "The node shall stay; what has not moved yet is left there.")
                .on("--status", "Only shows how far it is; exits with 1 until the node is empty.")
                .cluster().json()
                .footer("An empty node can be stopped and removed: naru node remove ID.");
        }

        @Override public int run(Given given, Terminal terminal) {
            int nodeId = given.nodeId();
            boolean cancels = given.has("--cancel");
            if (cancels && given.has("--status"))
                throw Failed.usage("--cancel and --status do not go together");
            Link link = Link.of(given);
            try (Admin admin = link.admin()) {
                find(ClusterQuery.balance(link, admin, 0), nodeId);
                if (!given.has("--status")) drain(admin, nodeId, !cancels);
                var now = ClusterQuery.balance(link, admin, PLANNED_MAX);
                var node = find(now, nodeId);
                show(given, terminal, now, node);
                return given.has("--status") && node.replicas() > 0 ? Failed.FAILED : 0;
            }
        }

        private static final int PLANNED_MAX = 1_000;

        private static void drain(Admin admin, int nodeId, boolean shallDrain) {
            var operation = shallDrain
                ? AlterConfigOp.OpType.APPEND
                : AlterConfigOp.OpType.SUBTRACT;
            var change = new AlterConfigOp(
                new ConfigEntry(Draining.SETTING, Integer.toString(nodeId)), operation);
            Explain.get(
                admin.incrementalAlterConfigs(Map.of(EVERY_NODE, List.of(change))).all());
        }

        private static void show(Given given, Terminal terminal, BalanceDescribed now,
            NodeStanding node) {
            long moving = now.moves().stream()
                .filter(move -> move.removing().contains(node.nodeId())).count();
            long planned = now.planned().stream()
                .filter(step -> step.before().contains(node.nodeId())
                    && !step.after().contains(node.nodeId()))
                .count();
            long stuck = Math.max(0, node.replicas() - moving - planned);
            if (given.json()) {
                var object = new LinkedHashMap<String, Object>();
                object.put("node", node.nodeId());
                object.put("draining", node.isDraining());
                object.put("replicas", node.replicas());
                object.put("moving", moving);
                object.put("planned", planned);
                object.put("leaders", node.leaders());
                terminal.line(Json.pretty(object));
                return;
            }
            if (!node.isDraining()) {
                terminal.line("node " + node.nodeId() + " stays; it holds " + node.replicas()
                    + " replicas");
                return;
            }
            terminal.line(node.replicas() == 0
                ? "node " + node.nodeId() + " is empty"
                : "node " + node.nodeId() + " holds " + node.replicas() + " replicas: " + moving
                    + " moving, " + planned + " to move");
            if (!now.isEnabled())
                terminal.line("nothing moves: start it with naru cluster balance --start");
            else if (stuck > 0 && moving + planned == 0)
                terminal.line("no other node can take them: each partition's other replicas are"
                    + " there already, nobody leads it, or its move was cancelled by hand");
        }
    }

    static final class Remove implements Command {
        @Override public Flags flags() {
            return Flags.of("naru node remove",
                "Forgets a node that will not come back.")
                .words("ID", "1", "The node's number.")
                .on("--force", "Also if it still holds replicas.")
                .cluster();
        }

        @Override public int run(Given given, Terminal terminal) {
            int nodeId = given.nodeId();
            Link link = Link.of(given);
            try (Admin admin = link.admin()) {
                var node = find(ClusterQuery.balance(link, admin, 0), nodeId);
                refuse(node, given.has("--force"));
                refuseVoter(nodeId, Explain.get(admin.describeMetadataQuorum().quorumInfo()));
                Explain.get(admin.unregisterBroker(nodeId).all());
                terminal.line("node " + nodeId + " removed");
                return 0;
            }
        }

        private static void refuse(NodeStanding node, boolean isLost) {
            if (node.replicas() > 0 && !isLost) {
                throw Failed.because("node " + node.nodeId() + " holds " + node.replicas()
                    + " replicas; empty it first with naru node decommission " + node.nodeId()
                    + ", or say --force if it is lost for good");
            }
            if (node.state().equals("active"))
                throw Failed.because("node " + node.nodeId() + " runs; stop it first");
        }

        /// One that came back would vote.
        private static void refuseVoter(int nodeId, QuorumInfo quorum) {
            if (quorum.voters().size() > 1
                && quorum.voters().stream().anyMatch(voter -> voter.replicaId() == nodeId)) {
                throw Failed.because("node " + nodeId + " has a vote; take it away first with"
                    + " naru quorum remove " + nodeId);
            }
        }
    }

    /// Nodes as a table.
    static Sheet sheet(BalanceDescribed now) {
        var sheet = new Sheet("node", "rack", "state", "awaySeconds", "draining", "replicas",
            "leaders", "preferred");
        for (var node : now.nodes()) {
            boolean isAway = !node.state().equals("active");
            sheet.row(node.nodeId(), node.rack(), node.state(),
                isAway ? node.silentMs() / 1_000 : "", node.isDraining(), node.replicas(),
                node.leaders(), node.preferred());
        }
        return sheet;
    }

    private static NodeStanding find(BalanceDescribed now, int nodeId) {
        return now.nodes().stream().filter(node -> node.nodeId() == nodeId).findFirst()
            .orElseThrow(() -> Failed.because("there is no node " + nodeId
                + "; see which there are with naru node list"));
    }
}
