package dev.naru.server;

import dev.naru.config.BrokerNames;
import dev.naru.config.PropertiesText;
import dev.naru.config.Settings;
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
record ServerSettings(Settings settings, Path dataDirectory, List<String> notices) {
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
        return switch (Settings.of(given)) {
            case Settings.Outcome.Rejected rejected -> new Outcome.Rejected(rejected.problems());
            case Settings.Outcome.Accepted accepted -> accepted(accepted);
        };
    }

    private static Outcome accepted(Settings.Outcome.Accepted accepted) {
        var settings = accepted.settings();
        var directory = Path.of(settings.dataDirectory()).toAbsolutePath().normalize();
        return new Outcome.Accepted(new ServerSettings(settings, directory, accepted.notices()));
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
        if (start.listen().isEmpty()) return;
        String address = start.listen().get();
        int colon = address.lastIndexOf(':');
        if (colon < 0 || address.contains("/")) {
            problems
                .add("--listen needs HOST:PORT, for example 127.0.0.1:9092, not '" + address + "'");
            return;
        }
        given.put(BrokerNames.LISTENERS, LISTENER_NAME + address);
        given.remove(BrokerNames.ADVERTISED_LISTENERS);
    }
}
