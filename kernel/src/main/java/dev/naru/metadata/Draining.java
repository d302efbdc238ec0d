package dev.naru.metadata;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// The nodes that shall be emptied: a setting of the whole cluster, so that it is a fact, outlives the
/// nodes' starts, and can be set and taken back by every administrative client.
public final class Draining {
    /// Numbers of nodes, as a list.
    public static final String SETTING = "naru.nodes.draining";

    private Draining() {}

    /// The numbers, whether there are such nodes or not.
    public static SortedSet<Integer> of(ClusterImage image) {
        var text = image.configs(ConfigResource.everyBroker()).get(SETTING);
        if (text == null) return Collections.emptySortedSet();
        var ids = new TreeSet<Integer>();
        for (var each : text.split(",", -1)) {
            // a text that a newer release allowed names nobody here
            if (each.strip().matches("\\d{1,9}")) ids.add(Integer.parseInt(each.strip()));
        }
        return ids;
    }

    /// The fact that the node is not among them any more; none when it is not.
    static List<ClusterRecord> without(ClusterImage image, int nodeId) {
        var left = new TreeSet<>(of(image));
        if (!left.remove(nodeId)) return List.of();
        var resource = ConfigResource.everyBroker();
        if (left.isEmpty()) return List.of(new ClusterRecord.ConfigRemoved(resource, SETTING));
        var text = String.join(",", left.stream().map(String::valueOf).toList());
        return List.of(new ClusterRecord.ConfigSet(resource, SETTING, text));
    }
}
