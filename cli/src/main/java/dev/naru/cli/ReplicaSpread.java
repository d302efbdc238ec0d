package dev.naru.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// Where replicas could stand on some nodes: leaders go round, and the replicas of a partition follow
/// each other in an order that alternates the racks.
record ReplicaSpread(List<Integer> ring) {
    /// `racks` by node; "" for nodes in no rack.
    static ReplicaSpread over(Map<Integer, String> racks) {
        var byRack = new TreeMap<String, Deque<Integer>>();
        new TreeMap<>(racks).forEach((node, rack) -> byRack
            .computeIfAbsent(rack, _ -> new ArrayDeque<>()).add(node));
        var ring = new ArrayList<Integer>();
        while (ring.size() < racks.size()) {
            for (var rack : byRack.values()) {
                if (!rack.isEmpty()) ring.add(rack.removeFirst());
            }
        }
        return new ReplicaSpread(List.copyOf(ring));
    }

    /// The same partitions with as many replicas as they have.
    Assignment spread(Assignment current) {
        var spread = new TreeMap<TopicPartition, List<Integer>>(Order.BY_PARTITION);
        int place = 0;
        for (var each : current.replicas().entrySet()) {
            int factor = each.getValue().size();
            if (factor > ring.size()) {
                throw Failed.because(each.getKey() + " has " + factor
                    + " replicas, and only " + ring.size() + " nodes are given");
            }
            var nodes = new ArrayList<Integer>();
            for (int replica = 0; replica < factor; replica++)
                nodes.add(ring.get((place + replica) % ring.size()));
            spread.put(each.getKey(), nodes);
            place++;
        }
        return new Assignment(spread);
    }
}
