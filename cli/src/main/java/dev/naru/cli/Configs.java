package dev.naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.config.ConfigResource;

/// `naru config ...`.
final class Configs {
    private static final String KINDS = "topic, broker, group, client-metrics or broker-logger";

    private Configs() {}

    static final class Describe implements Command {
        @Override public Flags flags() {
            return Flags.of("naru config describe", "Shows the settings of one thing.")
                .words("KIND [NAME]", "1..2", "The kind is " + KINDS
                    + "; the name of a broker is its id, or 'default' for all brokers.")
                .text("--key,-k", "name", "Only this setting.")
                .on("--all,-a", "Shows those that have their defaults too.")
                .on("--docs,-d", "Shows what each is for.").cluster().json();
        }

        @Override public int run(Given given, Terminal terminal) {
            try (Admin admin = Link.of(given).admin()) {
                ConfigResource resource = resource(admin, given.words());
                var options = new DescribeConfigsOptions()
                    .includeDocumentation(given.has("--docs") || given.json());
                Config config = Explain.get(
                    admin.describeConfigs(List.of(resource), options).values().get(resource));
                boolean docs = given.has("--docs");
                String only = given.text("--key", "");
                boolean all = given.has("--all") || !only.isEmpty();
                var sheet = docs
                    ? new Sheet("key", "value", "type", "source", "doc")
                    : new Sheet("key", "value", "type", "source");
                for (ConfigEntry entry : sorted(config)) {
                    boolean shown = all || isSet(entry);
                    if (!shown || !(only.isEmpty() || only.equals(entry.name()))) continue;
                    Object doc = entry.documentation() == null ? "" : entry.documentation();
                    String type = entry.type().name();
                    String source = entry.source().name();
                    if (docs) sheet.row(entry.name(), value(entry), type, source, doc);
                    else
                        sheet.row(entry.name(), value(entry), type, source);
                }
                if (!only.isEmpty() && sheet.isEmpty()) {
                    throw Failed.because("there is no setting '" + only + "'");
                }
                sheet.print(terminal, given.json());
                return 0;
            }
        }
    }

    static final class Change implements Command {
        private final boolean set;

        Change(boolean set) {
            this.set = set;
        }

        @Override public Flags flags() {
            return Flags.of(name(), set
                ? "Sets settings of one thing."
                : "Returns settings of one thing to their defaults.")
                .words(set ? "KIND NAME key=value..." : "KIND NAME key...", "3..*",
                    "The kind is " + KINDS
                        + "; the name of a broker is its id, or 'default' for all brokers.")
                .on("--dry-run", "Lets the broker check the change, and changes nothing.").cluster()
                .json();
        }

        @Override public int run(Given given, Terminal terminal) {
            var changes = new ArrayList<AlterConfigOp>();
            for (String word : given.words().subList(2, given.words().size())) {
                String[] pair = set ? Given.pair("config set", word) : new String[]{word, ""};
                changes.add(new AlterConfigOp(new ConfigEntry(pair[0], pair[1]),
                    set ? AlterConfigOp.OpType.SET : AlterConfigOp.OpType.DELETE));
            }
            try (Admin admin = Link.of(given).admin()) {
                ConfigResource resource = resource(admin, given.words());
                alter(admin, resource, changes, given.has("--dry-run"));
                if (given.json()) {
                    terminal.line(Json.pretty(Map.of("changed", changes.size())));
                } else {
                    terminal.line(given.words().get(0) + " " + given.words().get(1)
                        + (given.has("--dry-run") ? " could be changed" : " changed"));
                }
                return 0;
            }
        }

        private String name() {
            return set ? "naru config set" : "naru config unset";
        }
    }

    static void alter(Admin admin, ConfigResource resource, Collection<AlterConfigOp> changes,
        boolean dryRun) {
        var options = new AlterConfigsOptions().validateOnly(dryRun);
        Explain.get(admin.incrementalAlterConfigs(Map.of(resource, changes), options).all());
    }

    static List<ConfigEntry> sorted(Config config) {
        return config.entries().stream().sorted(Comparator.comparing(ConfigEntry::name)).toList();
    }

    static boolean isSet(ConfigEntry entry) {
        return entry.source() != ConfigEntry.ConfigSource.DEFAULT_CONFIG;
    }

    /// A secret has no value to show.
    static Object value(ConfigEntry entry) {
        return entry.value() == null ? "" : (Object) entry.value();
    }

    static ConfigResource.Type type(String kind) {
        return switch (kind) {
            case "topic", "topics" -> ConfigResource.Type.TOPIC;
            case "broker", "brokers" -> ConfigResource.Type.BROKER;
            case "group", "groups" -> ConfigResource.Type.GROUP;
            case "client-metrics" -> ConfigResource.Type.CLIENT_METRICS;
            case "broker-logger", "broker-loggers" -> ConfigResource.Type.BROKER_LOGGER;
            default -> throw Failed.usage("'" + kind + "' is no kind; there are " + KINDS);
        };
    }

    private static ConfigResource resource(Admin admin, List<String> words) {
        ConfigResource.Type type = type(words.getFirst());
        if (words.size() > 1) {
            String name = words.get(1);
            boolean everywhere = type == ConfigResource.Type.BROKER && name.equals("default");
            return new ConfigResource(type, everywhere ? "" : name);
        }
        if (type != ConfigResource.Type.BROKER && type != ConfigResource.Type.BROKER_LOGGER) {
            throw Failed.usage("which " + words.getFirst() + "? give its name");
        }
        var nodes = Explain.get(admin.describeCluster().nodes());
        return new ConfigResource(type, nodes.iterator().next().idString());
    }
}
