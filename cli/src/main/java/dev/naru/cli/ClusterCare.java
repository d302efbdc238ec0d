package dev.naru.cli;

import dev.naru.metadata.ClusterAnswer.BalanceDescribed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/// `naru cluster status` and `naru cluster balance`: what the cluster does by itself.
final class ClusterCare {
    private static final int PLANNED_MAX = 1_000;
    private static final String ENABLE = "naru.balance.enable";

    private ClusterCare() {}

    static final class Status implements Command {
        @Override public Flags flags() {
            return Flags.of("naru cluster status",
                "Shows the nodes, what is missing, and how far moves of replicas are.").cluster()
                .json();
        }

        @Override public int run(Given given, Terminal terminal) {
            Link link = Link.of(given);
            try (Admin admin = link.admin()) {
                var now = ClusterQuery.balance(link, admin, 0);
                var moves = Moves.sheet(admin, now);
                if (given.json()) {
                    var object = new LinkedHashMap<String, Object>();
                    object.put("balancing", now.isEnabled());
                    object.put("partitionsWithoutLeader", now.leaderless());
                    object.put("underReplicatedPartitions", now.underReplicated());
                    object.put("nodes", Nodes.sheet(now).objects());
                    object.put("moves", moves.objects());
                    terminal.line(Json.pretty(object));
                    return 0;
                }
                terminal.line("partitions without a leader " + now.leaderless()
                    + "  under-replicated " + now.underReplicated() + "  moving by itself "
                    + (now.isEnabled() ? "on" : "off"));
                terminal.line("");
                Nodes.sheet(now).print(terminal, false);
                terminal.line("");
                if (moves.isEmpty()) terminal.line("nothing moves");
                else
                    moves.print(terminal, false);
                return 0;
            }
        }
    }

    static final class Balancing implements Command {
        @Override public Flags flags() {
            return Flags.of("naru cluster balance",
                "Shows which replicas the cluster would move next, and why.")
                .on("--dry-run", "Shows the plan, which is what happens without a flag.")
                .on("--stop", "Moves nothing by itself any more; its own moves are taken back.")
                .on("--start", "Moves by itself again.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            boolean stops = given.has("--stop");
            boolean starts = given.has("--start");
            if ((stops ? 1 : 0) + (starts ? 1 : 0) + (given.has("--dry-run") ? 1 : 0) > 1)
                throw Failed.usage("--dry-run, --stop and --start do not go together");
            Link link = Link.of(given);
            try (Admin admin = link.admin()) {
                if (stops || starts) turn(admin, starts);
                show(given, terminal, ClusterQuery.balance(link, admin, PLANNED_MAX));
                return 0;
            }
        }

        private static void turn(Admin admin, boolean on) {
            var change = new AlterConfigOp(new ConfigEntry(ENABLE, Boolean.toString(on)),
                AlterConfigOp.OpType.SET);
            var everyNode = new ConfigResource(ConfigResource.Type.BROKER, "");
            Explain.get(admin.incrementalAlterConfigs(Map.of(everyNode, List.of(change))).all());
        }

        private static void show(Given given, Terminal terminal, BalanceDescribed now) {
            var sheet = new Sheet("partition", "from", "to", "why");
            for (var step : now.planned()) {
                sheet.row(step.partition().topic() + "-" + step.partition().partition(),
                    step.before(), step.after(), step.why());
            }
            if (given.json()) {
                var object = new LinkedHashMap<String, Object>();
                object.put("balancing", now.isEnabled());
                object.put("moving", now.moves().size());
                object.put("planned", sheet.objects());
                terminal.line(Json.pretty(object));
                return;
            }
            terminal.line("moving by itself " + (now.isEnabled() ? "on" : "off") + "  under way "
                + now.moves().size() + "  to move " + now.planned().size()
                + (now.planned().size() == PLANNED_MAX ? " or more" : ""));
            if (sheet.isEmpty()) return;
            terminal.line("");
            sheet.print(terminal, false);
        }
    }
}
