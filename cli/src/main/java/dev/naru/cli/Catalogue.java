package dev.naru.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which commands there are. Found by words; a command's class is loaded only when it is named.
final class Catalogue {
    private static final String[][] LINES = {
            {"topic create", "Creates topics."},
            {"topic list", "Lists topics."},
            {"topic describe", "Shows partitions, offsets and settings of topics."},
            {"topic delete", "Deletes topics."},
            {"topic alter", "Changes settings of topics."},
            {"topic add-partitions", "Adds partitions to topics."},
            {"topic trim", "Deletes the records before an offset."},
            {"produce", "Writes records, one for each line of the input."},
            {"consume", "Reads records."},
            {"group list", "Lists groups of all kinds."},
            {"group describe", "Shows members, offsets and lag of groups."},
            {"group delete", "Deletes groups, or their offsets for some topics."},
            {"group reset-offsets", "Moves the offsets of a group."},
            {"group seek", "The same as group reset-offsets."},
            {"group delete-offsets", "Makes groups forget where they are in some topics."},
            {"share list", "Lists share groups."},
            {"share describe", "Shows members, offsets and lag of share groups."},
            {"share delete", "Deletes share groups, or their offsets for some topics."},
            {"share reset-offsets", "Moves where a share group begins."},
            {"share delete-offsets", "Makes share groups forget topics."},
            {"share consume", "Reads records as a member of a share group."},
            {"txn list", "Lists transactional ids and their state."},
            {"txn describe", "Shows transactions and the partitions they are in."},
            {"txn producers", "Shows who writes to a topic."},
            {"txn find-hanging", "Finds transactions that nobody will end."},
            {"txn abort", "Ends a hanging transaction in one partition."},
            {"txn terminate", "Aborts a transaction and shuts its producer out."},
            {"config describe", "Shows settings of topics, brokers, groups."},
            {"config set", "Sets settings."},
            {"config unset", "Returns settings to their defaults."},
            {"cluster status", "Shows nodes, what is missing, and how far moves are."},
            {"cluster balance", "Shows what the cluster would move and why; stops and starts it."},
            {"cluster token", "Prints a token with which one node joins, once."},
            {"cluster info", "Shows the cluster and its brokers."},
            {"cluster health", "Says whether all partitions have what they need."},
            {"cluster log-dirs", "Shows the size of partitions on disk."},
            {"cluster api-versions", "Shows which requests the brokers serve."},
            {"node list", "Shows the nodes and what each holds."},
            {"node decommission", "Empties a node."},
            {"node remove", "Forgets a node that will not come back."},
            {"quorum status", "Shows who agrees on the metadata, and how far each is."},
            {"quorum add", "Gives an observer a vote on the metadata."},
            {"quorum remove", "Takes a node's vote away."},
            {"bench produce", "Measures how fast records are stored."},
            {"bench consume", "Measures how fast records are read."},
            {"bench latency", "Measures the time from a producer to a consumer."},
            {"log dump", "Shows what is in segment files, offline."},
            {"storage random-uuid", "Prints a new cluster id."},
            {"storage format", "Writes the identity of a data directory."},
            {"storage info", "Shows the identity of a data directory."},
            {"version", "Prints the version."},
    };

    private Catalogue() {}

    static Optional<Command> find(String first, String second) {
        Command command = switch (first) {
            case "topic" -> topic(second);
            case Groups.ANY, Groups.SHARE -> group(first, second);
            case "txn" -> txn(second);
            case "bench" -> bench(second);
            case "config" -> config(second);
            case "cluster" -> cluster(second);
            case "node" -> node(second);
            case "quorum" -> quorum(second);
            case "log" -> second.equals("dump") ? new LogDump(false) : null;
            case "storage" -> storage(second, "naru storage");
            case "kafka-storage" -> storage(second, "kafka-storage");
            case "produce" -> new Produce();
            case "consume" -> new Consume();
            case "version", "--version" -> new Version();
            default -> first.startsWith("kafka-") ? kafka(first) : null;
        };
        return Optional.ofNullable(command);
    }

