package dev.naru.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.naru.compat.broker.Brokers;
import dev.naru.compat.broker.Clients;
import dev.naru.compat.broker.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.RetriableException;
import org.junit.jupiter.api.Test;

/// Nodes of which one dies and does not come back: what it held is copied to the others, while
/// producers leave them no pause.
class HealTest {
    private static final int PRODUCERS = 3;
    private static final int LOOKS_MAX = 300;
    private static final long LOOK_NS = 200_000_000L;
    private static final Map<String, String> TWO_OF_THREE = Map.of(
        "naru.heal.after.ms", "3000", "default.replication.factor", "2",
        "min.insync.replicas", "1", "offsets.topic.replication.factor", "2",
        "transaction.state.log.replication.factor", "2",
        "transaction.state.log.min.isr", "1",
        "share.coordinator.state.topic.replication.factor", "2");

    @Test void what_a_lost_node_held_has_all_its_replicas_again_under_load() throws Exception {
        assumeFalse(Brokers.areKafka(), "it is Naru that heals by itself");
        try (var cluster = Cluster.start(3, TWO_OF_THREE)) {
            var clients = new Clients(cluster.node(1));
            var history = new History();
            try (var admin = clients.admin()) {
                String loaded = topic(admin, Load.PARTITIONS);
                topic(admin, 12);
                joinAGroup(clients, loaded);
                try (var load = new Load(cluster.node(1), loaded, history, PRODUCERS).start()) {
                    history.awaitMore(500);
                    cluster.node(3).kill();
                    assertThat(lackingInTheEnd(admin, 3, 2)).isEmpty();
                    history.awaitMore(500);
                    load.finish();
                }
                assertThat(history.faults(clients.everythingIn(loaded))).isEmpty();
            }
        }
    }

    private static String topic(Admin admin, int partitions) throws Exception {
        String topic = Clients.name("topic");
        admin.createTopics(Set.of(new NewTopic(topic, partitions, (short) 2))).all().get();
        return topic;
    }

    /// So that there is a topic of the broker's own, too.
    private static void joinAGroup(Clients clients, String topic) {
        try (var member = clients.member("group", Map.of())) {
            member.subscribe(Set.of(topic));
            member.poll(Duration.ofSeconds(2));
        }
    }

    /// Looks again and again until each partition has so many replicas, all in sync and none on the
    /// lost node; what is still missing after the last look.
    private static List<String> lackingInTheEnd(Admin admin, int lost, int replicas)
        throws Exception {
        var lacking = List.of("nobody looked");
        for (int look = 0; look < LOOKS_MAX && !lacking.isEmpty(); look++) {
            LockSupport.parkNanos(LOOK_NS);
            lacking = lacking(admin, lost, replicas);
        }
        return lacking;
    }

    private static List<String> lacking(Admin admin, int lost, int replicas) throws Exception {
        var lacking = new ArrayList<String>();
        try {
            var names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
            for (var topic : admin.describeTopics(names).allTopicNames().get().values()) {
                for (var each : topic.partitions()) {
                    var holders = each.replicas().stream().map(Node::id).toList();
                    boolean isWhole = each.leader() != null && holders.size() == replicas
                        && each.isr().size() == replicas && !holders.contains(lost);
                    if (!isWhole) lacking.add(topic.name() + each);
                }
            }
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof RetriableException)) throw failed;
            lacking.add("no answer: " + failed.getCause());
        }
        return lacking;
    }
}
