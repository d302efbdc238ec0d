package dev.naru.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the words after `naru` ask for. Reads `start ...` and, as Kafka's tool of that name does,
/// `kafka-server-start FILE [--override key=value]...`.
sealed interface CommandLine {
    /// Start a node. `properties` are the single settings, the last of a name counts.
    record Start(Optional<String> config, Optional<String> data, Doors doors, boolean insecure,
        Map<String, String> properties) implements CommandLine {}

    /// Where the node listens for clients and for other nodes, whom it asks to be taken in, and what it
    /// shows for it.
    record Doors(Optional<String> listen, Optional<String> peers, Optional<String> join,
        Optional<String> token) {}

    /// Say how it is used.
    record Help() implements CommandLine {}

    /// It cannot be understood, for this reason.
    record Wrong(String why) implements CommandLine {}

    String USAGE = """
        usage: naru start [--config FILE] [--data DIR] [--listen HOST:PORT] [--peers HOST:PORT]
                          [--join HOST:PORT[,HOST:PORT]... [--token TOKEN]] [-o key=value]... [--insecure]

          --config FILE       settings, as Kafka's server.properties
          --data DIR          where everything is kept (./data)
          --listen HOST:PORT  where clients connect (127.0.0.1:9092); port 0 takes a free one
          --peers HOST:PORT   where other nodes of the cluster connect; the quorum uses the port 100 above;
                              with TLS, unless HOST is for this machine only
          --join HOST:PORT    with an empty data directory: become a node of the cluster whose node has its
                              --peers there; needs --peers here; of several, any
          --token TOKEN       what naru cluster token prints at a node of that cluster, or @FILE that has it
          -o key=value        one setting; wins over the file
          --insecure          allow an address that other machines can reach, without authentication

        Ctrl-C or SIGTERM stops it cleanly.
        """;

    static CommandLine read(List<String> words) {
        if (words.isEmpty()) return new Help();
        return switch (words.getFirst()) {
            case "start" -> new Words(words).start();
            case "kafka-server-start", "kafka-server-start.sh" -> new Words(words).serverStart();
            default -> new Wrong("unknown command '" + words.getFirst() + "'");
        };
    }

    /// The words, read from left to right.
    final class Words {
        private final List<String> words;
        private final List<String> wrong = new ArrayList<>();
        private final Map<String, String> properties = new LinkedHashMap<>();
        private Optional<String> config = Optional.empty();
        private Optional<String> data = Optional.empty();
        private Optional<String> listen = Optional.empty();
        private Optional<String> peers = Optional.empty();
        private Optional<String> join = Optional.empty();
        private Optional<String> token = Optional.empty();
        private boolean insecure;
        private int at = 1;

        Words(List<String> words) {
            this.words = words;
        }

        CommandLine start() {
            while (at < words.size() && wrong.isEmpty()) {
                String word = words.get(at++);
                int equals = word.startsWith("--") ? word.indexOf('=') : -1;
                String option = equals < 0 ? word : word.substring(0, equals);
                var inline = equals < 0
                    ? Optional.<String>empty()
                    : Optional.of(word.substring(equals + 1));
                switch (option) {
                    case "-h", "--help", "help" -> {
                        return new Help();
                    }
                    case "--config", "-c" -> config = value(option, inline);
                    case "--data", "-d" -> data = value(option, inline);
                    case "--listen", "-l" -> listen = value(option, inline);
                    case "--peers" -> peers = value(option, inline);
                    case "--join" -> join = value(option, inline);
                    case "--token" -> token = value(option, inline);
                    case "-o", "--override" -> value(option, inline).ifPresent(this::property);
                    case "--insecure" -> insecure = true;
                    default -> wrong.add("unknown option '" + word + "'");
                }
            }
            return made();
        }

        CommandLine serverStart() {
            while (at < words.size() && wrong.isEmpty()) {
                String word = words.get(at++);
                switch (word) {
                    case "-h", "--help" -> {
                        return new Help();
                    }
                    case "--override" -> value(word, Optional.empty()).ifPresent(this::property);
                    case "-daemon" ->
                        wrong.add("-daemon is not available: run it under a supervisor, "
                            + "or in the background of a shell");
                    default -> file(word);
                }
            }
            if (config.isEmpty() && wrong.isEmpty()) wrong.add("a properties file is needed");
            return made();
        }

        private CommandLine made() {
            if (!wrong.isEmpty()) return new Wrong(wrong.getFirst());
            return new Start(config, data, new Doors(listen, peers, join, token), insecure,
                properties);
        }

        private void file(String word) {
            if (config.isPresent() || word.startsWith("-"))
                wrong.add("unknown option '" + word + "'");
            else
                config = Optional.of(word);
        }

        private Optional<String> value(String option, Optional<String> inline) {
            if (inline.isPresent()) return inline;
            if (at < words.size()) return Optional.of(words.get(at++));
            wrong.add(option + " needs a value");
            return Optional.empty();
        }

        private void property(String text) {
            int equals = text.indexOf('=');
            if (equals <= 0) wrong.add("'" + text + "' is not key=value");
            else
                properties.put(text.substring(0, equals).strip(),
                    text.substring(equals + 1).strip());
        }
    }
}