    /// Whether a second word names the command.
    static boolean hasVerbs(String first) {
        return switch (first) {
            case "topic", "group", "share", "txn", "bench", "config", "cluster", "node", "quorum",
                "log",
                "storage",
                "kafka-storage" -> true;
            default -> false;
        };
    }

    static List<String> names() {
        return Arrays.stream(LINES).map(line -> line[0]).toList();
    }

    static String everything() {
        var text = new StringBuilder("naru <command> [flags]; each command explains itself with"
            + " --help\n\n");
        append(text, "start", "Starts a broker here.");
        for (String[] line : LINES) {
            append(text, line[0], line[1]);
        }
        return text.append("\nAlso under Kafka's names: ").append(String.join(", ", kafkaNames()))
            .append("\n").toString();
    }

    static String of(String noun) {
        var text = new StringBuilder("naru " + noun + " <command> [flags]\n\n");
        String known = noun.equals("kafka-storage") ? "storage" : noun;
        for (String[] line : LINES) {
            if (line[0].startsWith(known + " ")) append(text, line[0], line[1]);
        }
        return text.toString();
    }

    static List<String> kafkaNames() {
        return List.of("kafka-topics", "kafka-console-producer", "kafka-console-consumer",
            "kafka-consumer-groups", "kafka-configs", "kafka-get-offsets", "kafka-delete-records",
            "kafka-log-dirs", "kafka-broker-api-versions", "kafka-dump-log", "kafka-storage",
            "kafka-cluster", "kafka-features", "kafka-metadata-quorum", "kafka-groups",
            "kafka-share-groups", "kafka-streams-groups", "kafka-transactions",
            "kafka-console-share-consumer", "kafka-producer-perf-test",
            "kafka-consumer-perf-test", "kafka-share-consumer-perf-test", "kafka-e2e-latency",
            "kafka-verifiable-producer", "kafka-verifiable-consumer", "kafka-leader-election",
            "kafka-reassign-partitions");
    }

    /// `; did you mean ...` if something is close.
    static String nearest(String first, String second) {
        String said = hasVerbs(first) ? first + " " + second : first;
        var all = new ArrayList<>(names());
        all.addAll(kafkaNames());
        String best = "";
        int bestDistance = Math.max(2, said.length() / 3) + 1;
        for (String name : all) {
            int distance = distance(said, name);
            if (distance < bestDistance) best = name;
            bestDistance = Math.min(bestDistance, distance);
        }
        return best.isEmpty() ? "" : ", did you mean '" + best + "'?";
    }

    private static void append(StringBuilder text, String name, String purpose) {
        text.append("  ").append(name).append(" ".repeat(24 - name.length())).append(purpose)
            .append('\n');
    }

    private static @Nullable Command topic(String verb) {
        return switch (verb) {
            case "create" -> new Topics.Create();
            case "list" -> new Topics.ListAll();
            case "describe" -> new TopicDescribe();
            case "delete" -> new Topics.Delete();
            case "alter", "alter-config" -> new Topics.Alter();
            case "add-partitions" -> new Topics.AddPartitions();
            case "trim", "trim-prefix" -> new Topics.Trim();
            case "compact" -> new TopicCompact();
            default -> null;
        };
    }

    private static @Nullable Command group(String noun, String verb) {
        return switch (verb) {
            case "list" -> new Groups.ListAll(noun);
            case "describe" -> new Groups.Describe(noun);
            case "delete" -> new Groups.Delete(noun, false);
            case "delete-offsets" -> new Groups.Delete(noun, true);
            case "reset-offsets", "seek" -> new GroupSeek(noun, verb);
            case "consume" -> noun.equals(Groups.SHARE) ? new ShareConsume() : null;
            default -> null;
        };
    }

    private static @Nullable Command txn(String verb) {
        return switch (verb) {
            case "list" -> new Txns.ListAll();
            case "describe" -> new Txns.Describe();
            case "producers" -> new Txns.Producers();
            case "find-hanging" -> new Txns.FindHanging();
            case "abort" -> new Txns.Abort();
            case "terminate" -> new Txns.Terminate();
            default -> null;
        };
    }

