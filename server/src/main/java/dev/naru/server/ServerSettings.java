package dev.naru.server;

import dev.naru.config.BrokerNames;
import dev.naru.config.Listener;
import dev.naru.config.PropertiesText;
import dev.naru.config.Settings;
import dev.naru.trust.TrustDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a node is started with: the settings, checked, and where it keeps everything. `notices` are lines
/// for the operator.
///
/// @param join HOST:PORT of nodes whose cluster this one shall join, with commas between them
/// @param token what it shows for that
record ServerSettings(Settings settings, Path dataDirectory, List<String> notices,
    Optional<String> join, Optional<String> token) {
    private static final int QUORUM_PORT_ABOVE = 100;
    private static final String DATA_DIRECTORY = "data";
    private static final String LISTENER_NAME = "PLAINTEXT://";

    /// What came of it.
    sealed interface Outcome {
        record Accepted(ServerSettings settings) implements Outcome {}

        /// One sentence for each problem.
        record Rejected(List<String> problems) implements Outcome {}
    }

    /// Joins file and command line: what is said on the command line counts more, a single setting most.
    static Outcome of(CommandLine.Start start) {
        var problems = new ArrayList<String>();
        var given = new LinkedHashMap<String, String>();
        if (start.config().isPresent()) readFile(start.config().get(), given, problems);
        listen(start, given, problems);
        peers(start, given, problems);
        var token = token(start, problems);
        if (start.insecure()) given.put(BrokerNames.NARU_INSECURE, "true");
        start.data().ifPresent(directory -> {
            given.remove(BrokerNames.LOG_DIR);
            given.put(BrokerNames.LOG_DIRS, directory);
        });
        given.putAll(start.properties());
        if (!given.containsKey(BrokerNames.LOG_DIRS) && !given.containsKey(BrokerNames.LOG_DIR)) {
            given.put(BrokerNames.LOG_DIRS, DATA_DIRECTORY);
        }
        if (!problems.isEmpty()) return new Outcome.Rejected(problems);
        Stored.complete(given, Path.of(given.getOrDefault(BrokerNames.LOG_DIRS,
            given.getOrDefault(BrokerNames.LOG_DIR, DATA_DIRECTORY))));
        return switch (Settings.of(given)) {
            case Settings.Outcome.Rejected rejected -> new Outcome.Rejected(rejected.problems());
            case Settings.Outcome.Accepted accepted ->
                accepted(accepted, start.doors().join(), token);
        };
    }

    private static Outcome accepted(Settings.Outcome.Accepted accepted, Optional<String> join,
        Optional<String> token) {
        var settings = accepted.settings();
        var directory = Path.of(settings.dataDirectory()).toAbsolutePath().normalize();
        Optional<String> asked;
        try {
            asked = join.isPresent() ? join : BootstrapServers.join(settings, directory);
        } catch (IOException unreadable) {
            return new Outcome.Rejected(List.of(reason(unreadable)));
        }
        if (asked.isPresent() && settings.quorumListener().isEmpty()) {
            var what = join.isPresent() ? "--join" : "'controller.quorum.bootstrap.servers'";
            return new Outcome.Rejected(
                List.of(what + " asks other nodes to take this one in, which"
                    + " needs a listener for them: --peers HOST:PORT, or inter.broker.listener.name"
                    + " with a listener that no client uses, and controller.listener.names"));
        }
        return new Outcome.Accepted(new ServerSettings(settings, directory, accepted.notices(),
            asked, token));
    }

    private static void readFile(String file, Map<String, String> given, List<String> problems) {
        try {
            var contents = PropertiesText.read(Files.readString(Path.of(file)));
            given.putAll(contents.values());
            for (var problem : contents.problems())
                problems.add(file + ": " + problem);
        } catch (NoSuchFileException missing) {
            problems.add("there is no file " + file);
        } catch (IOException unreadable) {
            problems.add(file + " cannot be read: " + reason(unreadable));
        }
    }

    private static String reason(IOException unreadable) {
        return Optional.ofNullable(unreadable.getMessage()).orElse("no reason given");
    }

    private static void listen(CommandLine.Start start, Map<String, String> given,
        List<String> problems) {
        if (start.doors().listen().isEmpty()) return;
        String address = start.doors().listen().get();
        int colon = address.lastIndexOf(':');
        if (colon < 0 || address.contains("/")) {
            problems
                .add("--listen needs HOST:PORT, for example 127.0.0.1:9092, not '" + address + "'");
            return;
        }
        given.put(BrokerNames.LISTENERS, LISTENER_NAME + address);
        given.remove(BrokerNames.ADVERTISED_LISTENERS);
    }

    /// A listener for the other nodes, and one for the quorum at the port above.
    private static void peers(CommandLine.Start start, Map<String, String> given,
        List<String> problems) {
        if (start.doors().peers().isEmpty()) return;
        String address = start.doors().peers().get();
        int colon = address.lastIndexOf(':');
        var port = colon < 0 ? Optional.<Integer>empty() : port(address.substring(colon + 1));
        if (port.isEmpty()) {
            problems.add("--peers needs HOST:PORT, for example 127.0.0.1:9192, not '" + address
                + "'");
            return;
        }
        var host = address.substring(0, colon);
        given.put(BrokerNames.LISTENERS, given.getOrDefault(BrokerNames.LISTENERS,
            LISTENER_NAME + "127.0.0.1:9092") + ",PEERS://" + address + ",CONTROLLER://" + host
            + ":" + (port.get() + QUORUM_PORT_ABOVE));
        given.put(BrokerNames.INTER_BROKER_LISTENER_NAME, "PEERS");
        given.put(BrokerNames.CONTROLLER_LISTENER_NAMES, "CONTROLLER");
        var protocol = speaksTls(start, given, host) ? "SSL" : "PLAINTEXT";
        given.putIfAbsent(BrokerNames.LISTENER_SECURITY_PROTOCOL_MAP,
            "PLAINTEXT:PLAINTEXT,PEERS:" + protocol + ",CONTROLLER:" + protocol);
    }

    /// Where nothing else is said: with a token, in a directory that has certificates, and where other
    /// machines can connect.
    private static boolean speaksTls(CommandLine.Start start, Map<String, String> given,
        String host) {
        if (start.doors().token().isPresent()) return true;
        var data = start.properties().getOrDefault(BrokerNames.LOG_DIRS, start.data()
            .orElseGet(() -> given.getOrDefault(BrokerNames.LOG_DIRS,
                given.getOrDefault(BrokerNames.LOG_DIR, DATA_DIRECTORY))));
        if (TrustDirectory.in(Path.of(data)).isThere()) return true;
        var plaintext = start.properties().getOrDefault(BrokerNames.NARU_INTERNODE_PLAINTEXT,
            given.getOrDefault(BrokerNames.NARU_INTERNODE_PLAINTEXT, "false"));
        return !plaintext.equalsIgnoreCase("true") && !new Listener("", host, 0).isLoopback();
    }

    /// The token itself, where a file is named that has it.
    private static Optional<String> token(CommandLine.Start start, List<String> problems) {
        var given = start.doors().token();
        if (given.isEmpty() || !given.get().startsWith("@")) return given;
        var file = given.get().substring(1);
        try {
            return Optional.of(Files.readString(Path.of(file)).strip());
        } catch (NoSuchFileException missing) {
            problems.add("there is no file " + file);
        } catch (IOException unreadable) {
            problems.add(file + " cannot be read: " + reason(unreadable));
        }
        return Optional.empty();
    }

    private static Optional<Integer> port(String text) {
        try {
            int port = Integer.parseInt(text);
            boolean isPossible = port > 0 && port + QUORUM_PORT_ABOVE <= 65_535;
            return isPossible ? Optional.of(port) : Optional.empty();
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }
}
