package dev.naru.sim;

import dev.naru.base.Loop;
import dev.naru.base.Now;
import dev.naru.client.ClientSettings;
import dev.naru.client.ClientTools;
import dev.naru.client.ClusterView;
import dev.naru.sim.history.History;
import dev.naru.sim.history.Seen;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.MetadataResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Where one client lives: its host, its loop, its share of chance, and what it writes down. Some
/// clients are old: they speak no version above a drawn one.
final class Site {
    private static final long REQUEST_TIMEOUT_MS = 1_500;
    private static final long BACKOFF_MS = 60;

    private final World world;
    private final SimHost host;
    private final SimLoop loop;
    private final SimEntropy chance;
    private final History history;
    private final ClientTools tools;
    private final ClientSettings settings;
    private final int process;
    private final boolean isCluster;
    private boolean isOver;

    Site(SimHost host, SimNetwork network, SimEntropy chance, History history, int nodes) {
        this.world = host.world();
        this.host = host;
        this.chance = chance;
        this.history = history;
        this.process = host.number();
        this.isCluster = nodes > 1;
        this.loop = new SimLoop(host, chance.split());
        var net = new SimNet(network, host);
        net.loops(List.of(loop));
        this.tools = new ClientTools(net, loop, host.clock(), chance.split(), new SimCodecs());
        this.settings = new ClientSettings(host.name(), Machines.addresses(nodes),
            REQUEST_TIMEOUT_MS,
            BACKOFF_MS, caps(chance));
    }

    private static Map<ApiKey, Short> caps(SimEntropy chance) {
        var caps = new TreeMap<ApiKey, Short>();
        if (chance.oneIn(2)) return caps;
        var keys = List.of(ApiKey.PRODUCE, ApiKey.FETCH, ApiKey.LIST_OFFSETS, ApiKey.METADATA,
            ApiKey.OFFSET_COMMIT, ApiKey.OFFSET_FETCH, ApiKey.FIND_COORDINATOR,
            ApiKey.JOIN_GROUP, ApiKey.HEARTBEAT, ApiKey.LEAVE_GROUP, ApiKey.SYNC_GROUP,
            ApiKey.API_VERSIONS, ApiKey.CREATE_TOPICS, ApiKey.DELETE_RECORDS,
            ApiKey.INIT_PRODUCER_ID);
        for (var key : keys) {
            int lowest = key == ApiKey.METADATA ? 10 : key.lowestVersion();
            int highest = key.highestStableVersion();
            caps.put(key, (short) (lowest + chance.below(highest - lowest + 1)));
        }
        return caps;
    }

    World world() {
        return world;
    }

    Loop loop() {
        return loop;
    }

    SimEntropy chance() {
        return chance;
    }

    History history() {
        return history;
    }

    ClientTools tools() {
        return tools;
    }

    SimHost host() {
        return host;
    }

    /// Whether there are several nodes.
    boolean isCluster() {
        return isCluster;
    }

    int number() {
        return process;
    }

    long nowNs() {
        return world.nowNs();
    }

    /// A fresh view of the cluster; what the node says of topics is written down.
    ClusterView view() {
        return view(settings);
    }

    /// One of a client that speaks no version above these.
    ClusterView view(Map<ApiKey, Short> caps) {
        return view(new ClientSettings(settings.clientId(), settings.bootstrap(),
            settings.requestTimeoutMs(), settings.backoffMs(), caps));
    }

    private ClusterView view(ClientSettings as) {
        var view = new ClusterView(tools, as, this::violation);
        view.listen(this::sawTopics);
        return view;
    }

    void violation(String what) {
        history.violation("protocol: " + host.name() + ": " + what);
    }

    private void sawTopics(MetadataResponse answer) {
        for (var topic : answer.topics()) {
            var name = topic.name();
            if (topic.errorCode() != 0 || name == null || topic.topicId().isZero()) continue;
            var epochs = new ArrayList<Integer>();
            for (int index = 0; index < topic.partitions().size(); index++)
                epochs.add(-1);
            for (var each : topic.partitions()) {
                // of several nodes one may know less than another told before
                if (!isCluster && each.partitionIndex() < epochs.size()) {
                    epochs.set(each.partitionIndex(), each.leaderEpoch());
                }
            }
            history.saw(new Seen.Topic(process, name, topic.topicId().toString(), epochs,
                nowNs()));
        }
    }

    /// Runs `task` on the client's loop, after up to `ms` milliseconds.
    void within(int ms, Runnable task) {
        loop.after(chance.below(ms + 1) * Now.NS_PER_MS, () -> {
            if (!isOver) task.run();
        });
    }

    void now(Runnable task) {
        loop.execute(task);
    }

    /// Nothing of this client happens any more.
    void over() {
        isOver = true;
    }
}