    private static @Nullable Command bench(String verb) {
        return switch (verb) {
            case "produce" -> new Bench.ProduceFast();
            case "consume" -> new Bench.ConsumeFast();
            case "latency" -> new Bench.Latency();
            default -> null;
        };
    }

    private static @Nullable Command config(String verb) {
        return switch (verb) {
            case "describe", "get" -> new Configs.Describe();
            case "set" -> new Configs.Change(true);
            case "unset" -> new Configs.Change(false);
            default -> null;
        };
    }

    private static @Nullable Command cluster(String verb) {
        return switch (verb) {
            case "status" -> new ClusterCare.Status();
            case "balance" -> new ClusterCare.Balancing();
            case "token" -> new JoinTokens();
            case "info" -> new Cluster.Overview();
            case "health" -> new Cluster.Health();
            case "log-dirs" -> new Cluster.LogDirs();
            case "api-versions" -> new Cluster.ApiVersions();
            default -> null;
        };
    }

    private static @Nullable Command quorum(String verb) {
        return switch (verb) {
            case "status" -> new QuorumOf.Status();
            case "add" -> new QuorumOf.Add();
            case "remove" -> new QuorumOf.Remove();
            default -> null;
        };
    }

    private static @Nullable Command node(String verb) {
        return switch (verb) {
            case "list" -> new Nodes.ListAll();
            case "decommission" -> new Nodes.Decommission();
            case "remove" -> new Nodes.Remove();
            default -> null;
        };
    }

    private static @Nullable Command storage(String verb, String name) {
        return switch (verb) {
            case "random-uuid" -> new Storage.RandomUuid(name);
            case "format" -> new Storage.Format(name);
            case "info" -> new Storage.Show(name);
            default -> null;
        };
    }

    private static @Nullable Command kafka(String name) {
        return switch (name) {
            case "kafka-topics" -> new KafkaTopics();
            case "kafka-console-producer" -> new KafkaConsoleProducer();
            case "kafka-console-consumer" -> new KafkaConsoleConsumer();
            case "kafka-consumer-groups" -> new KafkaConsumerGroups();
            case "kafka-configs" -> new KafkaConfigs();
            case "kafka-get-offsets" -> new KafkaGetOffsets();
            case "kafka-delete-records" -> new KafkaDeleteRecords();
            case "kafka-log-dirs" -> new KafkaLogDirs();
            case "kafka-broker-api-versions" -> new KafkaBrokerApiVersions();
            case "kafka-dump-log" -> new LogDump(true);
            case "kafka-cluster" -> new KafkaCluster();
            case "kafka-features" -> new KafkaFeatures();
            case "kafka-metadata-quorum" -> new KafkaMetadataQuorum();
            case "kafka-groups" -> new KafkaGroups();
            case "kafka-share-groups" -> new KafkaShareGroups();
            case "kafka-streams-groups" -> new KafkaStreamsGroups();
            case "kafka-transactions" -> new KafkaTransactions();
            case "kafka-leader-election" -> new KafkaLeaderElection();
            case "kafka-reassign-partitions" -> new KafkaReassignPartitions();
            case "kafka-console-share-consumer" -> new KafkaConsoleShareConsumer();
            default -> measuring(name);
        };
    }

    private static @Nullable Command measuring(String name) {
        return switch (name) {
            case "kafka-producer-perf-test" -> new KafkaProducerPerf();
            case "kafka-consumer-perf-test" -> new KafkaConsumerPerf();
            case "kafka-share-consumer-perf-test" -> new KafkaShareConsumerPerf();
            case "kafka-e2e-latency" -> new KafkaEndToEnd();
            case "kafka-verifiable-producer" -> new KafkaVerifiableProducer();
            case "kafka-verifiable-consumer" -> new KafkaVerifiableConsumer();
            default -> null;
        };
    }

    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(swap, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
