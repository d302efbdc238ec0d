package dev.naru.sim;

import dev.naru.base.Net;

/// One connection: two ends and a pipe in each direction, and what may befall it.
public final class SimLink {
    private static final long TOLD_LATE_NS_MAX = 8_000_000_000L;

    private final SimNetwork network;
    private final SimEnd client;
    private final SimEnd server;
    private boolean isDark;

    SimLink(SimNetwork network, SimNet from, SimNet to, String address) {
        this.network = network;
        int colon = address.lastIndexOf(':');
        int serverPort = Integer.parseInt(address.substring(colon + 1));
        int clientPort = network.freePort();
        var there = to.nextLoop();
        this.client = new SimEnd(network, from.host(), new SimEnd.Place(clientPort,
            address.substring(0, colon), serverPort));
        this.server = new SimEnd(network, to.host(), new SimEnd.Place(serverPort,
            from.host().name(), clientPort));
        client.joins(server);
        server.joins(client);
        server.loop(there);
    }

    void open(SimLoop clientLoop, Net.Listener listener, Net.Acceptor acceptor) {
        client.loop(clientLoop);
        client.listener(listener);
        server.onLoop(() -> server.listener(acceptor.accept(server)));
        long backNs = network.delayNs();
        network.world().schedule(backNs, network.nature(),
            () -> client.onLoop(() -> {
                if (!client.isGone()) listener.onOpen(client);
            }));
    }

    boolean isOver() {
        return client.isGone() && server.isGone();
    }

    boolean touches(SimHost host) {
        return client.host() == host || server.host() == host;
    }

    public boolean isDark() {
        return isDark;
    }

    /// The connection breaks: of what is under way, a prefix arrives; both ends are told.
    public void cut() {
        client.outgoing().breakOff();
        server.outgoing().breakOff();
        client.told("connection reset", network.delayNs());
        server.told("connection reset", network.delayNs());
    }

    /// Nothing gets through any more, and nobody is told for long.
    public void goDark(boolean bothWays) {
        var chance = network.chance();
        boolean fromClient = bothWays || chance.oneIn(2);
        goDark(fromClient, bothWays || !fromClient);
    }

    /// Nothing that this host sends gets through any more.
    void goDarkFrom(SimHost host) {
        goDark(client.host() == host, server.host() == host);
    }

    private void goDark(boolean fromClient, boolean fromServer) {
        isDark = true;
        if (fromClient) client.outgoing().breakOff();
        if (fromServer) server.outgoing().breakOff();
        client.told("connection timed out", 1_000_000L + lateNs());
        server.told("connection timed out", 1_000_000L + lateNs());
    }

    private long lateNs() {
        return Math.floorMod(network.chance().nextLong(), TOLD_LATE_NS_MAX);
    }

    /// What is under way in one direction, and what follows it, is late.
    public void stall(boolean fromClient, long untilNs) {
        (fromClient ? client : server).outgoing().stallUntil(untilNs);
    }

    void endDied(SimHost host, boolean otherIsTold) {
        var dead = client.host() == host ? client : server;
        var other = dead == client ? server : client;
        dead.vanish();
        other.outgoing().breakOff();
        long delayNs = otherIsTold ? network.delayNs() : lateNs();
        other.told("connection reset by peer", delayNs);
    }

    void heal() {
        client.outgoing().stallUntil(0);
        server.outgoing().stallUntil(0);
        if (!isDark) return;
        client.told("connection timed out", network.delayNs());
        server.told("connection timed out", network.delayNs());
    }
}
