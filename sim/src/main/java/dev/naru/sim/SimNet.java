package dev.naru.sim;

import dev.naru.base.Loop;
import dev.naru.base.Net;
import java.util.List;

/// One host's plug in the network. Connections that arrive go to its loops in turn.
public final class SimNet implements Net {
    private final SimNetwork network;
    private final SimHost host;
    private List<SimLoop> loops = List.of();
    private int nextLoop;

    public SimNet(SimNetwork network, SimHost host) {
        this.network = network;
        this.host = host;
        network.plugged(host);
    }

    /// The loops of the host's present life.
    public void loops(List<SimLoop> now) {
        loops = now;
        nextLoop = 0;
    }

    SimHost host() {
        return host;
    }

    SimLoop nextLoop() {
        return loops.get(nextLoop++ % loops.size());
    }

    @Override public Listening listen(String name, int port, Acceptor acceptor) throws NetFault {
        int real = port == 0 ? network.freePort() : port;
        var address = name + ":" + real;
        var door = new SimNetwork.Door(this, host.life(), acceptor);
        if (!network.open(address, door)) throw new NetFault("address already in use: " + address);
        return new Listening() {
            @Override public int port() {
                return real;
            }

            @Override public void close() {
                network.shut(address, door);
            }
        };
    }

    @Override public void dial(String name, int port, Loop loop, Listener listener) {
        network.dial(this, (SimLoop) loop, name + ":" + port, listener);
    }
}
