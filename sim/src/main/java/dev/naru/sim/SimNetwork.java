package dev.naru.sim;

import dev.naru.base.Net;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// All cables of the world: who listens where, which connections there are, and what is wrong with
/// them. Connections, not datagrams: order within a direction holds, and trouble comes from two
/// connections at once.
public final class SimNetwork {
    private static final int FIRST_FREE_PORT = 40_000;

    private final World world;
    private final SimHost nature;
    private final SimEntropy chance;
    private final Map<String, Door> doors = new TreeMap<>();
    private final List<SimLink> links = new ArrayList<>();
    private NetWeather weather = NetWeather.FAIR;
    private int refusesOneIn;
    private int nextPort = FIRST_FREE_PORT;
    private final Map<Integer, Integer> framesLent = new TreeMap<>();
    private final Set<Way> severed = new LinkedHashSet<>();
    private final List<SimHost> hosts = new ArrayList<>();

    /// One direction between two hosts.
    private record Way(int from, int to) {}

    /// Somebody who listens.
    record Door(SimNet net, int life, Net.Acceptor acceptor) {}

    /// `nature` is a host that never dies: what travels is its business.
    public SimNetwork(World world, SimHost nature, SimEntropy chance) {
        this.world = world;
        this.nature = nature;
        this.chance = chance;
    }

    public void weather(NetWeather next) {
        weather = next;
    }

    /// One dial in so many is refused, or never answered; 0 for none.
    public void refusesOneIn(int times) {
        refusesOneIn = times;
    }

    World world() {
        return world;
    }

    SimHost nature() {
        return nature;
    }

    SimEntropy chance() {
        return chance;
    }

    void plugged(SimHost host) {
        hosts.add(host);
    }

    /// Who is plugged in, in that order.
    List<SimHost> hosts() {
        return hosts;
    }

    int freePort() {
        return nextPort++;
    }

    /// Frames that the host was handed in this life and has not released.
    public int framesLent(SimHost host) {
        return framesLent.getOrDefault(host.number(), 0);
    }

    void lent(SimHost host, int change) {
        framesLent.merge(host.number(), change, Integer::sum);
    }

    long delayNs() {
        long delayNs = (long) weather.delayNsMin()
            + chance.below(weather.delayNsMax() - weather.delayNsMin() + 1);
        boolean isSlow = weather.slowOneIn() > 0 && chance.oneIn(weather.slowOneIn());
        return isSlow ? delayNs + chance.below(weather.slowNsMax()) : delayNs;
    }

    int windowBytes() {
        return weather.windowBytes();
    }

    boolean isAnnouncedApart() {
        return weather.announcedOneIn() > 0 && chance.oneIn(weather.announcedOneIn());
    }

    boolean open(String address, Door door) {
        var there = doors.get(address);
        if (there != null && there.life() == there.net().host().life()) return false;
        doors.put(address, door);
        return true;
    }

    void shut(String address, Door door) {
        doors.remove(address, door);
    }

    void dial(SimNet from, SimLoop loop, String address, Net.Listener listener) {
        int life = from.host().life();
        if (refusesOneIn > 0 && chance.oneIn(refusesOneIn)) {
            world.trace().count("net: refused");
            if (chance.oneIn(2)) return; // nobody ever answers
            refuse(from, loop, listener);
            return;
        }
        world.schedule(delayNs(), nature, () -> {
            if (from.host().life() != life) return;
            var door = doors.get(address);
            if (door == null || door.life() != door.net().host().life()) {
                refuse(from, loop, listener);
                return;
            }
            if (!isInTouch(from.host(), door.net().host())) {
                world.trace().count("net: dialled across a cut");
                return; // nobody ever answers
            }
            var link = new SimLink(this, from, door.net(), address);
            links.removeIf(SimLink::isOver);
            links.add(link);
            link.open(loop, listener, door.acceptor());
        });
    }

    private void refuse(SimNet from, SimLoop loop, Net.Listener listener) {
        int life = from.host().life();
        world.schedule(delayNs(), nature, () -> {
            if (from.host().life() == life) {
                loop.inOrder(listener, 1, () -> listener.onClosed("connection refused"));
            }
        });
    }

    /// From now on nothing that `from` sends gets to `to`; the way back is another cable.
    public void sever(SimHost from, SimHost to) {
        if (!severed.add(new Way(from.number(), to.number()))) return;
        world.trace().count("net: severed");
        for (var link : links()) {
            if (link.touches(from) && link.touches(to)) link.goDarkFrom(from);
        }
    }

    /// What `from` sends gets to `to` again, by new connections.
    public void mend(SimHost from, SimHost to) {
        severed.remove(new Way(from.number(), to.number()));
    }

    /// Whether what `from` sends gets to `to`.
    public boolean reaches(SimHost from, SimHost to) {
        return from == to || !severed.contains(new Way(from.number(), to.number()));
    }

    /// Whether each of the two gets what the other sends.
    public boolean isInTouch(SimHost one, SimHost other) {
        return reaches(one, other) && reaches(other, one);
    }

    /// The connections that are there now.
    public List<SimLink> links() {
        links.removeIf(SimLink::isOver);
        return List.copyOf(links);
    }

    /// The host's process is gone: the others are told, or, after a power cut, only much later.
    public void hostDied(SimHost host, boolean othersAreTold) {
        framesLent.remove(host.number());
        for (var link : links()) {
            if (link.touches(host)) link.endDied(host, othersAreTold);
        }
    }

    /// No more trouble: what is broken is closed, the rest is quick.
    public void heal() {
        weather = NetWeather.FAIR;
        refusesOneIn = 0;
        severed.clear();
        for (var link : links())
            link.heal();
    }
}
