package dev.naru.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/// kafka-configs.
final class KafkaConfigs implements Command {
    private static final Set<String> QUOTA_KINDS = Set.of("users", "clients", "ips");

    @Override public Flags flags() {
        return Flags.of("kafka-configs", "Shows and changes settings of topics, brokers, groups.")
            .on("--describe", "Shows settings.").on("--alter", "Changes settings.")
            .texts("--entity-type", "type", "topics, brokers, groups, client-metrics or"
                + " broker-loggers.")
            .texts("--entity-name", "name", "The topic, the broker's id, ...")
            .on("--entity-default", "The default of all brokers.")
            .text("--topic", "topic", "Short for --entity-type topics --entity-name.")
            .text("--broker", "id", "Short for --entity-type brokers --entity-name.")
            .on("--broker-defaults", "Short for --entity-type brokers --entity-default.")
            .text("--broker-logger", "id", "Short for --entity-type broker-loggers --entity-name.")
            .text("--group", "group", "Short for --entity-type groups --entity-name.")
            .text("--client-metrics", "name", "Short for --entity-type client-metrics.")
            .text("--add-config", "k=v,k=[a,b]", "Settings to set; lists in brackets.")
            .text("--add-config-file", "file", "A file of settings to set.")
            .text("--delete-config", "k,k", "Settings to return to their defaults.")
            .on("--all", "Shows those that have their defaults too.")
            .on("--force", "Accepted: nothing is asked anyway.")
            .text("--bootstrap-controller", "host:port", "Refused: ask a broker.").kafkaCluster();
    }

    @Override public String errorPrefix(String name) {
        return "Error while executing config command: ";
    }

    @Override public int run(Given given, Terminal terminal) {
        if (given.has("--describe") == given.has("--alter")) {
            throw Failed.usage("give either --describe or --alter");
        }
        if (given.has("--bootstrap-controller")) {
            throw Failed.usage("--bootstrap-controller is not possible; use --bootstrap-server");
        }
        List<ConfigResource> named = entities(given);
        if (given.has("--alter") && named.getFirst().name().equals(EVERY)) {
            throw Failed.usage("--alter needs --entity-name or --entity-default");
        }
        try (Admin admin = Link.ofKafka(given).admin()) {
            if (given.has("--alter")) return alter(admin, given, named.getFirst(), terminal);
            int code = 0;
            for (ConfigResource entity : named) {
                for (ConfigResource resource : expanded(admin, entity)) {
                    code |= describe(admin, resource, given.has("--all"), terminal);
                }
            }
            return code;
        }
    }

    /// Stands for all entities of a kind.
    private static final String EVERY = "\u0000every";

    static List<ConfigResource> entities(Given given) {
        var shortcuts = new LinkedHashMap<String, ConfigResource.Type>();
        shortcuts.put("--topic", ConfigResource.Type.TOPIC);
        shortcuts.put("--broker", ConfigResource.Type.BROKER);
        shortcuts.put("--broker-logger", ConfigResource.Type.BROKER_LOGGER);
        shortcuts.put("--group", ConfigResource.Type.GROUP);
        shortcuts.put("--client-metrics", ConfigResource.Type.CLIENT_METRICS);
        var found = new ArrayList<ConfigResource>();
        shortcuts.forEach((flag, type) -> given.text(flag)
            .ifPresent(name -> found.add(new ConfigResource(type, name))));
        if (given.has("--broker-defaults"))
            found.add(new ConfigResource(ConfigResource.Type.BROKER, ""));
        for (String kind : given.texts("--entity-type")) {
            if (QUOTA_KINDS.contains(kind)) {
                throw Failed.because("there are no settings of " + kind + " yet");
            }
            List<String> names = given.texts("--entity-name");
            boolean everywhere = given.has("--entity-default");
            if (everywhere) found.add(new ConfigResource(Configs.type(kind), ""));
            names.forEach(name -> found.add(new ConfigResource(Configs.type(kind), name)));
            if (names.isEmpty() && !everywhere) {
                found.add(new ConfigResource(Configs.type(kind), EVERY));
            }
        }
        if (found.isEmpty()) throw Failed.usage("give --entity-type, or --topic, --broker, ...");
        return found;
    }

    private static List<ConfigResource> expanded(Admin admin, ConfigResource entity) {
        if (!entity.name().equals(EVERY)) return List.of(entity);
        var names = new ArrayList<String>();
        switch (entity.type()) {
            case TOPIC -> names.addAll(Explain.get(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names()));
            case BROKER, BROKER_LOGGER -> Cluster.nodes(admin).stream().map(Node::idString)
                .forEach(names::add);
            default -> Explain.get(admin.listConfigResources(Set.of(entity.type()),
                new ListConfigResourcesOptions()).all())
                .forEach(resource -> names.add(resource.name()));
        }
        names.sort(null);
        if (entity.type() == ConfigResource.Type.BROKER) names.add("");
        return names.stream().map(name -> new ConfigResource(entity.type(), name)).toList();
    }

