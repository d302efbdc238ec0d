package dev.naru.compat.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A network of its own for each node (a network namespace), joined by a bridge on which the clients
/// are, too.
/// What one party does not hear of another is dropped at its door, silently and in that direction only.
final class Wires implements AutoCloseable {
    /// The clients, beside nodes 1, 2, ...
    static final int CLIENTS = 0;
    private static final int CLIENTS_HOST = 254;

    private final String name = "naru" + ProcessHandle.current().pid() % 100_000;
    private final String network = "10.97." + ProcessHandle.current().pid() % 250 + ".";
    private final int nodes;
    private final List<String> rules = new ArrayList<>();

    private Wires(int nodes) {
        this.nodes = nodes;
    }

    /// Why this machine cannot do it, if it cannot.
    static Optional<String> obstacle() {
        if (!Shell.isRoot()) return Optional.of("network namespaces need root on Linux");
        try (var wires = lay(1)) {
            wires.deafen(1, CLIENTS);
            return Optional.empty();
        } catch (AssertionError | RuntimeException refused) {
            return Optional.of("no network namespaces here: " + refused.getMessage());
        }
    }

    static Wires lay(int nodes) {
        var wires = new Wires(nodes);
        try {
            wires.lay();
            return wires;
        } catch (AssertionError | RuntimeException refused) {
            wires.close();
            throw refused;
        }
    }

    private void lay() {
        Shell.run("ip link add " + name + " type bridge");
        Shell.run("ip link set " + name + " address " + mac(CLIENTS));
        Shell.run("ip addr add " + host(CLIENTS) + "/24 dev " + name);
        Shell.run("ip link set " + name + " up");
        for (int node = 1; node <= nodes; node++)
            join(node);
    }

    private void join(int node) {
        Shell.run("ip netns add " + space(node));
        Shell.run("ip link add " + space(node) + " type veth peer name eth0 netns " + space(node));
        Shell.run("ip link set " + space(node) + " master " + name + " up");
        inside(node, "link set eth0 address " + mac(node));
        inside(node, "addr add " + host(node) + "/24 dev eth0");
        inside(node, "link set eth0 up");
        inside(node, "link set lo up");
        // addresses are known for good: a cut must not outlive itself in a table of neighbours
        for (int other = 0; other <= nodes; other++) {
            if (other == node) continue;
            inside(node, "neigh replace " + host(other) + " lladdr " + mac(other)
                + " nud permanent dev eth0");
        }
        Shell.run("ip neigh replace " + host(node) + " lladdr " + mac(node)
            + " nud permanent dev " + name);
        // rules about who is heard come before the table of local addresses
        inside(node, "rule add pref 100 lookup local");
        inside(node, "rule del pref 0");
        Shell.run(List.of("ip", "netns", "exec", space(node), "sh", "-c",
            "echo 0 > /proc/sys/net/ipv4/ip_early_demux"));
    }

    private void inside(int node, String command) {
        Shell.run("ip -n " + space(node) + " " + command);
    }

    private String space(int node) {
        return name + "-" + node;
    }

    private static String mac(int party) {
        return "02:4e:41:52:55:0" + party;
    }

    String host(int party) {
        return network + (party == CLIENTS ? CLIENTS_HOST : party);
    }

    /// How a command is begun in this node's network.
    List<String> prefix(int node) {
        return List.of("nsenter", "--net=/run/netns/" + space(node));
    }

    /// From now on the listener, a node, hears nothing of the speaker.
    synchronized void deafen(int listener, int speaker) {
        rule(listener, "pref 10 from " + host(speaker) + " blackhole");
    }

    /// Neither node hears of the other.
    void cut(int one, int other) {
        deafen(one, other);
        deafen(other, one);
    }

    /// The node hears of nobody, nor anybody of it. (Clients are deaf to nobody: what the node says to
    /// them in
    /// the meantime it says to connections that it hears nothing of.)
    void isolate(int node) {
        deafen(node, CLIENTS);
        for (int other = 1; other <= nodes; other++) {
            if (other != node) cut(node, other);
        }
    }

    /// What the node says reaches no client; what clients say reaches the node.
    synchronized void mute(int node) {
        rule(node, "pref 11 to " + host(CLIENTS) + " blackhole");
    }

    private void rule(int node, String rule) {
        String whole = "ip -n " + space(node) + " rule del " + rule;
        if (rules.contains(whole)) return;
        inside(node, "rule add " + rule);
        rules.add(whole);
    }

    /// The node hears all again that hear it, and they hear it.
    synchronized void rejoin(int node) {
        var back = rules.stream().filter(rule -> rule.startsWith("ip -n " + space(node) + " ")
            || rule.contains(" from " + host(node) + " ")).toList();
        back.forEach(Shell::run);
        rules.removeAll(back);
    }

    /// Everybody hears everybody.
    synchronized void heal() {
        for (var rule : rules)
            Shell.run(rule);
        rules.clear();
    }

    @Override public void close() {
        for (int node = 1; node <= nodes; node++) {
            Shell.tryRun("ip netns del " + space(node));
            Shell.tryRun("ip link del " + space(node));
        }
        Shell.tryRun("ip link del " + name);
    }
}
