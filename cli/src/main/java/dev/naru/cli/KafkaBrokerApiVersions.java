package dev.naru.cli;

import java.util.ArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;

/// kafka-broker-api-versions.
final class KafkaBrokerApiVersions implements Command {
    @Override public Flags flags() {
        return Flags.of("kafka-broker-api-versions", "Shows which requests the brokers serve.")
            .kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "ERROR: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        Link link = Link.ofKafka(given);
        try (Admin admin = link.admin()) {
            for (Node node : Cluster.nodes(admin)) {
                var lines = new ArrayList<String>();
                ApiQuery.ask(link, node).forEach(range -> lines.add(line(range)));
                terminal.line(node + " -> (");
                terminal.line(String.join(",\n", lines));
                terminal.line(")");
            }
            return 0;
        }
    }

    /// The versions a broker has, and the newest that is known here too.
    static String line(ApiQuery.Range range) {
        String versions = range.min() == range.max()
            ? "" + range.min()
            : range.min() + " to " + range.max();
        return "\t" + range.name() + "(" + range.key() + "): " + versions + usable(range);
    }

    private static String usable(ApiQuery.Range range) {
        return ApiNames.known(range.key()).map(api -> {
            int newest = Math.min(range.max(), api.highestVersion());
            boolean meets = newest >= Math.max(range.min(), api.lowestVersion());
            return meets ? " [usable: " + newest + "]" : " [unusable: no version in common]";
        }).orElse("");
    }

}
