package dev.naru.broker;

import dev.naru.base.Loop;
import dev.naru.base.Net;
import dev.naru.config.Listener;
import dev.naru.config.Settings;
import dev.naru.metadata.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/// The node's doors for clients: opened together, told to the cluster as endpoints. Owned by the
/// control loop.
final class NodeListeners {
    private final Net net;
    private final Net peers;
    private final Router router;
    private final Map<Loop, ConnectionTable> tables;
    private final IntSupplier connectionsMax;
    private final Map<String, Net.Listening> openByName = new LinkedHashMap<>();
    private final List<String> addresses = new ArrayList<>();

    /// `connectionsMax` is asked for each new connection; two that come at once on two loops may
    /// pass it by one.
    NodeListeners(Env env, Router router, Map<Loop, ConnectionTable> tables,
        IntSupplier connectionsMax) {
        this.net = env.net();
        this.peers = env.peers();
        this.connectionsMax = connectionsMax;
        this.router = router;
        this.tables = tables;
    }

    void open(Settings settings) throws Net.NetFault {
        for (var listener : settings.listeners()) {
            var name = listener.name();
            boolean isForPeers = isForPeers(settings, listener);
            var open = (isForPeers ? peers : net).listen(listener.host(), listener.port(),
                channel -> accept(channel, isForPeers
                    ? Door.forPeers(name, channel.proof())
                    : Door.forClients(name)));
            openByName.put(listener.name(), open);
            addresses.add(listener.host() + ":" + open.port());
        }
    }

    private static boolean isForPeers(Settings settings, Listener listener) {
        return settings.peerListener().filter(listener.name()::equals).isPresent();
    }

    private Net.Listener accept(Net.Channel channel, Door door) {
        var table = tables.get(channel.loop());
        if (table == null) throw new IllegalStateException("a channel on an unknown loop");
        var connection = new Connection(channel, door, router, table);
        table.opened(connection);
        int open = 0;
        for (var each : tables.values())
            open += each.count();
        if (open > connectionsMax.getAsInt()) connection.close("max.connections is reached");
        return connection;
    }

    /// HOST:PORT of each, with the real ports.
    List<String> addresses() {
        return List.copyOf(addresses);
    }

    /// What clients are told: the advertised address where there is one, with the real port for a
    /// port of 0.
    List<Endpoint> endpoints(Settings settings) {
        var advertised = new LinkedHashMap<String, Listener>();
        for (var each : settings.advertisedListeners())
            advertised.put(each.name(), each);
        var endpoints = new ArrayList<Endpoint>();
        for (var listener : settings.listeners()) {
            var open = openByName.get(listener.name());
            var told = advertised.getOrDefault(listener.name(), listener);
            int port = told.port() == 0 && open != null ? open.port() : told.port();
            boolean isSecured = isForPeers(settings, listener)
                && settings.isPeerListenerSecured();
            endpoints.add(new Endpoint(listener.name(), told.host(), port,
                isSecured ? "SSL" : "PLAINTEXT"));
        }
        return endpoints;
    }

    void close() {
        for (var open : openByName.values())
            open.close();
    }
}
