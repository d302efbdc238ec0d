package dev.naru.sim;

import dev.naru.broker.BrokerEvent;
import dev.naru.client.Slot;
import dev.naru.partition.PartitionId;
import dev.naru.sim.history.History;
import java.util.HashMap;
import java.util.Map;

/// What the nodes say of themselves, held against each other: laws that no node can check alone.
/// They find the cause where the history finds the harm.
final class StateLaws {
    private final World world;
    private final History history;
    private final Map<Term, Integer> leaders = new HashMap<>();

    private record Term(PartitionId partition, int leaderEpoch) {}

    StateLaws(World world, History history) {
        this.world = world;
        this.history = history;
    }

    /// I4: one node leads in each leader epoch.
    void leads(int nodeId, BrokerEvent.Leads leads) {
        var id = leads.partition();
        var before = leaders.putIfAbsent(new Term(id, leads.leaderEpoch()), nodeId);
        if (before != null && before != nodeId) {
            history.violation("I4: nodes " + before + " and " + nodeId + " lead " + id
                + " in epoch " + leads.leaderEpoch());
        }
        history.leads(new Slot(id.topic(), id.index()), leads.leaderEpoch(), nodeId,
            world.nowNs());
    }
}
