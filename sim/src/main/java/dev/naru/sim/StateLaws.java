package dev.naru.sim;

import dev.naru.broker.BrokerEvent;
import dev.naru.client.Slot;
import dev.naru.partition.PartitionId;
import dev.naru.sim.history.History;
import dev.naru.sim.history.Seen;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What the nodes of a cluster hold and say of themselves, held against each other after everything
/// that happens on one of them: laws that no node can check alone. They find the cause where the
/// history finds the harm, if it finds any.
final class StateLaws {
    private static final int TOLD_MAX = 20;

    private final World world;
    private final History history;
    private final Map<Term, Integer> leaders = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final ImageLaws images;
    private final ReplicaLaws replicas;

    private record Term(PartitionId partition, int leaderEpoch) {}

    StateLaws(World world, History history) {
        this.world = world;
        this.history = history;
        this.images = new ImageLaws(this::violation);
        this.replicas = new ReplicaLaws(images, this::violation);
    }

    /// Said once: what is wrong mostly stays so.
    private void violation(String what) {
        if (told.size() >= TOLD_MAX || !told.add(what)) return;
        world.trace().line(world, "laws", what);
        history.violation(what);
    }

    /// Something happened on a node.
    void stepped(int nodeId, SimNode machine) {
        var node = machine.running();
        if (node.isEmpty()) return;
        var image = node.get().image();
        if (image.isPresent() && images.sees(nodeId, image.get())) replicas.agreed();
        replicas.stepped(nodeId, node.get());
    }

    /// A life of a node has ended. One that ended before it knew of the cluster has left everything as
    /// it was.
    void ended(int nodeId, boolean isClean) {
        images.ended(nodeId, isClean);
    }

    /// The power of a node went within a write: it may have cut a log and not know it.
    void cutInWrite(int nodeId) {
        replicas.cutInWrite(nodeId);
    }

    /// A client was told that records are gone.
    void deleted(Seen.Deleted gone) {
        replicas.deleted(gone.slot(), gone.lowWatermark());
    }

    /// I4: one node leads in each leader epoch.
    void leads(int nodeId, BrokerEvent.Leads leads) {
        var id = leads.partition();
        var before = leaders.putIfAbsent(new Term(id, leads.leaderEpoch()), nodeId);
        if (before != null && before != nodeId) {
            violation("I4: nodes " + before + " and " + nodeId + " lead " + id
                + " in epoch " + leads.leaderEpoch());
        }
        history.leads(new Slot(id.topic(), id.index()), leads.leaderEpoch(), nodeId,
            world.nowNs());
    }
}
