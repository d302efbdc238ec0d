package dev.naru.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.naru.base.DiskFault;
import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.base.QuietChannel;
import dev.naru.base.Uuid;
import dev.naru.client.ClientTools;
import dev.naru.config.Settings;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class DialProbesTest {
    private static final int SECOND_MS = 1_000;

    private final TxnNode node = new TxnNode();
    private final Wires wires = new Wires();
    private final List<String> told = new ArrayList<>();
    private final Cluster cluster;
    private final DialProbes probes;

    DialProbesTest() throws DiskFault {
        var outcome = Settings.of(Map.of("node.id", "1", "listeners",
            "PLAINTEXT://127.0.0.1:9092,PEERS://127.0.0.1:9192", "inter.broker.listener.name",
            "PEERS", "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT"));
        var settings = assertInstanceOf(Settings.Outcome.Accepted.class, outcome).settings();
        cluster = new Cluster(1, settings, node.cluster.image());
        var tools = new ClientTools(wires, node.loop, node.loop, new TxnNode.Counting(),
            new TxnNode.NoCodecs());
        probes = new DialProbes(cluster, tools, id -> told.add("reached " + id),
            id -> told.add("refused " + id), id -> told.add("gone " + id));
    }

    private void start(int nodeId, int port) {
        node.changed(new ClusterRequest.RegisterNode(nodeId, new Uuid(1, nodeId),
            new Uuid(2, port), List.of(new Endpoint("PEERS", "10.0.0.1", port, "PLAINTEXT")), "",
            true, Long.MAX_VALUE));
        cluster.publish(node.cluster.image(), cluster.settings());
        watch(2);
    }

    private void watch(Integer... nodeIds) {
        probes.watch(cluster.image(), new TreeSet<>(List.of(nodeIds)));
    }

    @Test void a_node_that_is_counted_on_is_dialled_once_and_heard_of() {
        start(2, 7002);
        watch(2);
        assertEquals(List.of("10.0.0.1:7002"), wires.dialled);
        wires.last().onOpen(wires);
        node.loop.passMs(10 * SECOND_MS);
        assertEquals(List.of("reached 2"), told);
        assertEquals(1, wires.dialled.size());
    }

    @Test void a_connection_that_closes_is_made_again_and_a_refusal_is_told_until_it_stands() {
        start(2, 7002);
        wires.last().onOpen(wires);
        wires.last().onClosed("reset");
        node.loop.passMs(20);
        assertEquals(2, wires.dialled.size());
        wires.last().onClosed("refused");
        assertEquals(List.of("reached 2", "refused 2", "gone 2"), told);
        node.loop.passMs(199);
        assertEquals(2, wires.dialled.size());
        node.loop.passMs(1);
        wires.last().onClosed("refused");
        node.loop.passMs(200);
        wires.last().onOpen(wires);
        assertEquals(List.of("reached 2", "refused 2", "gone 2", "refused 2", "gone 2",
            "reached 2"), told);
    }

    @Test void a_node_that_was_never_reached_is_refused_and_not_gone() {
        start(2, 7002);
        wires.last().onClosed("refused");
        assertEquals(List.of("refused 2"), told);
    }

    @Test void another_life_of_a_node_is_dialled_where_that_is() {
        start(2, 7002);
        node.loop.passMs(2 * SECOND_MS);
        start(2, 7003);
        assertEquals(List.of("10.0.0.1:7002", "10.0.0.1:7003"), wires.dialled);
        wires.last().onOpen(wires);
        wires.listeners.getFirst().onClosed("refused");
        assertEquals(List.of("reached 2"), told);
    }

    @Test void a_node_that_is_not_watched_any_more_is_not_tried() {
        start(2, 7002);
        watch();
        wires.last().onClosed("refused");
        node.loop.passMs(SECOND_MS);
        assertEquals(List.of(), told);
        assertEquals(1, wires.dialled.size());
    }

    /// Takes down who is dialled; the test says what becomes of it.
    private static final class Wires implements Net, QuietChannel {
        private final List<String> dialled = new ArrayList<>();
        private final List<Listener> listeners = new ArrayList<>();

        private Listener last() {
            return listeners.getLast();
        }

        @Override public void dial(String host, int port, Loop loop, Listener listener) {
            dialled.add(host + ":" + port);
            listeners.add(listener);
        }

        @Override public Listening listen(String host, int port, Acceptor acceptor)
            throws NetFault {
            throw new NetFault("nobody listens here");
        }

    }
}
