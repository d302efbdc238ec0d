package dev.naru.sim;

import dev.naru.client.ClusterView;
import dev.naru.client.Reply;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.MetadataRequest;
import dev.naru.wire.message.MetadataResponse;
import java.util.ArrayList;
import java.util.List;

/// Asks the nodes, in the end, until every partition has a leader, as many replicas as it should have,
/// all of them in sync, and none on the node that is to be empty, if there is one.
final class SyncRole {
    private static final int PAUSE_MS = 100;

    private final Site site;
    private final int replicas;
    private final int emptied;
    private final ClusterView view;
    private List<String> behind = List.of("nobody answered yet");

    /// `emptied` 0 is no node.
    SyncRole(Site site, int replicas, int emptied) {
        this.site = site;
        this.replicas = replicas;
        this.emptied = emptied;
        this.view = site.view();
    }

    void start() {
        site.now(this::ask);
    }

    /// Which partitions are not as they should be, as far as is known.
    List<String> behind() {
        return behind;
    }

    void close() {
        view.close();
        site.over();
    }

    private void ask() {
        var request = MetadataRequest.builder().topics(null).allowAutoTopicCreation(false).build();
        view.refresh();
        view.any().request(ApiKey.METADATA, _ -> request, reply -> {
            if (reply instanceof Reply.Answer(MetadataResponse answer, var _)) learn(answer);
            if (!behind.isEmpty()) site.within(PAUSE_MS, this::ask);
        });
    }

    private void learn(MetadataResponse answer) {
        var found = new ArrayList<String>();
        for (var topic : answer.topics()) {
            for (var each : topic.partitions()) {
                boolean isWhole = each.leaderId() >= 0
                    && each.isrNodes().size() == replicas
                    && each.replicaNodes().size() == replicas
                    && !each.replicaNodes().contains(emptied);
                if (!isWhole)
                    found.add(topic.name() + "-" + each.partitionIndex() + " led by "
                        + each.leaderId() + " with " + each.isrNodes() + " of "
                        + each.replicaNodes());
            }
        }
        behind = found;
    }
}
