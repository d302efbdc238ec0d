package dev.naru.cli;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;

/// kafka-cluster.
final class KafkaCluster implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-cluster", "Shows the cluster's id and its brokers.")
            .words("cluster-id|list-endpoints|unregister", "1", "What to do.")
            .text("--bootstrap-server,-b", "host:port", "Brokers to start from.")
            .text("--command-config,--config,-c", "file", "A file of Kafka client properties.")
            .text("--id,-i", "id", "The broker to unregister.");
    }

    @Override public int run(Given given, Terminal terminal) {
        String verb = given.words().getFirst();
        try (Admin admin = Link.ofKafka(given).admin()) {
            switch (verb) {
                case "cluster-id" -> terminal.line("Cluster ID: "
                    + Explain.get(admin.describeCluster().clusterId()));
                case "list-endpoints" -> terminal.out().print(endpoints(admin));
                case "unregister" -> {
                    int id = given.integer("--id")
                        .orElseThrow(() -> Failed.usage("unregister needs --id"));
                    Explain.get(admin.unregisterBroker(id).all());
                    terminal.line("Broker " + id + " is no longer registered.");
                }
                default -> throw Failed.usage("there is no '" + verb
                    + "'; cluster-id, list-endpoints and unregister are known");
            }
            return 0;
        }
    }

    private static String endpoints(Admin admin) {
        var grid = new Grid().column("ID", 10).column("HOST", 9).column("PORT", 10)
            .column("RACK", 10).column("STATE", 10).column("ENDPOINT_TYPE", 15);
        for (Node node : Cluster.nodes(admin)) {
            grid.row(node.id(), node.host(), node.port(), String.valueOf(node.rack()),
                node.isFenced() ? "fenced" : "unfenced", "broker");
        }
        return grid.text();
    }
}
