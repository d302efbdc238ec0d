package dev.naru.cli;

import java.util.Collection;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.StreamsGroupTopologyDescription;
import org.apache.kafka.clients.admin.StreamsGroupTopologyDescription.GlobalStore;
import org.apache.kafka.clients.admin.StreamsGroupTopologyDescription.Node;
import org.apache.kafka.clients.admin.StreamsGroupTopologyDescription.Processor;
import org.apache.kafka.clients.admin.StreamsGroupTopologyDescription.Sink;
import org.apache.kafka.clients.admin.StreamsGroupTopologyDescription.Source;

/// The graph of a streams application (KIP-1331) as Kafka Streams itself prints it.
final class StreamsTopologyText {
    private static final String AFTER = "      --> ";
    private static final String BEFORE = "      <-- ";

    private final StringBuilder text = new StringBuilder("Topologies:\n");

    private StreamsTopologyText() {}

    static String of(StreamsGroupTopologyDescription description) {
        var printed = new StreamsTopologyText();
        for (var part : description.subtopologies()) {
            printed.text.append("   Sub-topology: ").append(part.id()).append('\n');
            part.nodes().forEach(printed::add);
            printed.text.append('\n');
        }
        for (GlobalStore store : description.globalStores()) {
            printed.text.append("   Sub-topology: for global store (will not generate tasks)\n");
            printed.add(store.source());
            printed.add(store.processor());
            printed.text.append('\n');
        }
        return printed.text.toString().stripTrailing() + "\n";
    }

    private void add(Node node) {
        switch (node) {
            case Source source -> {
                title("Source", node, "topics: [" + list(source.topics()) + "]");
                names(AFTER, node.successors());
            }
            case Processor processor -> {
                title("Processor", node, "stores: [" + list(processor.stores()) + "]");
                names(AFTER, node.successors());
                names(BEFORE, node.predecessors());
            }
            case Sink sink -> {
                title("Sink", node, "topic: " + sink.topic().orElse("chosen for each record"));
                names(BEFORE, node.predecessors());
            }
            default -> title("Node", node, "of another kind");
        }
    }

    private void title(String kind, Node node, String more) {
        text.append("    ").append(kind).append(": ").append(node.name()).append(" (")
            .append(more).append(")\n");
    }

    private void names(String arrow, Collection<String> names) {
        text.append(arrow).append(names.isEmpty() ? "none" : list(names)).append('\n');
    }

    private static String list(Collection<String> names) {
        return String.join(", ", new TreeSet<>(names));
    }
}
