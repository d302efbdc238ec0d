package dev.naru.sim;

import java.util.ArrayList;
import java.util.List;

/// Cuts cables between the machines of a cluster, and mends them after a while. Most seeds have
/// cuts; each of those draws which shapes, and how often. The cluster's metadata log obeys them.
final class Cuts {
    private static final int EVERY_MS_MIN = 400;
    private static final int EVERY_MS_MAX = 4_000;
    private static final int LAST_MS_MIN = 100;
    private static final int LAST_MS_MAX = 5_000;
    private static final int FLAP_MS_MAX = 400;
    private static final int FLAPS_MAX = 20;
    private static final long NS_PER_MS = 1_000_000L;

    private final World world;
    private final SimHost nature;
    private final SimNetwork network;
    private final List<SimHost> nodes;
    private final SimEntropy chance;
    private final List<Shape> shapes = new ArrayList<>();
    private int everyMs;
    private boolean isOver;

    /// What is cut from what.
    private enum Shape {
        /// One node from all others.
        ALONE,
        /// One node sends to all others in vain, or gets nothing from them.
        ONE_WAY,
        /// Two nodes from each other; both see the third.
        PAIR,
        /// Two nodes from each other, on and off.
        FLAPPING,
        /// Some of the clients from one node.
        CLIENTS
    }

    /// One direction.
    private record Way(SimHost from, SimHost to) {}

    Cuts(SimHost nature, SimNetwork network, List<SimHost> nodes, SimEntropy chance) {
        this.world = nature.world();
        this.nature = nature;
        this.network = network;
        this.nodes = nodes;
        this.chance = chance;
    }

    void start() {
        if (nodes.size() == 1 || chance.oneIn(3)) return;
        everyMs = EVERY_MS_MIN + chance.below(EVERY_MS_MAX - EVERY_MS_MIN);
        for (var shape : Shape.values())
            if (chance.oneIn(2)) shapes.add(shape);
        if (!shapes.isEmpty()) next();
    }

    /// No more of it; the network heals by itself.
    void heal() {
        isOver = true;
    }

    private void next() {
        after(1 + chance.below(2 * everyMs), () -> {
            happen(shapes.get(chance.below(shapes.size())));
            next();
        });
    }

    private void after(int ms, Runnable task) {
        world.schedule(ms * NS_PER_MS, nature, () -> {
            if (!isOver) task.run();
        });
    }

    private void happen(Shape shape) {
        var one = nodes.get(chance.below(nodes.size()));
        var other = nodes.get((nodes.indexOf(one) + 1 + chance.below(nodes.size() - 1))
            % nodes.size());
        world.trace().count("cut: " + shape);
        world.trace().line(world, "nature", "cut " + shape + " " + one.name() + " "
            + other.name());
        switch (shape) {
            case ALONE -> forAWhile(between(one, nodes));
            case ONE_WAY -> forAWhile(oneWay(one));
            case PAIR -> forAWhile(between(one, List.of(other)));
            case FLAPPING -> flap(between(one, List.of(other)), 2 + chance.below(FLAPS_MAX));
            case CLIENTS -> forAWhile(between(one, someClients()));
        }
    }

    private static List<Way> between(SimHost one, List<SimHost> others) {
        var ways = new ArrayList<Way>();
        for (var other : others) {
            if (other == one) continue;
            ways.add(new Way(one, other));
            ways.add(new Way(other, one));
        }
        return ways;
    }

    private List<Way> oneWay(SimHost one) {
        boolean isMute = chance.oneIn(2);
        return between(one, nodes).stream().filter(way -> (way.from() == one) == isMute).toList();
    }

    private List<SimHost> someClients() {
        var clients = new ArrayList<SimHost>();
        for (var host : network.hosts())
            if (!nodes.contains(host) && chance.oneIn(2)) clients.add(host);
        return clients;
    }

    private void forAWhile(List<Way> ways) {
        sever(ways);
        after(LAST_MS_MIN + chance.below(LAST_MS_MAX - LAST_MS_MIN), () -> mend(ways));
    }

    private void flap(List<Way> ways, int times) {
        if (times == 0) return;
        sever(ways);
        after(1 + chance.below(FLAP_MS_MAX), () -> {
            mend(ways);
            after(1 + chance.below(FLAP_MS_MAX), () -> flap(ways, times - 1));
        });
    }

    private void sever(List<Way> ways) {
        for (var way : ways)
            network.sever(way.from(), way.to());
    }

    private void mend(List<Way> ways) {
        for (var way : ways)
            network.mend(way.from(), way.to());
    }
}
