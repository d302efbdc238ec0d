package dev.naru.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Deals partitions to members in turn. A pure function: every leader of a group decides alike.
final class RoundRobin {
    private RoundRobin() {}

    /// Every partition to one of the members that subscribe to its topic.
    static Map<String, List<Slot>> assign(Map<String, List<String>> topicsByMember,
        List<Slot> partitions) {
        var assigned = new TreeMap<String, List<Slot>>();
        for (var member : topicsByMember.keySet())
            assigned.put(member, new ArrayList<>());
        var members = List.copyOf(new TreeMap<>(topicsByMember).keySet());
        int turn = 0;
        for (var slot : partitions) {
            for (int tries = 0; tries < members.size(); tries++) {
                var member = members.get(turn % members.size());
                turn++;
                var topics = topicsByMember.getOrDefault(member, List.of());
                if (!topics.contains(slot.topic())) continue;
                assigned.computeIfAbsent(member, _ -> new ArrayList<>()).add(slot);
                break;
            }
        }
        return assigned;
    }
}
