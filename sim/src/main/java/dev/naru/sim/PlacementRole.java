package dev.naru.sim;

import dev.naru.base.ErrorCode;
import dev.naru.base.Now;
import dev.naru.client.ClusterView;
import dev.naru.client.NodeLink;
import dev.naru.client.Reply;
import dev.naru.client.Slot;
import dev.naru.metadata.Draining;
import dev.naru.wire.message.AlterPartitionReassignmentsRequest;
import dev.naru.wire.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import dev.naru.wire.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import dev.naru.wire.message.AlterPartitionReassignmentsResponse;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.IncrementalAlterConfigsRequest;
import dev.naru.wire.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import dev.naru.wire.message.IncrementalAlterConfigsRequest.AlterableConfig;
import dev.naru.wire.message.IncrementalAlterConfigsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Somebody who moves replicas by hand, takes moves back, decommissions nodes and calls them back,
/// where there are more nodes than replicas. In the end one node is to be empty, or none.
final class PlacementRole {
    private static final byte BROKER_RESOURCE = 4;
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final int NOBODY = 0;
    private static final int TURN_MS_MAX = 500;
    private static final int AGAIN_MS = 200;
    private static final int NOTICED_MS = 3_000;
    private static final int TIMEOUT_MS = 1_000;

    private final Site site;
    private final List<Slot> slots;
    private final int nodes;
    private final ClusterView view;
    private int emptied = NOBODY;
    private boolean isCalm;
    private boolean isSettled;

    /// Moves replicas of these over as many nodes.
    PlacementRole(Site site, List<Slot> slots, int nodes) {
        this.site = site;
        this.slots = slots;
        this.nodes = nodes;
        this.view = site.view();
    }

    void start() {
        site.now(this::turn);
    }

    /// One last wish, which has to come true: somebody is emptied, or called back amid that. Before it
    /// all are in use for a moment: what was taken back by hand the cluster leaves at that, until
    /// others are to be emptied than before.
    void calm() {
        isCalm = true;
        site.now(() -> insist(NOBODY, () -> later(this::emptyOne)));
    }

    private void emptyOne() {
        emptied = 1 + site.chance().below(nodes);
        insist(emptied, () -> later(this::callBackPerhaps));
    }

    private void callBackPerhaps() {
        if (site.chance().oneIn(2)) emptied = NOBODY;
        insist(emptied, () -> isSettled = true);
    }

    /// Not before the controller has seen how things are now.
    private void later(Runnable task) {
        site.loop().after(NOTICED_MS * Now.NS_PER_MS, () -> site.within(NOTICED_MS, task));
    }

    /// Whether the cluster knows the last wish.
    boolean isSettled() {
        return isSettled;
    }

    /// The node that holds nothing in the end; 0 when all may hold something.
    int emptied() {
        return emptied;
    }

    void close() {
        view.close();
        site.over();
    }

    private void turn() {
        if (isCalm) return;
        switch (site.chance().below(6)) {
            case 0 -> empty(1 + site.chance().below(nodes));
            case 1 -> empty(NOBODY);
            case 2 -> reassign(null);
            default -> reassign(someNodes());
        }
        site.within(TURN_MS_MAX, this::turn);
    }

    private void insist(int nodeId, Runnable then) {
        alter(nodeId, error -> {
            if (error == ErrorCode.NONE) then.run();
            else
                site.within(AGAIN_MS, () -> insist(nodeId, then));
        });
    }

    private void empty(int nodeId) {
        alter(nodeId, error -> count(nodeId == NOBODY ? "calls back " : "empties a node ", error));
    }

    private void count(String what, ErrorCode error) {
        site.world().trace().count("placement: " + what + error);
    }

    private void alter(int nodeId, Consumer<ErrorCode> heard) {
        var config = AlterableConfig.builder().name(Draining.SETTING)
            .configOperation(nodeId == NOBODY ? DELETE : SET)
            .value(nodeId == NOBODY ? "" : String.valueOf(nodeId)).build();
        var request = IncrementalAlterConfigsRequest.builder()
            .resources(List.of(AlterConfigsResource.builder().resourceType(BROKER_RESOURCE)
                .resourceName("").configs(List.of(config)).build()))
            .build();
        someNode().request(ApiKey.INCREMENTAL_ALTER_CONFIGS, _ -> request, reply -> {
            var error = ErrorCode.REQUEST_TIMED_OUT;
            if (reply instanceof Reply.Answer(IncrementalAlterConfigsResponse body, var _))
                error = ErrorCode.of(body.responses().getFirst().errorCode());
            heard.accept(error);
        });
    }

    /// Any node takes it, and forwards it.
    private NodeLink someNode() {
        return view.link(Machines.addresses(nodes).get(site.chance().below(nodes)));
    }

    private List<Integer> someNodes() {
        var left = new ArrayList<Integer>();
        for (int nodeId = 1; nodeId <= nodes; nodeId++)
            left.add(nodeId);
        var chosen = new ArrayList<Integer>();
        while (chosen.size() < PlacementPlan.REPLICAS)
            chosen.add(left.remove(/* index */ site.chance().below(left.size())));
        return chosen;
    }

    /// Without `replicas` a move that is under way is taken back.
    private void reassign(@Nullable List<Integer> replicas) {
        var slot = slots.get(site.chance().below(slots.size()));
        var partition = ReassignablePartition.builder().partitionIndex(slot.partition())
            .replicas(replicas).build();
        var request = AlterPartitionReassignmentsRequest.builder().timeoutMs(TIMEOUT_MS)
            .allowReplicationFactorChange(false)
            .topics(List.of(ReassignableTopic.builder().name(slot.topic())
                .partitions(List.of(partition)).build()))
            .build();
        someNode().request(ApiKey.ALTER_PARTITION_REASSIGNMENTS, _ -> request, reply -> {
            if (!(reply instanceof Reply.Answer(AlterPartitionReassignmentsResponse body, var _)))
                return;
            var error = ErrorCode.of(body.errorCode());
            if (error == ErrorCode.NONE)
                error = ErrorCode.of(body.responses().getFirst().partitions().getFirst()
                    .errorCode());
            count(replicas == null ? "takes back " : "moves ", error);
        });
    }
}