    private static int describe(Admin admin, ConfigResource resource, boolean all,
        Terminal terminal) {
        if (resource.type() == ConfigResource.Type.TOPIC && !exists(admin, resource.name())) {
            terminal.line("The topic '" + resource.name()
                + "' doesn't exist and doesn't have dynamic config.");
            return Failed.FAILED;
        }
        var options = new DescribeConfigsOptions().includeSynonyms(true);
        var config = Explain
            .get(admin.describeConfigs(List.of(resource), options).values().get(resource));
        boolean defaults = resource.name().isEmpty();
        terminal.line((defaults
            ? "Default configs for "
            : all
                ? "All configs for "
                : "Dynamic configs for ")
            + title(resource) + " are:");
        for (ConfigEntry entry : Configs.sorted(config)) {
            if (all || entry.source() == own(resource)) terminal.line(line(entry));
        }
        return 0;
    }

    private static boolean exists(Admin admin, String topic) {
        return Explain.get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names())
            .contains(topic);
    }

    static String line(ConfigEntry entry) {
        var synonyms = new ArrayList<String>();
        for (ConfigEntry.ConfigSynonym synonym : entry.synonyms()) {
            synonyms.add(synonym.source() + ":" + synonym.name() + "=" + synonym.value());
        }
        return "  " + entry.name() + "=" + entry.value() + " sensitive=" + entry.isSensitive()
            + " synonyms={" + String.join(", ", synonyms) + "}";
    }

    private static String title(ConfigResource resource) {
        if (resource.name().isEmpty()) return kind(resource) + "s in the cluster";
        return kind(resource) + " " + resource.name();
    }

    private static String kind(ConfigResource resource) {
        return switch (resource.type()) {
            case TOPIC -> "topic";
            case GROUP -> "group";
            case CLIENT_METRICS -> "client-metric";
            case BROKER_LOGGER -> "broker-logger";
            case BROKER, UNKNOWN -> "broker";
        };
    }

    private static ConfigSource own(ConfigResource resource) {
        return switch (resource.type()) {
            case TOPIC -> ConfigSource.DYNAMIC_TOPIC_CONFIG;
            case GROUP -> ConfigSource.DYNAMIC_GROUP_CONFIG;
            case CLIENT_METRICS -> ConfigSource.DYNAMIC_CLIENT_METRICS_CONFIG;
            case BROKER_LOGGER -> ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG;
            case BROKER, UNKNOWN -> resource.name().isEmpty()
                ? ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG
                : ConfigSource.DYNAMIC_BROKER_CONFIG;
        };
    }

    private static int alter(Admin admin, Given given, ConfigResource resource,
        Terminal terminal) {
        Map<String, String> added = new LinkedHashMap<>();
        given.text("--add-config-file").ifPresent(file -> {
            var properties = Link.PropertyFile.read(file);
            properties.stringPropertyNames()
                .forEach(name -> added.put(name, properties.getProperty(name)));
        });
        given.text("--add-config").ifPresent(text -> added.putAll(parse(text)));
        var changes = new ArrayList<AlterConfigOp>();
        added.forEach((name, value) -> changes
            .add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
        for (String name : Given.commas(given.text("--delete-config", ""))) {
            changes.add(new AlterConfigOp(new ConfigEntry(name, ""),
                AlterConfigOp.OpType.DELETE));
        }
        if (changes.isEmpty()) {
            throw Failed.usage("--alter needs --add-config, --add-config-file or --delete-config");
        }
        Configs.alter(admin, resource, changes, false);
        terminal.line("Completed updating " + (resource.name().isEmpty() ? "default " : "")
            + "config for " + title(resource) + ".");
        return 0;
    }

    /// `a=1,b=[x,y],c=2`: commas separate, but not within brackets, which are taken off.
    static Map<String, String> parse(String text) {
        var settings = new LinkedHashMap<String, String>();
        int depth = 0;
        int from = 0;
        for (int at = 0; at <= text.length(); at++) {
            char c = at < text.length() ? text.charAt(at) : ',';
            if (c == '[') depth++;
            if (c == ']') depth--;
            boolean ends = at == text.length() || (c == ',' && depth == 0);
            if (!ends) continue;
            String[] pair = Given.pair("--add-config", text.substring(from, at));
            settings.put(pair[0], pair[1].replaceAll("^\\[|\\]$", ""));
            from = at + 1;
        }
        return settings;
    }
}
