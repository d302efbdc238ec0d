package dev.naru.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads listeners and checks that they can be opened, and that none of them is asked for a
/// security that is not there.
final class Listeners {
    private Listeners() {}

    private static final List<String> PROTOCOLS = List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT",
        "SASL_SSL");

    private static final String TLS = "SSL";

    /// What `listeners` names, of settings that are known to be right.
    static List<Listener> all(Settings settings) {
        return readAll(settings.list(BrokerNames.LISTENERS), new ArrayList<>());
    }

    /// The listeners that are opened, of settings that are known to be right.
    static List<Listener> forClients(Settings settings) {
        var controllers = controllerNames(settings);
        var listeners = readAll(settings.list(BrokerNames.LISTENERS), new ArrayList<>());
        if (!controllers.isEmpty()) {
            listeners.removeIf(listener -> controllers.contains(listener.name()));
        }
        return listeners;
    }

    /// The listener of `inter.broker.listener.name`, if it is one of those that are opened and not the only
    /// one: what clients come in by is no door between nodes.
    static Optional<String> forPeers(Settings settings) {
        if (!settings.isGiven(BrokerNames.INTER_BROKER_LISTENER_NAME)) return Optional.empty();
        var name = settings.text(BrokerNames.INTER_BROKER_LISTENER_NAME).toUpperCase(Locale.ROOT);
        var open = forClients(settings);
        if (open.size() < 2) return Optional.empty();
        return open.stream().map(Listener::name).filter(name::equals).findFirst();
    }

    /// Whether nodes speak TLS among themselves.
    static boolean isSecuredForPeers(Settings settings) {
        var protocols = protocols(settings, new ArrayList<>());
        return forPeers(settings).filter(name -> TLS.equals(protocols.get(name))).isPresent();
    }

    /// Where the node listens for the quorum: the first listener of `controller.listener.names`, where
    /// nodes have a listener among themselves.
    static Optional<Listener> forQuorum(Settings settings) {
        if (forPeers(settings).isEmpty()) return Optional.empty();
        var controllers = controllerNames(settings);
        return readAll(settings.list(BrokerNames.LISTENERS), new ArrayList<>()).stream()
            .filter(listener -> controllers.contains(listener.name())).findFirst();
    }

    static List<Listener> advertised(Settings settings) {
        var advertised = settings.list(BrokerNames.ADVERTISED_LISTENERS);
        return advertised.isEmpty() ? forClients(settings) : readAll(advertised, new ArrayList<>());
    }

    /// What is wrong, each as a whole sentence.
    static List<String> problems(Settings settings) {
        var problems = new ArrayList<String>();
        readAll(settings.list(BrokerNames.LISTENERS), problems);
        var protocols = protocols(settings, problems);
        if (!problems.isEmpty()) return problems;
        var listeners = forClients(settings);
        if (listeners.isEmpty()) problems.add("'listeners' names no listener for clients");
        var peers = forPeers(settings);
        var names = new HashSet<String>();
        for (var listener : listeners) {
            if (!names.add(listener.name())) {
                problems.add("'listeners' has two listeners named " + listener.name());
            }
            if (peers.filter(listener.name()::equals).isPresent()) {
                peerProblem(listener, protocols, settings).ifPresent(problems::add);
            } else {
                protocolProblem(listener, protocols).ifPresent(problems::add);
                if (!listener.isLoopback() && !settings.flag(BrokerNames.NARU_INSECURE))
                    problems.add(openDoor(listener));
            }
        }
        forQuorum(settings).ifPresent(listener -> addQuorumProblems(settings, listener, problems));
        addPortProblems(listeners, problems);
        addAdvertisedProblems(settings, names, problems);
        return problems;
    }

    private static void addQuorumProblems(Settings settings, Listener listener,
        List<String> problems) {
        if (listener.isWildcard() || listener.port() == 0) {
            problems.add("listener " + listener + " must name the host and the port under which"
                + " the other nodes reach this one");
        } else if (!listener.isLoopback() && !isSecuredForPeers(settings)
            && !settings.flag(BrokerNames.NARU_INTERNODE_PLAINTEXT)) {
            problems.add("listener " + listener + " is refused: the quorum would talk in plaintext"
                + " where other machines can reach it");
        }
    }

    /// What an operator should be told although it is right.
    static List<String> notices(Settings settings) {
        var notices = new ArrayList<String>();
        var controllers = controllerNames(settings);
        var listeners = readAll(settings.list(BrokerNames.LISTENERS), new ArrayList<>());
        for (var listener : listeners) {
            if (controllers.contains(listener.name()) && forPeers(settings).isEmpty()) {
                notices.add("listener " + listener
                    + " is not opened: one node has no other controller to talk to");
            } else if (forPeers(settings).filter(listener.name()::equals).isPresent()) {
                if (!listener.isLoopback() && !isSecuredForPeers(settings))
                    notices.add("INSECURE: whoever reaches " + listener
                        + " can be a node of the cluster, since nodes talk in plaintext");
            } else if (!listener.isLoopback()) {
                notices.add("INSECURE: whoever reaches " + listener
                    + " can read and delete everything, since clients are "
                    + "not authenticated in this release");
            }
        }
        return notices;
    }

    /// Reads `host:count` entries.
    static Map<String, Integer> connectionsPerHost(String text) {
        var counts = new LinkedHashMap<String, Integer>();
        for (var entry : text.split(",", -1)) {
            int colon = entry.lastIndexOf(':');
            if (colon > 0) {
                counts.put(entry.substring(0, colon).strip(),
                    count(entry.substring(colon + 1)).orElse(0));
            }
        }
        return counts;
    }

    /// Whether all entries are `host:count`.
    static boolean areCounts(String text) {
        if (text.isEmpty()) return true;
        for (var entry : text.split(",", -1)) {
            int colon = entry.lastIndexOf(':');
            if (colon <= 0 || count(entry.substring(colon + 1)).isEmpty()) return false;
        }
        return true;
    }

    private static Optional<Integer> count(String text) {
        var digits = text.strip();
        return digits.matches("\\d{1,9}")
            ? Optional.of(Integer.parseInt(digits))
            : Optional.empty();
    }

    private static List<Listener> readAll(List<String> texts, List<String> problems) {
        var listeners = new ArrayList<Listener>(texts.size());
        for (var text : texts) {
            var listener = read(text);
            if (listener.isPresent()) {
                listeners.add(listener.get());
            } else {
                problems.add("listener '" + text + "' must look like NAME://host:port");
            }
        }
        return listeners;
    }

    private static Optional<Listener> read(String text) {
        int nameEnd = text.indexOf("://");
        int colon = text.lastIndexOf(':');
        if (nameEnd <= 0 || colon < nameEnd + 3) return Optional.empty();
        var host = host(text.substring(nameEnd + 3, colon));
        int port = port(text.substring(colon + 1));
        if (host.isEmpty() || port < 0) return Optional.empty();
        return Optional.of(
            new Listener(text.substring(0, nameEnd).toUpperCase(Locale.ROOT), host.get(), port));
    }

    /// An address with colons in it stands in brackets.
    private static Optional<String> host(String text) {
        boolean isBracketed = text.startsWith("[") && text.endsWith("]");
        if (isBracketed) return Optional.of(text.substring(1, text.length() - 1));
        boolean isPlain = text.indexOf(':') < 0 && text.indexOf('/') < 0 && text.indexOf('[') < 0;
        return isPlain ? Optional.of(text) : Optional.empty();
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5) return -1;
        int port = 0;
        for (int index = 0; index < text.length(); index++) {
            int digit = text.charAt(index) - '0';
            if (digit < 0 || digit > 9) return -1;
            port = port * 10 + digit;
        }
        return port <= 65_535 ? port : -1;
    }

    private static List<String> controllerNames(Settings settings) {
        var names = new ArrayList<String>();
        for (var name : settings.list(BrokerNames.CONTROLLER_LISTENER_NAMES)) {
            names.add(name.toUpperCase(Locale.ROOT));
        }
        return names;
    }

    private static Map<String, String> protocols(Settings settings, List<String> problems) {
        var protocols = new LinkedHashMap<String, String>();
        for (var entry : settings.text(BrokerNames.LISTENER_SECURITY_PROTOCOL_MAP).split(",", -1)) {
            int colon = entry.indexOf(':');
            var protocol = entry.substring(colon + 1).strip().toUpperCase(Locale.ROOT);
            if (colon <= 0 || !PROTOCOLS.contains(protocol)) {
                problems.add(
                    "'listener.security.protocol.map' must hold NAME:PROTOCOL entries with one of "
                        + String.join(", ", PROTOCOLS) + ", not '" + entry.strip() + "'");
                continue;
            }
            protocols.put(entry.substring(0, colon).strip().toUpperCase(Locale.ROOT), protocol);
        }
        return protocols;
    }

    private static Optional<String> protocolProblem(Listener listener,
        Map<String, String> protocols) {
        var protocol = protocols.get(listener.name());
        if (protocol == null) {
            return Optional
                .of("listener " + listener + " has no entry in 'listener.security.protocol.map'");
        }
        if (protocol.equals("PLAINTEXT")) return Optional.empty();
        return Optional.of("listener " + listener + " is refused: it asks for " + protocol
            + ", which is not available in this release");
    }

    /// Nodes talk in plaintext on this machine, or when they are told to.
    private static Optional<String> peerProblem(Listener listener,
        Map<String, String> protocols, Settings settings) {
        var protocol = protocols.get(listener.name());
        if (TLS.equals(protocol)) return Optional.empty();
        var problem = protocolProblem(listener, protocols);
        if (problem.isPresent()) return problem;
        boolean isFine = listener.isLoopback()
            || settings.flag(BrokerNames.NARU_INTERNODE_PLAINTEXT);
        if (isFine) return Optional.empty();
        return Optional.of("listener " + listener + " is refused: nodes would talk in plaintext "
            + "where other machines can reach them; give it SSL in "
            + "'listener.security.protocol.map', or set naru.internode.plaintext=true to have "
            + "it so");
    }

    private static String openDoor(Listener listener) {
        return "listener " + listener
            + " is refused: other machines could reach it and clients are not authenticated in "
            + "this release; listen on 127.0.0.1, or set naru.insecure=true to have it so";
    }

    private static void addPortProblems(List<Listener> listeners, List<String> problems) {
        for (int first = 0; first < listeners.size(); first++) {
            for (int second = first + 1; second < listeners.size(); second++) {
                if (isSameDoor(listeners.get(first), listeners.get(second))) {
                    problems.add("listeners " + listeners.get(first) + " and "
                        + listeners.get(second) + " share a port");
                }
            }
        }
    }

    private static boolean isSameDoor(Listener one, Listener other) {
        if (one.port() != other.port() || one.port() == 0) return false;
        return one.isWildcard() || other.isWildcard() || one.host().equalsIgnoreCase(other.host());
    }

    private static void addAdvertisedProblems(Settings settings, Set<String> names,
        List<String> problems) {
        var told = readAll(settings.list(BrokerNames.ADVERTISED_LISTENERS), problems);
        var toldNames = new HashSet<String>();
        for (var listener : told) {
            if (!names.contains(listener.name())) {
                problems.add(
                    "advertised listener " + listener + " is not among the listeners for clients");
            }
            if (!toldNames.add(listener.name())) {
                problems.add("'advertised.listeners' has two listeners named " + listener.name());
            }
            if (listener.isWildcard()) {
                problems.add("advertised listener " + listener
                    + " must name a host that clients can connect to");
            }
        }
    }
}
